'use strict';

const assert = require('node:assert/strict');
const { mock, test } = require('node:test');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const { digits, smallEngine, test: testDigits } = require('./training-scripts');

const { Trainer, fingerprint, initialNetwork } = MNIST.nn;

/** A worker that a browser's policy refuses: it says so, later. */
class RefusedWorker {
  terminate() {}

  constructor() {
    setTimeout(() => this.onerror?.({ message: 'refused', preventDefault() {} }));
  }
}

/** A small run, and all that it reports. */
function small(settings = {}, options = {}) {
  const reports = [];
  const trainer = new Trainer({
    network: initialNetwork({ hidden: [16, 12], seed: 3, ...options.choice }),
    settings: { examples: 500, ...settings }, digits, test: testDigits,
    onProgress: (progress) => reports.push(progress), makeWorker: () => new RefusedWorker(), ...options,
  });
  return { trainer, reports };
}

test('without a worker it trains in the page, to the same weights as the engine', async () => {
  const { trainer, reports } = small();
  assert.equal(trainer.state, 'starting');
  await trainer.run({ batches: 20 });
  assert.equal(trainer.isInWorker, false);
  assert.equal(trainer.state, 'paused');
  const engine = smallEngine();
  for (let k = 0; k < 20; k++) engine.step();
  assert.equal(fingerprint(reports.at(-1).network), fingerprint(engine.network));
  assert.equal(reports.flatMap(({ recent }) => recent).length, 20);
  assert.deepEqual([reports.at(-1).steps, reports.at(-1).epoch, reports.at(-1).stepInEpoch], [20, 1, 4]);
  trainer.stop();
});

test('one image, one batch, the rest of an epoch: each ends where it should', async () => {
  const { trainer, reports } = small({ examples: 70, batchSize: 32 });
  const sizes = () => reports.splice(0).flatMap(({ recent }) => recent).map(({ size }) => size);
  await trainer.run({ images: 1 });
  assert.deepEqual(sizes(), [1]);
  await trainer.run({ batches: 1 });
  assert.deepEqual(sizes(), [32]);
  await trainer.run({ epochs: 1 });
  assert.deepEqual(sizes(), [32, 5]);
  await trainer.run({ epochs: 2 });
  assert.deepEqual(sizes(), [32, 32, 6, 32, 32, 6]);
  trainer.stop();
});

test('a pause ends a run that has no end, and it goes on from there', async () => {
  const { trainer, reports } = small();
  trainer.start();
  while ((reports.at(-1)?.steps ?? 0) < 10) await new Promise((done) => setTimeout(done, 5));
  await trainer.pause();
  const { steps, state } = reports.at(-1);
  assert.equal(state, 'paused');
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(reports.at(-1).steps, steps);
  await trainer.run({ batches: 1 });
  assert.equal(reports.at(-1).steps, steps + 1);
  trainer.stop();
});

test('a snapshot restored goes on exactly, with its settings', async () => {
  const { trainer, reports } = small({ optimizer: 'adam', learningRate: 0.002, dropout: 0.2 });
  await trainer.run({ batches: 12 });
  const snapshot = await trainer.snapshot();
  await trainer.run({ batches: 12 });
  const expected = fingerprint(reports.at(-1).network);
  trainer.change({ learningRate: 0.5, optimizer: 'sgd' });
  await trainer.run({ batches: 5 });
  await trainer.restore(snapshot);
  assert.equal(trainer.settings.optimizer, 'adam');
  await trainer.run({ batches: 12 });
  assert.equal(fingerprint(reports.at(-1).network), expected);
  trainer.stop();
});

test('measurements come at the same steps with the same figures each time', async () => {
  const runs = [];
  for (let k = 0; k < 2; k++) {
    const { trainer, reports } = small({}, { measureEvery: 500 });
    await trainer.run({ epochs: 4 });
    runs.push(reports.flatMap(({ measurements }) => measurements));
    trainer.stop();
  }
  assert.deepEqual(runs[0], runs[1]);
  assert.deepEqual(runs[0].map(({ steps }) => steps), [0, 8, 17, 26, 40, 56]);
  assert.ok(runs[0].at(-1).accuracy > runs[0][0].accuracy + 0.2);
});

test('a run that diverges says so and stops, and leads on from a snapshot', async () => {
  const { trainer, reports } = small({ learningRate: 1000 });
  const snapshot = await trainer.snapshot();
  await trainer.run({ epochs: 3 });
  assert.equal(trainer.state, 'diverged');
  assert.equal(reports.at(-1).state, 'diverged');
  const { steps } = reports.at(-1);
  await trainer.run({ batches: 1 });
  assert.equal(reports.at(-1).steps, steps);
  await trainer.restore(snapshot);
  assert.equal(trainer.state, 'paused');
  trainer.change({ learningRate: 0.1 });
  await trainer.run({ batches: 1 });
  assert.equal(reports.at(-1).steps, 1);
  trainer.stop();
});

test('a bad setting is refused at once, and the run keeps the old one', async () => {
  const { trainer, reports } = small();
  for (const part of [{ learningRate: NaN }, { batchSize: 0 }, { examples: 1e9 }]) {
    assert.throws(() => trainer.change(part), RangeError);
  }
  assert.throws(() => small({ learningRate: Infinity }), RangeError);
  await trainer.run({ batches: 2 });
  assert.deepEqual(reports.at(-1).settings, trainer.settings);
  trainer.stop();
});

test('the snapshot of another network is refused, and the run goes on', async () => {
  const { trainer } = small();
  const { trainer: other } = small({}, { choice: { hidden: [5] } });
  await assert.rejects(trainer.restore(await other.snapshot()), /other sizes/);
  await trainer.run({ batches: 1 });
  trainer.stop();
  other.stop();
});

test('the probe comes with each report, and at once while it is paused', async () => {
  const { trainer, reports } = small();
  await trainer.pause();
  const image = testDigits.pixels.subarray(0, 784);
  trainer.probe(image);
  const [{ probe, network }] = reports.slice(-1);
  const { probabilities } = MNIST.nn.forward(network, image);
  probe.forEach((p, k) => assert.ok(Math.abs(p - probabilities[k]) < 1e-6));
  await trainer.run({ batches: 3 });
  assert.notDeepEqual(reports.at(-1).probe, probe);
  trainer.probe(null);
  assert.equal(reports.at(-1).probe, null);
  trainer.stop();
});

test('a pace is kept, and a new one counts at once', async () => {
  const { trainer, reports } = small();
  await trainer.run({ batches: 1, stepsPerSecond: 5 }); // the measurement before the first step is done
  const start = performance.now();
  await trainer.run({ batches: 4, stepsPerSecond: 20 });
  assert.ok(performance.now() - start > 140);
  trainer.start({ stepsPerSecond: 0.001 });
  await trainer.run({ batches: 2 });
  assert.ok(reports.at(-1).steps >= 7);
  trainer.stop();
});

test('a worker that stays silent for two seconds is given up', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let ended = 0;
  const { trainer } = small({}, { makeWorker: () => ({ terminate: () => ended++ }) });
  mock.timers.tick(1999);
  assert.equal(ended, 0);
  mock.timers.tick(1);
  assert.equal(ended, 1);
  mock.timers.reset();
  await trainer.run({ batches: 1 });
  assert.equal(trainer.isInWorker, false);
  trainer.stop();
});

test('a browser that throws when a worker is made trains in the page too', async () => {
  const { trainer } = small({}, { makeWorker: () => { throw new Error('SecurityError'); } });
  await trainer.run({ batches: 1 });
  assert.equal(trainer.state, 'paused');
  trainer.stop();
});

test('a worker that dies later has failed, and whoever waits hears of it', async () => {
  const worker = { terminate() {}, postMessage() {} };
  const failures = [];
  const { trainer } = small({}, { makeWorker: () => worker, onFailure: (reason) => failures.push(reason) });
  worker.onmessage({ data: { type: 'ready' } });
  assert.equal(trainer.isInWorker, true);
  const run = trainer.run({ epochs: 1 });
  worker.onerror({ message: 'out of memory', preventDefault() {} });
  await assert.rejects(run, /out of memory/);
  assert.deepEqual(failures, ['out of memory']);
  assert.equal(trainer.state, 'failed');
  await assert.rejects(trainer.snapshot());
});

test('a worker that the browser ends without a word has failed, one that is slow has not', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const worker = { terminate() {}, postMessage() {} };
  const failures = [];
  const { trainer } = small({}, { makeWorker: () => worker, onFailure: (reason) => failures.push(reason) });
  worker.onmessage({ data: { type: 'ready' } });
  const run = trainer.run({ epochs: 1 });
  for (let beat = 0; beat < 10; beat++) {
    mock.timers.tick(8_000);
    worker.onmessage({ data: { type: 'done', id: -1 } }); // whatever it says, it is alive
  }
  assert.equal(trainer.state, 'starting');
  mock.timers.tick(12_000);
  await assert.rejects(run, /ended its worker/);
  assert.deepEqual([trainer.state, failures.length], ['failed', 1]);
  mock.timers.reset();
});

test('stopped, it reports nothing more and refuses what is asked of it', async () => {
  const { trainer, reports } = small();
  await trainer.run({ batches: 1 });
  trainer.start();
  trainer.stop();
  const count = reports.length;
  await new Promise((done) => setTimeout(done, 60));
  assert.equal(reports.length, count);
  assert.equal(trainer.state, 'stopped');
  await assert.rejects(trainer.snapshot(), /ended/);
});

test('3,000 batches with all their reports leave no more memory in use than 300', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  let latest = null; // as a page keeps it
  const { trainer } = small({ batchSize: 4, learningRate: 0.01 }, { onProgress: (progress) => { latest = progress; } });
  const used = () => {
    for (let k = 0; k < 3; k++) collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  await trainer.run({ batches: 300 });
  const before = used();
  await trainer.run({ batches: 3000 });
  const more = used() - before;
  assert.equal(latest.steps, 3300);
  assert.ok(more < 500_000, `${more} bytes more`);
  trainer.stop();
});

test('the script of the worker is whole: it trains to the same weights when run on its own', async () => {
  let source = '';
  const { trainer } = small({}, { makeWorker: () => ({ terminate() {} }) });
  trainer.stop();
  const { Blob: OldBlob, Worker: OldWorker } = globalThis;
  globalThis.Blob = class extends OldBlob { constructor(parts) { super(parts); [source] = parts; } };
  globalThis.Worker = class { terminate() {} };
  small({}, { makeWorker: undefined }).trainer.stop();
  Object.assign(globalThis, { Blob: OldBlob, Worker: OldWorker });

  const answers = [];
  const self = { postMessage: (answer) => answers.push(answer) };
  const { port1, port2 } = new MessageChannel();
  runInNewContext(source, { self, MessageChannel: class { port1 = port1; port2 = port2; }, setTimeout, performance, structuredClone });
  assert.equal(answers[0].type, 'ready');
  const start = { network: initialNetwork({ hidden: [16, 12], seed: 3 }), settings: { examples: 500 }, digits, test: testDigits };
  self.onmessage({ data: { type: 'begin', id: 1, start, measureEvery: 2500 } });
  self.onmessage({ data: { type: 'run', id: 2, images: Infinity, batches: 8, epochs: Infinity, stepsPerSecond: Infinity } });
  while (!answers.some(({ id }) => id === 2)) {
    await new Promise((done) => setTimeout(done, 10));
    self.onmessage({ data: { type: 'seen' } });
  }
  port1.close();
  const engine = smallEngine();
  for (let k = 0; k < 8; k++) engine.step();
  const { theta } = answers.filter(({ type }) => type === 'progress').at(-1);
  assert.deepEqual([...theta], [...engine.theta]);
});

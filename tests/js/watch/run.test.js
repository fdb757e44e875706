'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { inflateSync } = require('node:zlib');

const { loadScripts } = require('../load-scripts');

loadScripts(
  'core/worker-code.js', 'core/elements.js', 'core/load-script.js', 'nn/network.js', 'nn/weights-file.js',
  'nn/shipped-network.js', 'nn/backpropagation.js',
  ...[
    'exact-math', 'random-source', 'initial-network', 'matrix-products', 'batch-pass', 'optimizers', 'distortions',
    'settings', 'training-engine', 'training-session', 'trainer',
  ].map((name) => `nn/training/${name}.js`),
  'data/digits.js', 'pages/learn/digit-data.js', 'pages/learn/paint.js', 'pages/learn/meter.js',
  ...['settings', 'history', 'plateau', 'means', 'frames', 'plot', 'ribbon', 'slow-step', 'run'].map((name) => `pages/learn/watch/${name}.js`),
);

const { WATCH_START, WatchFrames, WatchMeans, WatchRun, describeSlowStage, slowStepOf } = MNIST.learn;
const { TrainingEngine, forward, initialNetwork } = MNIST.nn;

const digits = { training: unpacked(MNIST.data.trainingDigits), test: unpacked(MNIST.data.testDigits) };

/** @param {{labels: string, pixels: string}} packed Two pixels a byte. */
function unpacked({ labels, pixels }) {
  const bytes = inflateSync(Buffer.from(pixels, 'base64'));
  const grey = Uint8Array.from({ length: 2 * bytes.length }, (_, k) => 17 * (k % 2 === 0 ? bytes[k >> 1] >> 4 : bytes[k >> 1] & 15));
  return { pixels: grey, labels: Uint8Array.from(labels, Number) };
}

/** @param {Partial<TrainingSettings>} [part] */
function engineWith(part = {}) {
  const { hidden, initialisation, ...settings } = { ...WATCH_START, ...part };
  const network = initialNetwork({ hidden, initialisation, seed: settings.seed });
  return new TrainingEngine({ network, settings, digits: digits.training, test: digits.test });
}

/** A run in this process: without workers the trainer works in slices. */
function newRun() {
  const waiting = new Set();
  const run = new WatchRun(digits, () => {
    for (const check of waiting) check();
  });
  /** @param {() => boolean} condition */
  run.until = (condition) => new Promise((resolve) => {
    const check = () => {
      if (!condition()) return;
      waiting.delete(check);
      resolve(undefined);
    };
    waiting.add(check);
    check();
  });
  return run;
}

test('means are over so many digits, over an epoch, or over one step', () => {
  const step = (loss, size) => ({ loss, correct: size, size });
  assert.deepEqual(new WatchMeans().add([], 100), { loss: null, accuracy: null });
  const means = new WatchMeans();
  assert.equal(means.add([step(1, 50), step(3, 50)], 100).loss, 2);
  assert.equal(means.add([step(5, 50)], 100).loss, 4); // the first step is an epoch ago
  assert.equal(means.add([step(7, 500)], 100).loss, 7);
  const long = new WatchMeans();
  long.add(Array.from({ length: 100 }, () => step(1, 100)), 1e6);
  assert.equal(long.add(Array.from({ length: 20 }, () => step(2, 100)), 1e6).loss, 2);
});

test('the film is dense at the start, and bounded', () => {
  const frames = new WatchFrames();
  const { theta, sizes } = engineWith();
  for (let steps = 0; steps < 1_000_000; steps += steps < 1000 ? 1 : 997) frames.add({ steps, theta, sizes }, steps / 157);
  const kept = frames.all.map(({ step }) => step);
  assert.ok(kept.length <= WatchFrames.max && kept.length >= WatchFrames.max / 2);
  assert.equal(kept[0], 0);
  assert.ok(kept.filter((step) => step < 1000).length >= 4);
  assert.ok(kept.at(-1) > 500_000);
  assert.equal(frames.before(kept[3] + 1).step, kept[3]);
});

test('a snapshot that comes after the film was cut is not part of it', async () => {
  const frames = new WatchFrames();
  const engine = engineWith();
  assert.ok(await frames.follow({ snapshot: async () => engine.snapshot() }, 0, 0));
  const late = frames.follow({ snapshot: async () => ({ ...engine.snapshot(), steps: 9 }) }, 9, 0.1);
  frames.cutAt(0);
  assert.equal(await late, false);
  assert.deepEqual(frames.all.map(({ step }) => step), [0]);
});

for (const optimizer of ['sgd', 'momentum', 'adam']) {
  test(`slow motion shows the step that the training takes, with ${optimizer}`, () => {
    const engine = engineWith({ optimizer, spoiledLabels: 0.5 });
    for (let k = 0; k < 3; k++) engine.step();
    const step = slowStepOf(engine.snapshot(), digits);
    engine.step(1);
    assert.equal(step.number, engine.digit);
    assert.equal(step.label, engine.labelOf(engine.digit));
    step.after.layers.forEach(({ W }, l) => assert.deepEqual(W, engine.network.layers[l].W));
    assert.deepEqual(step.before.layers[0].W.length, 784 * 128);
  });
}

test('without momentum the step is the learning rate times the gradient that slow motion shows', () => {
  const engine = engineWith();
  for (let k = 0; k < 3; k++) engine.step();
  const { before, after, gradient, settings } = slowStepOf(engine.snapshot(), digits);
  before.layers.forEach(({ W }, l) => {
    const error = Math.max(...W.map((w, k) => Math.abs(w - settings.learningRate * gradient.dW[l][k] - after.layers[l].W[k])));
    assert.ok(error < 1e-6, `layer ${l + 1}: ${error}`);
  });
});

test('the five stages name the label, the loss, the error, who gets a share, and what changes', () => {
  const step = slowStepOf(engineWith({ spoiledLabels: 1 }).snapshot(), digits);
  const texts = [0, 1, 2, 3, 4].map((stage) => describeSlowStage(step, stage));
  [/wrongly/, /−ln/, /should rise/, /of 128 neurons of layer 1/, /Every weight moves by 0\.1 times/]
    .forEach((pattern, k) => assert.match(texts[k], pattern));
});

test('a run counts epochs, measures where it rests, films, and branches into the same run', async () => {
  const run = newRun();
  run.change({ examples: 320 });
  run.probe(digits.test.pixels.subarray(0, 784));
  run.advance({ epochs: 1 });
  await run.until(() => !run.isRunning && run.history.last?.step === 10 && run.history.tests.at(-1)?.step === 10);
  assert.equal(run.history.last.epoch, 1);
  const expected = engineWith({ examples: 320 });
  for (let k = 0; k < 10; k++) expected.step();
  assert.equal(run.history.last.test, expected.evaluate().accuracy);
  assert.equal(run.fingerprint, MNIST.nn.fingerprint(expected.network));
  const end = run.fingerprint;
  const [first] = run.frames.all;
  assert.equal(first.step, 0);
  await run.branchAt(first);
  assert.equal(run.history.branches.length, 1);
  run.advance({ epochs: 1 });
  await run.until(() => !run.isRunning && run.history.last?.step === 10);
  assert.equal(run.fingerprint, end);
  run.stop();
});

test('another drawing is probed again in the past, by the network of then', async () => {
  const run = newRun();
  run.probe(digits.test.pixels.subarray(0, 784));
  run.advance({ batches: 2 });
  await run.until(() => !run.isRunning && run.history.last?.step === 2 && run.frames.all.length > 0);
  const drawn = digits.test.pixels.subarray(784, 1568);
  assert.equal(run.probe(drawn), true);
  run.recallProbes();
  const [first] = run.history.points;
  assert.deepEqual(first.probe, forward(run.frames.before(first.step).network, drawn).probabilities);
  run.stop();
});

test('a training that diverges stops, says so, and goes on only with a new network', async () => {
  const run = newRun();
  run.change({ optimizer: 'adam', learningRate: 10 });
  run.play();
  await run.until(() => run.stopped !== null && !run.isRunning);
  assert.equal(run.stopped, 'broken');
  run.play();
  await run.until(() => !run.isRunning);
  assert.equal(run.stopped, 'broken');
  run.begin(WATCH_START);
  assert.equal(run.stopped, null);
  run.advance({ batches: 1 });
  await run.until(() => !run.isRunning && run.history.last?.step === 1);
  run.stop();
});

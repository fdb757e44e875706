'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { inflateSync } = require('node:zlib');

const { loadScripts } = require('../load-scripts');

loadScripts(
  'core/worker-code.js', 'core/elements.js', 'core/load-script.js', 'nn/network.js', 'nn/weights-file.js', 'nn/shipped-network.js',
  ...[
    'exact-math', 'random-source', 'initial-network', 'matrix-products', 'batch-pass', 'optimizers', 'distortions',
    'settings', 'training-engine',
  ].map((name) => `nn/training/${name}.js`),
  'data/digits.js', 'pages/learn/paint.js',
  ...['settings', 'presets', 'survey', 'doctor', 'findings', 'result', 'speaker'].map((name) => `pages/learn/watch/${name}.js`),
);

const {
  WATCH_CHOICES, WATCH_PRESETS, WATCH_START, WatchFindings, WatchSpeaker, WatchSurvey, deadShares, describeResult, describeShipped, examine, isResult,
  needsNewNetwork, rateText, readHidden, settingsOf,
} = MNIST.learn;
const { TrainingEngine, initialNetwork } = MNIST.nn;

const digits = { training: unpacked(MNIST.data.trainingDigits), test: unpacked(MNIST.data.testDigits) };

/** @param {{labels: string, pixels: string}} packed Two pixels a byte. */
function unpacked({ labels, pixels }) {
  const bytes = inflateSync(Buffer.from(pixels, 'base64'));
  const grey = Uint8Array.from({ length: 2 * bytes.length }, (_, k) => 17 * (k % 2 === 0 ? bytes[k >> 1] >> 4 : bytes[k >> 1] & 15));
  return { pixels: grey, labels: Uint8Array.from(labels, Number) };
}

/**
 * Trains and returns what the doctor sees.
 *
 * @param {Partial<WatchSettings>} part
 * @param {number} steps
 */
function trained(part, steps) {
  const settings = { ...WATCH_START, ...part };
  const { hidden, initialisation, ...training } = settings;
  const engine = new TrainingEngine({
    network: initialNetwork({ hidden, initialisation, seed: settings.seed }), settings: training, digits: digits.training, test: digits.test,
  });
  const points = [{ step: 0, epoch: 0, loss: null, accuracy: null, test: null, probe: null }];
  const perEpoch = Math.ceil(engine.examples / settings.batchSize);
  for (let step = 1; step <= steps; step++) {
    const { loss, correct, size } = engine.step();
    const test = step === steps ? engine.evaluate(300).accuracy : null;
    points.push({ step, epoch: step / perEpoch, loss, accuracy: correct / size, test, probe: null });
  }
  const survey = new WatchSurvey(engine.network, digits.test);
  while (!survey.isDone) survey.advance();
  return { settings, points, surveyed: survey.result(), stopped: engine.hasDiverged ? 'broken' : null };
}

/** @param {string} id */
function preset(id) {
  return WATCH_PRESETS.find((one) => one.id === id).settings;
}

const foundIn = (part, steps) => examine(trained(part, steps)).map(({ id }) => id);

for (const id of ['plain', 'momentum', 'adam']) {
  test(`the doctor finds nothing in the recipe “${id}” before it knows its digits by heart`, () => {
    assert.deepEqual(foundIn(preset(id), 60), []);
  });
}

for (const [id, finding, steps] of [
  ['rate-high', 'rate-high', 40],
  ['rate-low', 'rate-low', 80],
  ['zeros', 'zeros', 30],
  ['huge', 'huge', 30],
  ['by-heart', 'gap', 400],
  ['labels', 'labels', 40],
]) {
  test(`the doctor's first finding in the recipe “${id}” is “${finding}”`, () => {
    assert.equal(foundIn(preset(id), steps)[0] , finding);
  });
}

test('a network that is shown one digit only is found to know no other answer', () => {
  const patient = trained({ examples: 1 }, 60);
  const [finding] = examine(patient);
  assert.equal(finding.id, 'one-class');
  assert.match(finding.reason, /seen one digit/);
  assert.deepEqual(foundIn({ ...patient.settings, ...finding.fix.change }, 60), []);
});

test('each fix cures what it was prescribed for', () => {
  for (const [id, steps] of [['rate-high', 40], ['rate-low', 80], ['zeros', 30], ['huge', 30], ['labels', 40]]) {
    const patient = trained(preset(id), steps);
    const [finding] = examine(patient);
    let settings = { ...patient.settings, ...finding.fix.change };
    for (let again = 0; again < 3 && foundIn(settings, steps).includes(finding.id); again++) {
      settings = { ...settings, ...examine(trained(settings, steps))[0].fix.change };
    }
    assert.ok(!foundIn(settings, steps).includes(finding.id), finding.id);
  }
});

test('a network whose layer is off for every digit is told to have died, and to answer one digit', () => {
  const network = initialNetwork({ seed: 1 });
  network.layers[1].b.fill(-1e6);
  const survey = new WatchSurvey(network, digits.test);
  while (!survey.isDone) survey.advance();
  const surveyed = survey.result();
  assert.deepEqual(deadShares(surveyed)[1], { dead: 64, of: 64 });
  const points = [0, 50].map((step) => ({ step, epoch: step / 10, loss: 1, accuracy: 0.5, test: 0.5, probe: null }));
  const findings = examine({ settings: WATCH_START, points, surveyed, stopped: null });
  assert.deepEqual(findings.map(({ id }) => id), ['dead', 'one-class']);
  assert.match(findings[0].title, /64 of the 64 neurons of layer 2/);
});

test('numbers beyond all bounds are found, whatever else there is', () => {
  const points = [1, NaN].map((loss, step) => ({ step, epoch: 0, loss, accuracy: 0.1, test: null, probe: null }));
  const settings = { ...WATCH_START, learningRate: 5 };
  const [finding] = examine({ settings, points, surveyed: null, stopped: 'broken' });
  assert.equal(finding.id, 'broken');
  assert.deepEqual(finding.fix.change, { learningRate: 0.1 });
});

test('the survey counts what each neuron does, and its patterns are the covariance of pixel and sum', () => {
  const network = initialNetwork({ hidden: [5], seed: 3 });
  const survey = new WatchSurvey(network, digits.test);
  while (!survey.isDone) survey.advance();
  const { active, answers, patterns, digits: count } = survey.result();
  assert.equal(count, 300);
  assert.equal(answers.reduce((sum, n) => sum + n), 300);
  const [neuron, pixel] = [2, 406];
  const rows = Array.from({ length: count }, (_, n) => Float64Array.from(digits.test.pixels.subarray(784 * n, 784 * (n + 1)), (g) => g / 255));
  const sums = rows.map((x) => x.reduce((sum, value, i) => sum + value * network.layers[0].W[i * 5 + neuron], 0));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / count;
  const covariance = mean(rows.map((x, n) => x[pixel] * sums[n])) - mean(rows.map((x) => x[pixel])) * mean(sums);
  assert.ok(Math.abs(patterns[neuron * 784 + pixel] - covariance) < 1e-4);
  assert.ok(Math.abs(active[0][neuron] - mean(sums.map((z) => Number(z > 0)))) < 1e-6);
});

test('each recipe has its own name and reason, and only known settings', () => {
  assert.equal(new Set(WATCH_PRESETS.map(({ name }) => name)).size, WATCH_PRESETS.length);
  assert.deepEqual([true, false].map((isGood) => WATCH_PRESETS.filter((one) => one.isGood === isGood).length), [4, 6]);
  for (const one of WATCH_PRESETS) {
    assert.ok(one.reason.length > 80);
    assert.deepEqual(Object.keys(settingsOf(one, 7)).sort(), Object.keys(WATCH_START).sort());
    assert.equal(settingsOf(one, 7).seed, 7);
  }
});

test('sizes of hidden layers are read from text, and what is wrong is said', () => {
  assert.deepEqual(readHidden(' 128, 64 '), [128, 64]);
  assert.deepEqual(readHidden('32'), [32]);
  for (const text of ['', '1, 2, 3, 4']) assert.match(readHidden(text), /one to 3 sizes/);
  for (const text of ['0', '2.5', 'many', '300']) assert.match(readHidden(text), /whole number from 1 to 256/);
  assert.equal(WATCH_CHOICES.hidden.max, 256);
});

test('a learning rate is written without an exponent', () => {
  assert.deepEqual([10, 1, 0.1, 0.02, 0.0001, 0.00001, 2.5].map(rateText), ['10', '1', '0.1', '0.02', '0.0001', '0.00001', '2.5']);
});

test('sizes, first weights and the seed need a new network, all else does not', () => {
  for (const part of [{ hidden: [10] }, { initialisation: 'zeros' }, { seed: 2 }]) assert.ok(needsNewNetwork(part));
  assert.ok(!needsNewNetwork({ learningRate: 1, examples: 10 }));
});

test('the result is stated after 20 epochs or at a plateau, with the recipe of the shipped network', () => {
  const at = (epoch, stopped = null) => ({ settings: WATCH_START, surveyed: null, stopped, points: [{ step: 1, epoch, loss: 1, accuracy: 1, test: 0.943, probe: null }] });
  assert.deepEqual([at(19.9), at(20), at(7, 'plateau')].map(isResult), [false, true, true]);
  assert.equal(describeResult(at(20)), 'After 20 epochs on 5,000 digits your network reads 94.3% of 1,000 test digits right.');
  const metadata = { epochs_trained: 400, recipe: { validation: 5000, augment: true, pen_digits: 100000 } };
  const text = describeShipped(0.993, metadata);
  for (const part of ['99.3%', '400 epochs', '55,000 digits', 'distorted', '100,000 synthetic pen digits']) assert.ok(text.includes(part), part);
});

test('a finding is said once, stays a little longer than it holds, and goes with a change', (context) => {
  context.mock.timers.enable({ apis: ['Date'] });
  const said = [];
  const findings = new WatchFindings((text) => said.push(text));
  const at = (loss) => ({
    settings: WATCH_START, surveyed: null, stopped: null, points: [{ step: 50, epoch: 0.3, loss, accuracy: 0.1, test: 0.1, probe: null }],
  });
  for (let k = 0; k < 3; k++) findings.look(at(9));
  assert.equal(findings.current.id, 'rate-high');
  assert.deepEqual(said.length, 1);
  context.mock.timers.tick(WatchFindings.rest - 1);
  findings.look(at(1));
  assert.equal(findings.current.id, 'rate-high');
  context.mock.timers.tick(2);
  findings.look(at(1));
  assert.equal(findings.current, null);
  findings.look(at(9));
  findings.forget();
  assert.equal(findings.current, null);
});

test('one sentence is said in two seconds, the latest', (context) => {
  context.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 10_000 });
  const said = [];
  const speaker = new WatchSpeaker((text) => said.push(text));
  for (const text of ['a', 'b', 'c']) speaker.say(text);
  assert.deepEqual(said, ['a']);
  context.mock.timers.tick(WatchSpeaker.rest);
  assert.deepEqual(said, ['a', 'c']);
  speaker.say('d');
  speaker.hush();
  context.mock.timers.tick(2 * WatchSpeaker.rest);
  assert.deepEqual(said, ['a', 'c']);
});

for (const [name, part, fix] of [
  ['dropout', { dropout: 0.8 }, { dropout: 0.2 }],
  ['decay', { weightDecay: 0.1 }, { weightDecay: 0 }],
]) {
  test(`too much ${name} is named before what follows from it`, () => {
    const points = [0, 60].map((step) => ({ step, epoch: step / 10, loss: 1.5, accuracy: 0.5, test: 0.6, probe: null }));
    const patient = { settings: { ...WATCH_START, ...part }, points, surveyed: null, stopped: null };
    const [first] = examine(patient);
    assert.deepEqual([first.id, first.fix.change], [name, fix]);
    const well = { ...patient, points: points.map((point) => ({ ...point, test: 0.95 })) };
    assert.deepEqual(examine(well).filter(({ id }) => id === name), []);
  });
}

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const { digits, smallEngine, test: testDigits } = require('./training-scripts');

const { TrainingEngine, checkedSettings, fingerprint, initialNetwork } = MNIST.nn;

function train(engine, steps) {
  for (let k = 0; k < steps; k++) engine.step();
  return engine;
}

test('ten epochs on 500 digits read most of the test digits, and the weights moved only here', () => {
  const network = initialNetwork({ hidden: [16, 12], seed: 3 });
  const before = fingerprint(network);
  const engine = new TrainingEngine({ network, settings: { examples: 500 }, digits, test: testDigits });
  const untrained = engine.evaluate();
  train(engine, 160);
  const { accuracy, loss } = engine.evaluate();
  assert.ok(accuracy > 0.7 && loss < untrained.loss / 2, `${accuracy}, ${loss}`);
  assert.equal(fingerprint(network), before);
});

test('the same seed gives the same weights, another seed others', () => {
  const prints = [1, 1, 2].map((seed) =>
    fingerprint(train(smallEngine({ seed, dropout: 0.2, distortions: true, spoiledLabels: 0.1 }), 40).network));
  assert.equal(prints[0], prints[1]);
  assert.notEqual(prints[0], prints[2]);
});

test('an epoch has each digit once, and its last batch is smaller', () => {
  const engine = smallEngine({ examples: 70, batchSize: 32 });
  const sizes = Array.from({ length: 4 }, () => engine.step().size);
  assert.deepEqual(sizes, [32, 32, 6, 32]);
  assert.deepEqual([engine.epoch, engine.stepInEpoch, engine.steps, engine.images], [1, 1, 4, 102]);
  const { order } = engine.snapshot();
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 70 }, (_, n) => n));
});

test('a single image can be trained on, and the epoch goes on behind it', () => {
  const engine = smallEngine({ examples: 40, batchSize: 32 });
  assert.deepEqual([engine.step(1).size, engine.step().size, engine.step().size], [1, 32, 7]);
});

for (const optimizer of ['sgd', 'momentum', 'adam']) {
  test(`restored from a snapshot, ${optimizer} goes on exactly`, () => {
    const settings = { optimizer, learningRate: 0.01, dropout: 0.3, distortions: true, spoiledLabels: 0.2, seed: 9 };
    const engine = train(smallEngine(settings), 25);
    const snapshot = structuredClone(engine.snapshot());
    const expected = fingerprint(train(engine, 30).network);
    const other = smallEngine({ seed: 77 });
    other.restore(snapshot);
    assert.equal(fingerprint(train(other, 30).network), expected);
    other.restore(snapshot); // the snapshot itself was not changed
    assert.equal(fingerprint(train(other, 30).network), expected);
    assert.deepEqual([other.epoch, other.stepInEpoch, other.steps], [engine.epoch, engine.stepInEpoch, engine.steps]);
  });
}

test('a snapshot of another network is refused', () => {
  const snapshot = smallEngine({}, { hidden: [8] }).snapshot();
  assert.throws(() => smallEngine().restore(snapshot), RangeError);
});

test('all settings can be changed between steps', () => {
  const engine = train(smallEngine(), 5);
  engine.settings = checkedSettings({ batchSize: 300, examples: 300, optimizer: 'adam', learningRate: 0.001 }, engine.settings);
  assert.equal(engine.step().size, 300);
  engine.settings = checkedSettings({ examples: 1 }, engine.settings);
  assert.equal(engine.step().size, 1);
  engine.settings = checkedSettings({ learningRate: 0, weightDecay: 0 }, engine.settings);
  const before = fingerprint(engine.network);
  assert.equal(fingerprint(train(engine, 2).network), before);
});

test('a share of labels is wrong, the same ones each time, and more include fewer', () => {
  const labelsOf = (spoiledLabels) => {
    const engine = smallEngine({ spoiledLabels });
    const wrong = Array.from({ length: 1000 }, (_, n) => n).filter((n) => engine.labelOf(n) !== digits.labels[n]);
    return new Set(wrong);
  };
  assert.equal(labelsOf(0).size, 0);
  assert.equal(labelsOf(1).size, 1000);
  const [few, many] = [labelsOf(0.2), labelsOf(0.6)];
  assert.ok(Math.abs(few.size - 200) < 50 && Math.abs(many.size - 600) < 60);
  for (const n of few) assert.ok(many.has(n));
});

test('weight decay shrinks weights that nothing asks for', () => {
  const engine = smallEngine({ learningRate: 0.1, weightDecay: 1 });
  const corner = engine.network.layers[0].W[0]; // of a pixel without ink in any digit
  engine.step();
  assert.ok(Math.abs(engine.network.layers[0].W[0] / corner - 0.9) < 1e-6);
});

test('settings that make no sense are refused by name', () => {
  const bad = [
    { learningRate: NaN }, { learningRate: -1 }, { learningRate: '0.1' }, { batchSize: 0 }, { batchSize: 2.5 },
    { batchSize: 1e9 }, { optimizer: 'best' }, { dropout: 1 }, { spoiledLabels: 2 }, { examples: 0 },
    { distortions: 1 }, { seed: -1 }, { weightDecay: Infinity },
  ];
  for (const settings of bad) {
    const name = Object.keys(settings)[0];
    assert.throws(() => checkedSettings(settings), new RegExp(`${name} is `));
    assert.throws(() => smallEngine(settings), RangeError);
  }
  assert.throws(() => checkedSettings({ lr: 1 }), /no setting lr/);
});

for (const optimizer of ['sgd', 'momentum', 'adam']) {
  test(`with ${optimizer} and a learning rate of 1000 it has diverged after a few steps`, () => {
    const engine = smallEngine({ optimizer, learningRate: 1000 });
    assert.equal(engine.hasDiverged, false);
    assert.equal(train(engine, 4).hasDiverged, true);
  });
}

test('a learning rate of 10 diverges, and a snapshot from before goes on', () => {
  const engine = smallEngine({ learningRate: 10 }, { hidden: [128, 64] });
  const snapshot = engine.snapshot();
  let steps = 0;
  while (!engine.hasDiverged && steps < 50) {
    engine.step();
    steps++;
  }
  assert.ok(steps > 1 && steps < 50, `${steps}`);
  engine.restore(snapshot);
  assert.equal(engine.hasDiverged, false);
});

test('huge initial weights are no divergence', () => {
  const engine = smallEngine({}, { initialisation: 'huge' });
  for (let k = 0; k < 20; k++) {
    engine.step();
    assert.equal(engine.hasDiverged, false);
  }
});

test('a network or a snapshot with a weight that is not a number has diverged from the start', () => {
  const engine = smallEngine();
  const snapshot = engine.snapshot();
  snapshot.theta[100] = NaN;
  engine.restore(snapshot);
  assert.equal(engine.hasDiverged, true);
  const network = initialNetwork({ hidden: [4] });
  network.layers[1].b[3] = Infinity;
  assert.equal(new TrainingEngine({ network, digits, test: testDigits }).hasDiverged, true);
});

test('the probabilities of a drawing are those of the forward pass of the page', () => {
  const engine = train(smallEngine(), 10);
  const image = testDigits.pixels.subarray(0, 784);
  const { probabilities } = MNIST.nn.forward(engine.network, image);
  engine.predict(image).forEach((p, k) => assert.ok(Math.abs(p - probabilities[k]) < 1e-6));
});

test('from zeros only the last biases move', () => {
  const engine = train(smallEngine({}, { initialisation: 'zeros' }), 20);
  engine.network.layers.forEach(({ W, b }, l) => {
    assert.ok(W.every((w) => w === 0));
    assert.equal(b.some((value) => value !== 0), l === 2);
  });
});

test('one example is learnt by heart', () => {
  const engine = train(smallEngine({ examples: 1 }), 50);
  assert.ok(engine.step().loss < 0.01);
  assert.equal(engine.epoch, 51);
});

test('labels that are all wrong are learnt too', () => {
  const engine = train(smallEngine({ spoiledLabels: 1, examples: 100 }), 200);
  assert.ok(engine.evaluate().accuracy < 0.2);
  assert.equal(engine.hasDiverged, false);
});

test('5,000 steps leave no more memory in use than 500', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const engine = smallEngine({ optimizer: 'adam', learningRate: 0.001, distortions: true, batchSize: 8 });
  const used = () => {
    for (let k = 0; k < 3; k++) collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  train(engine, 500);
  const before = used();
  train(engine, 5000);
  const more = used() - before;
  assert.ok(more < 500_000, `${more} bytes more`);
});

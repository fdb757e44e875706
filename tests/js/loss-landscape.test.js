/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { digits } = require('./training/training-scripts');
const { loadScripts } = require('./load-scripts.js');

loadScripts('pages/learn/landscape/loss-landscape.js');
const { LossLandscape, placeOfPoint } = MNIST.learn;
const { TrainingEngine, initialNetwork, parametersOf } = MNIST.nn;

const network = initialNetwork({ hidden: [12], seed: 3 });
const first200 = { pixels: digits.pixels.subarray(0, 784 * 200), labels: digits.labels.subarray(0, 200) };

function measured(seed, of = network) {
  const landscape = new LossLandscape(of, digits, seed);
  let time = 0;
  while (!landscape.isDone) landscape.work(50, () => (time += 1));
  return landscape;
}

test('in the middle is the loss of the network itself, which stays as it is', () => {
  const before = parametersOf(network);
  const { here } = measured(1);
  assert.deepEqual(parametersOf(network), before);
  const engine = new TrainingEngine({ network, digits: first200, test: first200 });
  assert.ok(Math.abs(engine.evaluate().loss - here) < 1e-9);
});

test('every point is measured, and the same seed gives the same landscape', () => {
  const [one, same, other] = [measured(1), measured(1), measured(2)];
  assert.ok(one.losses.every((loss) => loss > 0));
  assert.deepEqual(one.losses, same.losses);
  assert.notDeepEqual(one.losses, other.losses);
});

test('a network without weights has no length, so its landscape is flat', () => {
  const layers = [{ inputs: 784, outputs: 10, W: new Float32Array(7840), b: new Float32Array(10) }];
  const flat = { layers, metadata: {} };
  const { losses } = measured(1, flat);
  assert.ok(losses.every((loss) => Math.abs(loss - Math.log(10)) < 1e-6));
});

test('a coarse landscape is known before a fine one', () => {
  const landscape = new LossLandscape(network, digits, 1);
  const strides = [];
  let time = 0;
  while (!landscape.isDone) {
    landscape.work(2, () => (time += 1));
    if (strides.at(-1) !== landscape.stride) strides.push(landscape.stride);
  }
  assert.deepEqual(strides, [8, 4, 2, 1]);
});

test('points run from −1 to 1, the second direction upwards', () => {
  const last = LossLandscape.side ** 2 - 1;
  assert.deepEqual([placeOfPoint(0), placeOfPoint(last / 2), placeOfPoint(last)], [
    { first: -1, second: 1 }, { first: 0, second: 0 }, { first: 1, second: -1 },
  ]);
});

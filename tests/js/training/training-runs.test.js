'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { inflateSync } = require('node:zlib');

const { digits, fingerprintOf, test: testDigits } = require('./training-scripts');

const { TrainingEngine, initialNetwork, parametersOf } = MNIST.nn;
const goldenFile = (name) => JSON.parse(readFileSync(join(__dirname, '../../golden', name), 'utf8'));
const golden = goldenFile('training-runs.json');

/** The initial weights of make_training_runs.py. */
function sameStart() {
  const network = initialNetwork({ initialisation: 'zeros' });
  network.layers.forEach(({ inputs, W }, number) => {
    for (let k = 0; k < W.length; k++) {
      let mixed = Math.imul(k + 1_000_003 * number, 2654435761) >>> 0;
      mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 0;
      W[k] = Math.sqrt(6 / inputs) * ((mixed >>> 8) / 2 ** 23 - 1);
    }
  });
  return network;
}

/** Trains on the digits in their own order, as Python did. */
function trained(name) {
  const { rate, weight_decay: weightDecay = 0 } = golden.runs[name];
  const settings = { optimizer: name.replace('adamw', 'adam'), learningRate: rate, batchSize: golden.batch, weightDecay };
  const inOrder = new TrainingEngine({ network: sameStart(), settings, digits, test: testDigits });
  const snapshot = inOrder.snapshot();
  inOrder.restore({ ...snapshot, order: Uint32Array.from(digits.labels, (_, n) => n), position: 0 });
  const losses = Array.from({ length: golden.steps }, () => inOrder.step().loss);
  return { losses, theta: parametersOf(inOrder.network) };
}

for (const [name, { losses, weights, projections }] of Object.entries(golden.runs)) {
  test(`after ${golden.steps} steps of ${name} the weights are those of Python within 1e-5`, () => {
    const run = trained(name);
    const expected = new Float32Array(Uint8Array.from(inflateSync(Buffer.from(weights, 'base64'))).buffer);
    assert.equal(expected.length, Math.ceil(run.theta.length / golden.stride));
    let largest = 0;
    expected.forEach((w, k) => {
      largest = Math.max(largest, Math.abs(w - run.theta[k * golden.stride]));
    });
    assert.ok(largest < 1e-5, `${largest}`);
    projections.forEach((projection, number) => {
      let sum = 0;
      run.theta.forEach((w, k) => {
        sum += ((Math.imul(k, 2654435761) + Math.imul(number, 40503)) | 0) < 0 ? w : -w;
      });
      assert.ok(Math.abs(sum - projection) < 1e-3, `${sum} and ${projection}`);
    });
    losses.forEach((loss, step) => assert.ok(Math.abs(loss - run.losses[step]) < 1e-4));
  });
}

for (const run of goldenFile('training-fingerprints.json')) {
  test(`${run.batches} batches of ${run.settings.optimizer} have the fingerprint that browsers are held to`, () => {
    assert.equal(fingerprintOf(run), run.fingerprint);
  });
}

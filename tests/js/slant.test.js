/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { join } = require('node:path');
const { describe, test } = require('node:test');
const { loadScripts, readGolden } = require('./load-scripts.js');

loadScripts('vision/geometry.js', 'vision/slant.js', 'nn/network-input.js');
const { measureSlant, straighten } = MNIST.vision;
const { networkInput, readsUpright } = MNIST.nn;

const golden = readGolden('slant');
const fromHex = (rows) => Uint8Array.from(Buffer.from(rows.join(''), 'hex'));
const LEANING = fromHex(golden.find(({ name }) => name === 'one, leaning right').image);

describe('golden vectors shared with Python', () => {
  for (const { name, image, upright } of golden) {
    test(name, () => assert.deepEqual(straighten(fromHex(image)), fromHex(upright)));
  }
});

test('what leaned has no slant afterwards, and is not changed itself', () => {
  const before = LEANING.slice();
  assert.ok(measureSlant(LEANING).slant < -0.3);
  assert.ok(Math.abs(measureSlant(straighten(LEANING)).slant) < 0.001);
  assert.deepEqual(LEANING, before);
});

test('a network reads an image in its own geometry', () => {
  assert.equal(networkInput({ metadata: {} }, LEANING), LEANING);
  assert.equal(networkInput({ metadata: { geometry: 1 } }, LEANING), LEANING);
  assert.deepEqual(networkInput({ metadata: { geometry: 2 } }, LEANING), straighten(LEANING));
});

test('a network of another geometry is refused', () => {
  for (const geometry of [0, 3, '2']) {
    assert.throws(() => readsUpright({ metadata: { geometry } }), RangeError);
  }
});

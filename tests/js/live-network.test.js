/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts(
  'vision/geometry.js', 'vision/slant.js', 'nn/weights-file.js', 'nn/network-input.js',
  'nn/network.js', 'nn/rejection.js', 'nn/live-network.js',
);
const { LiveNetwork } = MNIST.nn;

const golden = JSON.parse(readFileSync(join(__dirname, '../golden/network.json'), 'utf8'));
const bytes = Buffer.from(golden.weights, 'base64');
const weights = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

test('the network is expected until it fails to come, and that is told', async () => {
  const answers = [() => Promise.reject(new Error('away')), () => Promise.resolve(weights)];
  const live = new LiveNetwork({ weights: () => answers.shift()() });
  const told = [];
  live.addEventListener('change', () => told.push([live.isReady, live.isExpected]));
  assert.ok(live.isExpected && !live.isReady);
  await live.load();
  await live.load();
  assert.deepEqual(told, [[false, false], [true, true]]);
});

test('a picture is computed once, and anew with another network', async () => {
  const live = new LiveNetwork({ weights: () => Promise.resolve(weights) });
  await live.load();
  const pixels = new Uint8Array(784).fill(90, 300, 400);
  const first = live.predict(pixels);
  assert.equal(live.predict(pixels), first);
  assert.deepEqual(live.predict(pixels.slice()), first);
  await live.load();
  assert.notEqual(live.predict(pixels), first);
});

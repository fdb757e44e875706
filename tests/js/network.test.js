/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts, readGolden } = require('./load-scripts.js');

loadScripts('nn/weights-file.js', 'nn/network.js');
const { readNetwork, writeNetwork, forward, predictionFrom, differs } = MNIST.nn;

const golden = readGolden('network');

/** The golden file's bytes, to be changed at will. */
function file() {
  return new Uint8Array(Buffer.from(golden.weights, 'base64')).buffer;
}

/** The golden file with its header changed. */
function withHeader(change) {
  const bytes = new Uint8Array(file());
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const text = new TextEncoder().encode(JSON.stringify(change(header) ?? header));
  const changed = new Uint8Array(8 + text.length + bytes.length - 8 - length);
  new DataView(changed.buffer).setBigUint64(0, BigInt(text.length), true);
  changed.set(text, 8);
  changed.set(bytes.subarray(8 + length), 8 + text.length);
  return changed.buffer;
}

const isClose = (a, b) => Math.abs(a - b) <= 1e-5;

describe('the forward pass', () => {
  const network = readNetwork(file());
  golden.cases.forEach(({ image, hidden, probabilities }, i) => {
    test(`gives what Python gives, within 1e-5: image ${i}`, () => {
      const pass = forward(network, Uint8Array.from(Buffer.from(image, 'hex')));
      assert.ok(pass.probabilities.every((p, j) => isClose(p, probabilities[j])));
      const logShares = probabilities.map((p) => Math.log(p / probabilities[0]));
      assert.ok(pass.logits.every((z, j) => isClose(z - pass.logits[0], logShares[j])));
      assert.deepEqual(pass.hidden.map(({ length }) => length), [7, 5]);
      pass.hidden.forEach((layer, l) => assert.ok(layer.every((a, j) => isClose(a, hidden[l][j]))));
    });
  });

  test('is stable for scores far apart', () => {
    const layers = [{ inputs: 784, outputs: 10, W: new Float32Array(7840), b: new Float32Array(10) }];
    layers[0].b.set([1000, -1000, 1000]);
    const { probabilities } = forward({ layers, metadata: {} }, new Uint8Array(784));
    assert.deepEqual(probabilities.slice(0, 3), [0.5, 0, 0.5]);
  });

  test('leaves the weights as they are', () => {
    const before = network.layers.map(({ b }) => b.slice());
    forward(network, new Uint8Array(784).fill(255));
    assert.deepEqual(network.layers.map(({ b }) => b), before);
  });
});

test('the answer is the likeliest digit', () => {
  const probabilities = [0, 0.1, 0, 0, 0.7, 0, 0, 0.2, 0, 0];
  const { digit, confidence } = predictionFrom(probabilities);
  assert.deepEqual([digit, confidence], [4, 0.7]);
});

test('two networks are told apart, rounding is not taken for a difference', () => {
  const one = predictionFrom([0.9, 0.1, 0, 0, 0, 0, 0, 0, 0, 0]);
  const rounded = predictionFrom(one.probabilities.map((p) => p + 1e-6));
  const other = predictionFrom([0.89, 0.11, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([differs(one, rounded), differs(one, other), differs(one, null)], [false, true, false]);
});

test('what the training wrote down is read', () => {
  assert.deepEqual(readNetwork(file()).metadata, golden.metadata);
});

test('a network that is written is read again, bit for bit, and its numbers are aligned', () => {
  const metadata = { geometry: 2, note: 'drawn by Zoë' };
  const network = { ...readNetwork(file()), metadata };
  const written = writeNetwork(network);
  assert.deepEqual(readNetwork(written), network);
  assert.equal(Number(new DataView(written).getBigUint64(0, true)) % 8, 0);
});

describe('a file is refused', () => {
  for (const [what, bytes] of Object.entries({
    'that is empty': new ArrayBuffer(0),
    'that is a web page': new TextEncoder().encode('<!doctype html><title>404</title>').buffer,
    'that is cut off': file().slice(0, 20_000),
    'whose header is cut off': file().slice(0, 100),
    'whose header is endless': new Uint8Array(64).fill(255).buffer,
    'without layers': withHeader(() => ({})),
    'without a bias': withHeader((header) => void delete header.b2),
    'of another type': withHeader((header) => void (header.W1.dtype = 'F16')),
    'of other inputs': withHeader((header) => void (header.W1.shape = [392, 14])),
    'whose layers do not chain': withHeader((header) => void (header.W2.shape = [5, 7])),
    'whose array lies outside': withHeader((header) => void (header.W1.data_offsets = [1e7, 2e7])),
    'whose array lies before it': withHeader((header) => void (header.W1.data_offsets = [-4, 21948])),
    'whose array is askew': withHeader((header) => void (header.W1.data_offsets = [2, 21954])),
    'with too few numbers': withHeader((header) => void (header.W1.data_offsets = [0, 40])),
    'for nine classes': withHeader((header) => {
      header.W3.shape = [5, 9];
      header.W3.data_offsets[1] -= 20;
      header.b3.shape = [9];
      header.b3.data_offsets[1] -= 4;
    }),
  })) {
    test(what, () => assert.throws(() => readNetwork(bytes)));
  }

  test('with a weight that is no number', () => {
    const bytes = new Uint8Array(file());
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true);
    assert.throws(() => readNetwork(bytes.buffer), /finite/);
  });
});

'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { inflateSync } = require('node:zlib');

const { loadScripts } = require('./load-scripts');

loadScripts(
  'data/model.js', 'data/digits.js', 'core/load-script.js', 'nn/weights-file.js', 'nn/shipped-network.js',
  'nn/network.js',
  'nn/backpropagation.js', 'nn/explanations.js', 'nn/surgery.js', 'pages/learn/digit-data.js',
);

const {
  backwardPass, batchGradient, countCorrect, descend, edited, forwardPass, integratedGradients, ledgerOf,
  measureSlope, occlusionMap, readNetwork, softmaxOf,
} = MNIST.nn;
const { unpackDigits } = MNIST.learn;
const golden = JSON.parse(readFileSync(join(__dirname, '../golden/gradients.json'), 'utf8'));
const network = readNetwork(Uint8Array.from(Buffer.from(MNIST.data.MODEL.file, 'base64')).buffer);
const COUNT = network.layers.reduce((sum, { W, b }) => sum + W.length + b.length, 0);

const pixels = unpacked(golden.pixels);

/** @param {string} text Base64 of deflated bytes. */
function unpacked(text) {
  return Uint8Array.from(inflateSync(Buffer.from(text, 'base64')));
}

/** @param {number} n */
function drawn(n) {
  return Float64Array.from(pixels.subarray(784 * n, 784 * (n + 1)), (grey) => grey / 255);
}

/** In the order of Python: W₁, b₁, W₂, b₂, … */
function flat({ dW, db }) {
  const whole = new Float64Array(COUNT);
  let at = 0;
  dW.forEach((weights, l) => {
    whole.set(weights, at);
    whole.set(db[l], at + weights.length);
    at += weights.length + db[l].length;
  });
  return whole;
}

/** The signs of make_gradients.py: the top bit of a 32-bit product. */
function signs(number) {
  return Float64Array.from({ length: COUNT }, (_, k) => {
    const mixed = (Math.imul(k, 2654435761) + Math.imul(number, 40503)) | 0;
    return mixed < 0 ? 1 : -1;
  });
}

test('the gradients of 100 digits are those of Python, for right and wrong targets', () => {
  assert.equal(golden.cases.length, 100);
  const vectors = [0, 1, 2, 3].map(signs);
  golden.cases.forEach(({ target, loss, logits, projections, norms, largest }, n) => {
    const pass = forwardPass(network, drawn(n));
    logits.forEach((z, k) => assert.ok(Math.abs(z - pass.sums[2][k]) < 1e-5));
    const gradient = backwardPass(network, pass, target);
    assert.ok(Math.abs(gradient.loss - loss) < 1e-5);
    const whole = flat(gradient);
    for (const [k, value] of largest) assert.ok(Math.abs(whole[k] - value) < 1e-5);
    vectors.forEach((vector, number) => {
      const projection = whole.reduce((sum, value, k) => sum + value * vector[k], 0);
      assert.ok(Math.abs(projection - projections[number]) < 1e-4 * (1 + norms[0]));
    });
    const parts = gradient.dW.flatMap((weights, l) => [weights, gradient.db[l]]);
    parts.forEach((part, k) => {
      const norm = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0));
      assert.ok(Math.abs(norm - norms[k]) < 1e-5 * (1 + norms[k]));
    });
  });
});

test('all 109,386 gradients of three digits are those of Python', () => {
  assert.equal(Object.keys(golden.whole).length, 3);
  for (const [name, text] of Object.entries(golden.whole)) {
    const n = Number(name);
    const expected = new Float32Array(unpacked(text).buffer);
    assert.equal(expected.length, COUNT);
    const pass = forwardPass(network, drawn(n));
    const found = flat(backwardPass(network, pass, golden.cases[n].target));
    found.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) < 1e-5, `at ${k}: ${value} and ${expected[k]}`));
  }
});

test('the measured slope of a weight, and of a bias, is its gradient', () => {
  const { target } = golden.cases[1];
  const x = drawn(1);
  const { dW, db } = backwardPass(network, forwardPass(network, x), target);
  for (const place of [{ layer: 0, input: 406, output: 3 }, { layer: 1, input: 5, output: 9 }, { layer: 2, input: 7, output: 4 }]) {
    const { outputs } = network.layers[place.layer];
    const computed = dW[place.layer][place.input * outputs + place.output];
    const { slope } = measureSlope(network, x, target, place, 1e-4);
    assert.ok(Math.abs(slope - computed) < 1e-5, `${slope} and ${computed}`);
    const ofBias = measureSlope(network, x, target, { ...place, isBias: true }, 1e-4).slope;
    assert.ok(Math.abs(ofBias - db[place.layer][place.output]) < 1e-5);
  }
});

test('a step against the gradient lowers the loss and leaves the network as it was', () => {
  const { target } = golden.cases[2];
  const x = drawn(2);
  const before = backwardPass(network, forwardPass(network, x), target);
  const first = network.layers[0].W[40_000];
  const after = descend(network, before, 0.01);
  assert.ok(backwardPass(after, forwardPass(after, x), target).loss < before.loss);
  assert.equal(network.layers[0].W[40_000], first);
});

test('the gradient of a batch is the mean of its images', () => {
  const batch = golden.cases.slice(0, 3).map(({ target }, n) => ({ x: drawn(n), target }));
  const mean = batchGradient(network, batch);
  const each = batch.map(({ x, target }) => backwardPass(network, forwardPass(network, x), target));
  const expected = each.reduce((sum, { dW }) => sum + dW[1][77] / 3, 0);
  assert.ok(Math.abs(mean.dW[1][77] - expected) < 1e-7);
  assert.ok(Math.abs(mean.loss - each.reduce((sum, { loss }) => sum + loss / 3, 0)) < 1e-9);
});

test('on 1,000 test digits each list of the ledger adds up to the difference of the scores', async () => {
  const { pixels, labels } = await unpackDigits(MNIST.data.testDigits);
  assert.equal(labels.length, 1000);
  for (let n = 0; n < 1000; n++) {
    const x = Float64Array.from(pixels.subarray(784 * n, 784 * (n + 1)), (grey) => grey / 255);
    const ledger = ledgerOf(network, forwardPass(network, x), labels[n], (labels[n] + 1 + (n % 9)) % 10);
    const sum = (values) => values.reduce((total, value) => total + value, 0);
    const totals = [
      sum(ledger.pixels) + ledger.biasParts[0],
      sum(ledger.strokes.map(({ evidence }) => evidence)) + ledger.biasParts[0],
      sum(ledger.neurons[0]) + ledger.biasParts[1],
      sum(ledger.neurons[1]) + ledger.biasParts[2],
    ];
    for (const total of totals) assert.ok(Math.abs(total - ledger.difference) < 1e-3);
  }
});

test('the network reads at least 98% of the 1,000 test digits that come with the page', async () => {
  const digits = await unpackDigits(MNIST.data.testDigits);
  assert.ok(countCorrect(network, digits, 0, 1000) >= 980);
});

test('integrated gradients add up to what the ink changed', () => {
  const { pixels: parts, change } = integratedGradients(network, drawn(4), 4, 9, 256);
  const total = parts.reduce((sum, value) => sum + value, 0);
  assert.ok(Math.abs(total - change) < 0.02 * (1 + Math.abs(change)), `${total} and ${change}`);
});

test('occlusion is what a covered patch takes from the difference', () => {
  const x = drawn(5);
  const pass = forwardPass(network, x);
  const map = occlusionMap(network, pass, 2, 7);
  const centre = x.findIndex((value) => value > 0.9);
  const covered = x.slice();
  for (const row of [-28, 0, 28]) for (const column of [-1, 0, 1]) covered[centre + row + column] = 0;
  const [z, without] = [pass.sums[2], forwardPass(network, covered).sums[2]];
  assert.ok(Math.abs(map[centre] - (z[2] - z[7] - (without[2] - without[7]))) < 1e-9);
  assert.equal(map[0], 0);
});

test('edits change a copy: a weight, a bias, a scale, a neuron switched off', () => {
  const x = drawn(6);
  const copy = edited(network, [
    { kind: 'weight', layer: 0, neuron: 3, input: 406, value: 1.5 },
    { kind: 'bias', layer: 1, neuron: 2, value: -0.25 },
    { kind: 'scale', layer: 1, neuron: 5, value: 2 },
    { kind: 'off', layer: 1, neuron: 9 },
  ]);
  assert.equal(copy.layers[0].W[406 * 128 + 3], 1.5);
  assert.equal(copy.layers[1].b[2], -0.25);
  assert.equal(copy.layers[1].W[64 * 8 + 5], 2 * network.layers[1].W[64 * 8 + 5]);
  assert.equal(forwardPass(copy, x).activations[2][9], 0);
  assert.notEqual(network.layers[0].W[406 * 128 + 3], 1.5);
  assert.equal(edited(network, []), network);
});

test('a temperature above 1 makes the shares more alike, and they still add up to 1', () => {
  const [cold, warm] = [softmaxOf([3, 1, 0], 0.5), softmaxOf([3, 1, 0], 5)];
  assert.ok(cold[0] > softmaxOf([3, 1, 0])[0] && softmaxOf([3, 1, 0])[0] > warm[0]);
  for (const shares of [cold, warm]) assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
});

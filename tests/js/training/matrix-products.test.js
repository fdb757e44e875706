'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { digits } = require('./training-scripts');

const {
  BatchPass, SparseMatrix, batchGradient, distortInto, errorsBefore, initialNetwork, layersOf, outerProducts,
  parametersOf, randomSource, softmaxInPlace, softmaxOf, weightedSumsOf,
} = MNIST.nn;
const random = randomSource(9);

/** A matrix with a share of zeros, and a layer that takes its rows. */
function example(rows, inputs, outputs, zeros) {
  const a = new SparseMatrix(rows + 2, inputs);
  for (let k = 0; k < rows * inputs; k++) a.values[k] = random.next() < zeros ? 0 : random.next();
  a.index(rows);
  const W = Float32Array.from({ length: inputs * outputs }, () => random.normal());
  const b = Float32Array.from({ length: outputs }, () => random.normal());
  const delta = Float32Array.from({ length: (rows + 2) * outputs }, () => random.normal());
  return { a, delta, layer: { inputs, outputs, W, b } };
}

/** The textbook's product of matrices that are given by functions of row and column. */
function product(rows, inner, columns, left, right) {
  return Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += left(Math.floor(at / columns), k) * right(k, at % columns);
    return sum;
  });
}

function assertClose(found, expected) {
  expected.forEach((value, k) => assert.ok(Math.abs(found[k] - value) < 1e-5, `${k}: ${found[k]} and ${value}`));
}

for (const [rows, inputs, outputs, zeros] of [[1, 1, 1, 0], [5, 23, 7, 0.5], [9, 40, 12, 0.8], [4, 6, 10, 1], [13, 17, 3, 0]]) {
  test(`the tuned products of ${rows} × ${inputs} × ${outputs}, ${100 * zeros}% zeros, are the textbook's`, () => {
    const { a, delta, layer } = example(rows, inputs, outputs, zeros);
    const { W, b } = layer;
    const A = (n, i) => a.values[n * inputs + i];
    const D = (n, j) => delta[n * outputs + j];

    const z = new Float32Array(rows * outputs);
    weightedSumsOf(a, layer, z);
    assertClose(z, product(rows, inputs, outputs, A, (i, j) => W[i * outputs + j]).map((sum, at) => sum + b[at % outputs]));

    const dW = new Float32Array(inputs * outputs).fill(7);
    outerProducts(a, delta, outputs, dW);
    assertClose(dW, product(inputs, rows, outputs, (i, n) => A(n, i), D));

    const before = new Float32Array(rows * inputs).fill(7);
    errorsBefore(delta, layer, a, before);
    const all = product(rows, outputs, inputs, D, (j, i) => W[i * outputs + j]);
    assertClose(before, all.map((value, at) => (a.values[at] > 0 ? value : 0)));
  });
}

/** A pass with the first digits in it. */
function filled(sizes, rows) {
  const pass = new BatchPass(sizes, rows);
  for (let k = 0; k < 784 * rows; k++) pass.x[k] = digits.pixels[k] / 255;
  pass.labels.set(digits.labels.subarray(0, rows));
  return pass;
}

test('the gradient of a batch is that of backpropagation.js, image by image', () => {
  const network = initialNetwork({ hidden: [32, 16], seed: 4 });
  const sizes = [784, 32, 16, 10];
  const pass = filled(sizes, 7);
  pass.forward(network.layers, 7);
  const { loss } = pass.measure();
  const gradient = layersOf(new Float32Array(parametersOf(network).length), sizes);
  pass.backward(network.layers, gradient);
  const batch = Array.from({ length: 7 }, (_, n) => ({
    x: Array.from(digits.pixels.subarray(784 * n, 784 * (n + 1)), (grey) => grey / 255), target: digits.labels[n],
  }));
  const textbook = batchGradient(network, batch);
  assert.ok(Math.abs(loss - textbook.loss) < 1e-6);
  gradient.forEach(({ W, b }, l) => {
    assertClose(W, [...textbook.dW[l]]);
    assertClose(b, [...textbook.db[l]]);
  });
});

test('with dropout the gradient is the slope of the loss for the neurons that were left on', () => {
  const network = initialNetwork({ hidden: [20], seed: 6 });
  const sizes = [784, 20, 10];
  const lossOf = () => {
    const pass = filled(sizes, 5);
    pass.forward(network.layers, 5, 0.5, randomSource(11)); // the same neurons each time
    return { pass, loss: pass.measure().loss };
  };
  const { pass } = lossOf();
  const off = [...pass.activations[1].values].filter((a) => a === 0).length;
  assert.ok(off > 40 && off < 90, `${off} of 100`);
  const gradient = layersOf(new Float32Array(parametersOf(network).length), sizes);
  pass.backward(network.layers, gradient, 0.5);
  for (const [l, k] of [[0, 20 * 406 + 3], [0, 20 * 350 + 11], [1, 57], [1, 120]]) {
    const { W } = network.layers[l];
    const w = W[k];
    const [less, more] = [-0.001, 0.001].map((change) => {
      W[k] = w + change;
      return lossOf().loss;
    });
    W[k] = w;
    assert.ok(Math.abs((more - less) / 0.002 - gradient[l].W[k]) < 2e-3, `layer ${l}, weight ${k}`);
  }
});

test('softmax in place is that of backpropagation.js, for scores of any size', () => {
  for (const scores of [[1, 2, 3], [1000, 0, -1000], [-5, -5, -5]]) {
    const shares = Float32Array.from(scores);
    const logShare = softmaxInPlace(shares, 0);
    const expected = softmaxOf(scores);
    assertClose(shares, [...expected]);
    assert.ok(Math.abs(logShare - Math.log(expected[0])) < 1e-9);
  }
});

test('a distorted digit is another image with about as much ink, near its old place', () => {
  const image = digits.pixels.subarray(0, 784);
  const mass = (values) => values.reduce((sum, value) => sum + value, 0);
  const column = (values) => values.reduce((sum, value, i) => sum + value * (i % 28), 0) / mass(values);
  const original = Float32Array.from(image, (grey) => grey / 255);
  const source = randomSource(8);
  const x = new Float32Array(2 * 784);
  for (let k = 0; k < 200; k++) {
    distortInto(image, source, x, 784);
    const distorted = x.subarray(784);
    assert.notDeepEqual(distorted, original);
    assert.ok(distorted.every((value) => value >= 0 && value <= 1));
    assert.ok(Math.abs(mass(distorted) / mass(original) - 1) < 0.35);
    assert.ok(Math.abs(column(distorted) - column(original)) < 2.5);
  }
  assert.equal(mass(x.subarray(0, 784)), 0);
});

test('an image that is neither turned, nor scaled, nor shifted stays as it is', () => {
  const image = digits.pixels.subarray(784, 1568);
  const x = new Float32Array(784);
  distortInto(image, { next: () => 0.5 }, x, 0);
  assert.deepEqual(x, Float32Array.from(image, (grey) => grey / 255));
});

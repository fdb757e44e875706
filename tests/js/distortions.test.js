'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { loadScripts } = require('./load-scripts');

loadScripts('vision/geometry.js', 'vision/distortions.js');

const { addNoise, edgeDistances, fade, reshape, rotate, shift, thicken } = MNIST.vision;

/** @param {...[number, number]} places Columns and rows of full ink. */
function inkAt(...places) {
  const pixels = new Uint8Array(784);
  for (const [x, y] of places) pixels[28 * y + x] = 255;
  return pixels;
}

/** @param {(x: number, y: number) => boolean} isInk */
function shape(isInk) {
  return Uint8Array.from({ length: 784 }, (_, i) => (isInk(i % 28, Math.floor(i / 28)) ? 255 : 0));
}

test('a quarter turn goes clockwise about (14, 14), and four of them lead back', () => {
  const pixels = inkAt([20, 14], [14, 9]);
  const turned = rotate(pixels, 90);
  assert.deepEqual(turned, inkAt([14, 20], [19, 14]));
  assert.deepEqual(rotate(rotate(rotate(turned, 90), 90), 90), pixels);
  assert.deepEqual(rotate(pixels, 0), pixels);
});

test('a shift moves ink by whole and half pixels, and loses what leaves the image', () => {
  assert.deepEqual(shift(inkAt([5, 6]), 3, -2), inkAt([8, 4]));
  const half = shift(inkAt([5, 6]), 0.5, 0);
  assert.deepEqual([half[6 * 28 + 5], half[6 * 28 + 6]], [128, 128]);
  assert.deepEqual(shift(inkAt([26, 6], [4, 6]), 4, 0), inkAt([8, 6]));
});

test('ink that is thickened by one pixel takes in its neighbours, and thinning takes them off', () => {
  const cross = inkAt([10, 10], [9, 10], [11, 10], [10, 9], [10, 11]);
  assert.deepEqual(thicken(inkAt([10, 10]), 1), cross);
  assert.deepEqual(thicken(cross, -1), inkAt([10, 10]));
  assert.equal(thicken(inkAt([10, 10]), 0.5)[10 * 28 + 9], 128);
  assert.equal(thicken(inkAt([10, 10]), 1.5)[10 * 28 + 8], 128);
  assert.deepEqual(thicken(cross, 0), cross);
});

test('noise of deviation 0 changes nothing, and grey values stay between 0 and 255', () => {
  const pixels = inkAt([3, 3]);
  const noise = Float64Array.from({ length: 784 }, (_, i) => (i % 2 ? 3 : -3));
  assert.deepEqual(addNoise(pixels, 0, noise), pixels);
  const noisy = addNoise(pixels, 0.1, noise);
  assert.equal(noisy[1], 77);
  assert.equal(noisy[0], 0);
  assert.equal(noisy[87], 255);
});

test('a fade begins with the one image and ends with the other', () => {
  const [one, other] = [inkAt([3, 3]), inkAt([9, 9])];
  assert.deepEqual(fade(one, other, 0), one);
  assert.deepEqual(fade(one, other, 1), other);
  assert.equal(fade(one, other, 0.5)[87], 128);
});

test('distances to the edge are below 0 in ink, and give the shape back', () => {
  const square = shape((x, y) => x >= 8 && x < 18 && y >= 8 && y < 18);
  const distances = edgeDistances(square);
  assert.equal(distances[8 * 28 + 8], -0.5);
  assert.equal(distances[8 * 28 + 7], 0.5);
  assert.equal(distances[12 * 28 + 12], -4.5);
  assert.equal(distances[12 * 28 + 3], 4.5);
  assert.deepEqual(reshape(distances, distances, 0.5), square);
});

test('reshaping moves an edge instead of fading it', () => {
  const bar = (/** @type {number} */ left) => shape((x) => x >= left && x < left + 6);
  const halfway = reshape(edgeDistances(bar(8)), edgeDistances(bar(12)), 0.5);
  assert.deepEqual(halfway, bar(10));
});

test('an image without ink has an edge nowhere', () => {
  const distances = edgeDistances(new Uint8Array(784));
  assert.ok(distances.every((distance) => distance > 28));
});

/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { join } = require('node:path');
const { describe, test } = require('node:test');
const { loadFolders, readGolden } = require('./load-scripts.js');

loadFolders('vision');
const { findDigits, groupStrokes, preprocessRaster } = MNIST.vision;

const golden = readGolden('segmentation');
const fromHex = (rows) => Uint8Array.from(Buffer.from(rows.join(''), 'hex'));
const toPoints = (strokes) => strokes.map((stroke) => stroke.map(([x, y]) => ({ x, y })));
const imageOf = (name) => golden.images.find((image) => image.name === name);

describe('golden vectors shared with Python', () => {
  for (const { name, strokes, groups } of golden.strokes) {
    test(`strokes: ${name}`, () => assert.deepEqual(groupStrokes(toPoints(strokes)), groups));
  }
  for (const { name, width, height, grey, digits } of golden.images) {
    test(`image: ${name}`, () => {
      const found = findDigits(fromHex(grey), width, height);
      const boxes = found.map(({ box }) => [box.x, box.y, box.width, box.height]);
      assert.deepEqual(boxes, digits.map(({ box }) => box));
      found.forEach(({ pixels }, i) => assert.deepEqual(pixels, fromHex(digits[i].pixels)));
    });
  }
});

describe('groupStrokes', () => {
  const number = golden.strokes.find(({ name }) => name === 'digits of several strokes');

  test('groups alike wherever and however large one writes', () => {
    const strokes = toPoints(number.strokes);
    const elsewhere = strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: 8 * x - 64, y: 8 * y })));
    assert.deepEqual(groupStrokes(elsewhere), number.groups);
  });

  test('refuses coordinates that are no place', () => {
    for (const x of [NaN, Infinity, 2e9, undefined]) {
      assert.throws(() => groupStrokes([[{ x, y: 1 }]]), RangeError, String(x));
      assert.throws(() => groupStrokes([[{ x: 1, y: 1 }, { x: 1, y: x }]]), RangeError);
    }
  });

  test('leaves the strokes as they are', () => {
    const strokes = toPoints(number.strokes);
    strokes.forEach((stroke) => Object.freeze(stroke).forEach(Object.freeze));
    groupStrokes(Object.freeze(strokes));
    assert.deepEqual(strokes, toPoints(number.strokes));
  });
});

describe('findDigits', () => {
  test('makes of one digit what preprocessRaster makes of it', () => {
    for (const name of ['MNIST\'s geometry already', 'one digit, enlarged']) {
      const { width, height, grey } = imageOf(name);
      const found = findDigits(fromHex(grey), width, height);
      assert.equal(found.length, 1);
      assert.deepEqual(found[0].pixels, preprocessRaster(fromHex(grey), width, height));
    }
  });

  test('refuses sizes and greys that do not fit', () => {
    assert.throws(() => findDigits(new Uint8Array(6), 2, 2), RangeError);
    assert.throws(() => findDigits(new Uint8Array(6), 2000, 2000), RangeError);
    assert.throws(() => findDigits([0, NaN], 2, 1), RangeError);
  });

  test('leaves the image as it is', () => {
    const { width, height, grey } = imageOf('with specks');
    const image = fromHex(grey);
    findDigits(image, width, height);
    assert.deepEqual(image, fromHex(grey));
  });
});

/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { join } = require('node:path');
const { describe, test } = require('node:test');
const { loadFolders, readGolden } = require('./load-scripts.js');

loadFolders('vision');
const { centreByMass, inkStrokes, normaliseStrokes, preprocessRaster, renderStrokes } = MNIST.vision;

const golden = readGolden('preprocessing');
const fromHex = (rows) => Uint8Array.from(Buffer.from(rows.join(''), 'hex'));
const toPoints = (strokes) => strokes.map((stroke) => stroke.map(([x, y]) => ({ x, y })));
const SEVEN = toPoints([[[40, 20], [160, 25], [90, 250]], [[70, 130], [150, 125]]]);

/** Counts the columns and rows that hold ink. */
function inkedSize(image) {
  const inked = [...image.keys()].filter((i) => image[i] > 0);
  const extent = (values) => Math.max(...values) - Math.min(...values) + 1;
  return [extent(inked.map((i) => i % 28)), extent(inked.map((i) => Math.floor(i / 28)))];
}

describe('golden vectors shared with Python', () => {
  for (const { name, strokes, dot_size: dotSize, image } of golden.strokes) {
    test(`strokes: ${name}`, () => {
      assert.deepEqual(renderStrokes(toPoints(strokes), dotSize), fromHex(image));
    });
  }
  for (const { name, width, height, grey, image } of golden.rasters) {
    test(`raster: ${name}`, () => {
      assert.deepEqual(preprocessRaster(fromHex(grey), width, height), fromHex(image));
    });
  }
});

describe('renderStrokes', () => {
  test('fills a box of 20 pixels with ink of full strength', () => {
    const image = renderStrokes(SEVEN);
    assert.equal(Math.max(...inkedSize(image)), 20);
    assert.equal(Math.max(...image), 255);
  });

  test('gives the same image wherever and however large one draws', () => {
    const elsewhere = ({ x, y }) => ({ x: x * 4 - 64, y: y * 4 + 8 });
    const moved = SEVEN.map((stroke) => stroke.map(elsewhere));
    assert.deepEqual(renderStrokes(moved), renderStrokes(SEVEN));
  });

  test('has nothing to show without a point', () => {
    assert.equal(renderStrokes([]), null);
    assert.equal(renderStrokes([[], []]), null);
  });

  test('makes a dot of a tap, also of one that shook', () => {
    const tap = renderStrokes([[{ x: 9, y: 9 }]]);
    assert.deepEqual(inkedSize(tap), [4, 4]);
    const shaky = renderStrokes([[{ x: 9, y: 9 }, { x: 9.2, y: 9.1 }]], 2);
    assert.ok(Math.max(...inkedSize(shaky)) <= 6);
  });

  test('is its normalising, inking and centring in turn', () => {
    const normalised = normaliseStrokes(SEVEN);
    const xs = normalised.flat().map(({ x }) => x);
    const ys = normalised.flat().map(({ y }) => y);
    assert.ok(Math.abs(Math.max(...ys) - Math.min(...ys) - 17.3) < 1e-9);
    assert.ok(Math.abs(Math.max(...xs) + Math.min(...xs) - 27) < 1e-9);
    assert.deepEqual(centreByMass(inkStrokes(normalised)), renderStrokes(SEVEN));
  });

  test('refuses coordinates that are no place', () => {
    for (const x of [NaN, Infinity, -Infinity, 2e9, undefined]) {
      assert.throws(() => renderStrokes([[{ x: 1, y: 1 }, { x, y: 2 }]]), RangeError, String(x));
      assert.throws(() => renderStrokes([[{ x: 1, y: x }]]), RangeError, String(x));
    }
    for (const dotSize of [-1, NaN, Infinity]) {
      assert.throws(() => renderStrokes(SEVEN, dotSize), RangeError, String(dotSize));
    }
  });

  test('leaves the strokes as they are', () => {
    const strokes = structuredClone(SEVEN);
    for (const stroke of strokes) stroke.forEach(Object.freeze);
    renderStrokes(Object.freeze(strokes.map(Object.freeze)), 3);
    assert.deepEqual(strokes, SEVEN);
  });
});

describe('preprocessRaster', () => {
  test('leaves what is MNIST’s geometry already as it is', () => {
    for (const strokes of golden.strokes.slice(0, 10)) {
      const image = fromHex(strokes.image);
      assert.deepEqual(preprocessRaster(image, 28, 28), image, strokes.name);
    }
  });

  test('does not care whether ink is dark or light', () => {
    const light = new Uint8Array(50 * 60).fill(30);
    for (let y = 10; y < 55; y++) light[y * 50 + 20] = 240;
    const dark = light.map((grey) => 255 - grey);
    assert.deepEqual(preprocessRaster(dark, 50, 60), preprocessRaster(light, 50, 60));
  });

  test('has nothing to show for a blank image', () => {
    assert.equal(preprocessRaster(new Uint8Array(784), 28, 28), null);
    assert.equal(preprocessRaster(new Uint8Array(300).fill(255), 30, 10), null);
    assert.equal(preprocessRaster([250, 255, 245, 250], 2, 2), null);
  });

  test('refuses sizes and greys that do not fit', () => {
    const image = new Uint8Array(6);
    for (const [width, height] of [[2, 2], [0, 6], [-2, -3], [1.5, 4], [NaN, 6]]) {
      assert.throws(() => preprocessRaster(image, width, height), RangeError);
    }
    for (const grey of [NaN, -1, 256, Infinity]) {
      assert.throws(() => preprocessRaster([0, grey], 2, 1), RangeError, String(grey));
    }
  });

  test('leaves the image as it is', () => {
    const grey = fromHex(golden.rasters[2].grey);
    const before = grey.slice();
    preprocessRaster(grey, 28, 28);
    assert.deepEqual(grey, before);
  });
});

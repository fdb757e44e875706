/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadFolders, readGolden } = require('./load-scripts.js');

loadFolders('vision');
const { findDigits, findSurestDigits } = MNIST.vision;

const golden = readGolden('photos');
const bytes = (text) => Uint8Array.from(Buffer.from(text, 'base64'));

/** Judges images by their inked area, as tests/golden/make_photos.py does. */
function inkSureness(pixels) {
  const area = pixels.reduce((count, grey) => count + (grey > 127 ? 1 : 0), 0);
  return Math.max(0, 1 - Math.abs(area - 100) / 100);
}

describe('simulated photos: the page finds what Python finds', () => {
  for (const { name, width, height, grey, digits, ...how } of golden) {
    test(name, () => {
      const { digits: found, background, rotation, rulings } =
        findSurestDigits(bytes(grey), width, height, inkSureness);
      assert.deepEqual({ background, rotation, rulings }, how);
      const boxes = found.map(({ box }) => [box.x, box.y, box.width, box.height]);
      assert.deepEqual(boxes, digits.map(({ box }) => box));
      found.forEach(({ pixels }, i) => assert.deepEqual(pixels, bytes(digits[i].pixels)));
    });
  }
});

test('a sure plain way is kept without trying others', () => {
  const { width, height, grey } = golden.find(({ name }) => name === 'none');
  const { digits, background, rotation, rulings } = findSurestDigits(bytes(grey), width, height, () => 1);
  assert.deepEqual({ background, rotation, rulings }, { background: 'plane', rotation: 0, rulings: false });
  assert.deepEqual(digits, findDigits(bytes(grey), width, height));
});

test('nothing is found in a blank image', () => {
  assert.deepEqual(findSurestDigits(new Uint8Array(3600).fill(200), 60, 60, () => 1).digits, []);
});

test('a digit at the image’s edge is said to be cut, unless all are read surely', () => {
  const grey = new Uint8Array(80 * 60).fill(220);
  for (let y = 0; y < 40; y++) grey.fill(30, 80 * y + 30, 80 * y + 36);
  assert.equal(findSurestDigits(grey, 80, 60, () => 0.9).isCut, true);
  assert.equal(findSurestDigits(grey, 80, 60, () => 1).isCut, false);
});

/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('ui/answer-text.js', 'pages/index/ink/crop-geometry.js', 'pages/index/ink/ink-texts.js');
const { WHOLE_FRAME, frameBetween, nameOfBox, pixelsOfFrame, stepsOf, withEdge } = MNIST.index;

describe('the part of a photo that is kept', () => {
  test('is between two corners, whichever comes first, and inside the photo', () => {
    const frame = { left: 0.25, top: 0.25, right: 0.75, bottom: 1 };
    assert.deepEqual(frameBetween({ x: 0.75, y: 1.5 }, { x: 0.25, y: 0.25 }), frame);
    assert.deepEqual(frameBetween({ x: 0.25, y: 0.25 }, { x: 0.75, y: 1.5 }), frame);
  });

  test('never has less than a twentieth of a side', () => {
    const { left, right, top, bottom } = frameBetween({ x: 1, y: 0.5 }, { x: 1, y: 0.5 });
    assert.ok(right <= 1 && right - left >= 0.0499 && bottom - top >= 0.0499);
  });

  test('has edges that stop at the photo’s side and before the opposite edge', () => {
    assert.equal(withEdge(WHOLE_FRAME, 'left', -1).left, 0);
    assert.equal(withEdge(WHOLE_FRAME, 'left', 2).left, 0.95);
    assert.equal(withEdge({ ...WHOLE_FRAME, top: 0.5 }, 'bottom', 0).bottom, 0.55);
  });

  test('is all of the photo to begin with, and whole pixels in any case', () => {
    assert.deepEqual(pixelsOfFrame(WHOLE_FRAME, { width: 7, height: 3 }), { x: 0, y: 0, width: 7, height: 3 });
    const frame = { left: 0.5, top: 0.34, right: 0.51, bottom: 0.35 };
    assert.deepEqual(pixelsOfFrame(frame, { width: 7, height: 3 }), { x: 3, y: 1, width: 1, height: 1 });
  });
});

describe('a box is called', () => {
  const prediction = { digit: 7, confidence: 0.93, probabilities: [], isAccepted: true, doubt: null };

  test('by its place and its answer', () => {
    assert.equal(nameOfBox(prediction, 2, 5), 'Digit 2 of 5: 7, 93% sure');
    assert.equal(nameOfBox(null, 2, 5), 'Place 2 of 5');
  });

  test('what it is not, if the answer is refused', () => {
    const refused = { ...prediction, isAccepted: false, doubt: { kind: 'not-a-digit' } };
    assert.equal(nameOfBox(refused, 1, 1), 'Place 1 of 1: this does not look like a digit');
    const ambiguous = { ...refused, doubt: { kind: 'ambiguous', digits: [7, 1] } };
    assert.equal(nameOfBox(ambiguous, 1, 1), 'Digit 1 of 1: perhaps 7, 93% sure');
  });
});

describe('what was done to find the ink', () => {
  const finding = { background: 'plane', rulings: false, rotation: 0, isCut: false, digits: [], image: null, parts: [], times: 1 };
  const image = { ink: new Float64Array(1), width: 1, height: 1 };

  test('is nothing in a blank photo', () => {
    assert.deepEqual(stepsOf(finding, 'dark', false, false), ['Nothing stands out from the paper.']);
  });

  test('is said step by step', () => {
    const plain = stepsOf({ ...finding, image }, 'dark', false, false);
    const all = stepsOf({ ...finding, image, background: 'local', rulings: true, rotation: 90, isCut: true }, 'light', true, false);
    assert.equal(plain.length, 3);
    assert.equal(all.length, 7);
    assert.ok(all.every((step) => !plain.slice(0, 2).includes(step)));
  });
});

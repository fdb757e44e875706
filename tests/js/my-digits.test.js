/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { digits: old, test: testDigits } = require('./training/training-scripts');
const { loadScripts } = require('./load-scripts.js');

loadScripts(
  'vision/geometry.js', 'vision/slant.js', 'nn/network-input.js', 'nn/rejection.js', 'data/model.js',
  'pages/learn/digit-data.js', 'pages/learn/my-digits/mine-teaching.js',
);
const { TrainingEngine, bytesOf, readNetwork } = MNIST.nn;
const {
  MIN_DIGITS_TO_TEST, lessonOfMine, mineAsRead, scoreOfMine, splitMine, taughtNetwork, isMuchWorse, verdictOnMine,
} = MNIST.learn;

const shipped = readNetwork(bytesOf(MNIST.data.MODEL.file).buffer);
const part = ({ pixels, labels }, first, end) => ({
  pixels: pixels.slice(784 * first, 784 * end), labels: labels.slice(first, end),
});

/** A hand whose sevens stand on their heads: digits as the network reads them. */
function strangeHand(first, count) {
  const digits = part(old, first, first + count);
  digits.labels.forEach((label, n) => {
    if (label === 7) digits.pixels.subarray(784 * n, 784 * (n + 1)).reverse();
  });
  return digits;
}

/** As the page teaches, in this thread. */
function taught(own, withOld, passes = 20) {
  const { digits, imagesPerPass } = lessonOfMine(own, withOld ? old : null);
  const settings = {
    optimizer: 'sgd', learningRate: 0.03, batchSize: 32, distortions: true, examples: digits.labels.length,
  };
  const engine = new TrainingEngine({ network: shipped, settings, digits, test: testDigits });
  while (engine.images < passes * imagesPerPass) engine.step();
  return engine.network;
}

describe('what is learned and what is tested', () => {
  const digits = Array.from({ length: 40 }, (_, i) => ({ id: `${i}`, label: i % 10, time: i, pixels: null }));

  test('a quarter is held back, of each digit one, whatever the order in which they come', () => {
    const { learned, held } = splitMine(digits, true);
    assert.deepEqual(held.map(({ label }) => label), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(learned.length, 30);
    assert.deepEqual(splitMine([...digits].reverse(), true), { learned, held });
  });

  test('with few digits, or if nobody wants a test, all are learned', () => {
    assert.equal(splitMine(digits.slice(0, MIN_DIGITS_TO_TEST - 1), true).held.length, 0);
    assert.equal(splitMine(digits, false).held.length, 0);
  });

  test('with old digits mixed in, each third image is an own one', () => {
    for (const count of [1, 7, 40, 1000]) {
      const own = part(old, 0, count);
      const { digits: lesson, imagesPerPass } = lessonOfMine(own, part(old, 1000, 4500));
      const times = Math.round(lesson.labels.length / imagesPerPass);
      const share = (times * count) / lesson.labels.length;
      assert.ok(Math.abs(share - 1 / 3) < 0.01, `${count} digits: ${share}`);
    }
    assert.equal(lessonOfMine(part(old, 0, 7), null).imagesPerPass, 7);
  });

  test('digits are straightened for a network that reads them so', async () => {
    const slanted = new Uint8Array(784);
    for (let y = 4; y < 24; y++) slanted[28 * y + 22 - Math.floor(y / 2)] = 255;
    const own = [{ id: '', label: 1, time: 0, pixels: slanted }];
    assert.notDeepEqual((await mineAsRead(shipped, own)).pixels, slanted);
    assert.deepEqual((await mineAsRead({ metadata: {} }, own)).pixels, slanted);
  });
});

describe('a copy that is taught', () => {
  const own = strangeHand(600, 60);
  const others = strangeHand(2000, 200);

  test('reads the hand better that it learned, also digits that it never saw', async () => {
    const before = await scoreOfMine(shipped, others);
    const after = await scoreOfMine(taught(own, true), others);
    assert.ok(after.right >= before.right + 5, `${before.right}, then ${after.right}`);
  });

  test('forgets less with old digits mixed in', async () => {
    const alone = await scoreOfMine(taught(own, false, 60), testDigits);
    const mixed = await scoreOfMine(taught(own, true, 60), testDigits);
    assert.ok(mixed.right > alone.right, `${alone.right}, with old digits ${mixed.right}`);
  });

  test('says where it comes from, and what geometry it reads', () => {
    const { metadata } = taughtNetwork(shipped, shipped.layers, { own_digits: 12 });
    assert.equal(metadata.geometry, shipped.metadata.geometry);
    assert.deepEqual(metadata.rejection, shipped.metadata.rejection);
    assert.equal(metadata.test_accuracy, undefined, 'that was measured on another network');
    assert.equal(metadata.fine_tuned.own_digits, 12);
  });
});

test('the verdict says when a figure flatters, and what helps against forgetting', () => {
  const score = (right, count) => ({ right, count, refused: 0 });
  const result = {
    learned: 8, isHeldBack: false, withOld: false, seen: null,
    own: { before: score(5, 8), after: score(8, 8) }, test: { before: score(993, 1000), after: score(970, 1000) },
  };
  assert.match(verdictOnMine(result), /flatters.*970 right; it was 993.*mix in old digits/);
  const better = { ...result, isHeldBack: true, test: { before: score(993, 1000), after: score(992, 1000) } };
  assert.doesNotMatch(verdictOnMine(better), /flatters|forget/);
  const one = { ...better, own: { before: score(0, 1), after: score(1, 1) } };
  assert.match(verdictOnMine(one), /^Of the one digit of yours that it never saw, it reads 1 right; it was 0\./);
  assert.deepEqual([result, better, one].map(isMuchWorse), [true, false, false]);
});

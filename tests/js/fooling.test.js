'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { before, test } = require('node:test');
const { inflateSync } = require('node:zlib');

const { loadScripts } = require('./load-scripts');

loadScripts(
  'data/model.js', 'data/digits.js', 'core/load-script.js', 'core/worker-code.js', 'vision/geometry.js', 'vision/slant.js',
  'vision/distortions.js', 'nn/weights-file.js', 'nn/shipped-network.js', 'nn/network-input.js', 'nn/network.js',
  'nn/backpropagation.js', 'nn/explanations.js', 'nn/rejection.js', 'nn/training/exact-math.js',
  'nn/training/random-source.js', 'nn/fooling/verdict.js', 'nn/fooling/fewest-pixels.js',
  'nn/fooling/smallest-change.js', 'nn/fooling/dream.js', 'nn/fooling/noise-images.js', 'nn/fooling/robustness.js',
  'pages/learn/digit-data.js',
);

const {
  NOISE_KINDS, answerTo, changeBetween, countCorrect, countDistorted, differenceOf, distorted, doubtAbout, dreamFreely, dreamWithin,
  fewestPixels, forward, forwardPass, handwritingSpan, inputGradient, judge, lengthOf, logOddsOf, noiseImage, normalised,
  randomSource, readNetwork, readRejection, smallestChange, toGrey, toUnit, withRandomNoise, withToggles,
} = MNIST.nn;
const { digitAt, unpackDigits } = MNIST.learn;
const golden = JSON.parse(readFileSync(join(__dirname, '../golden/gradients.json'), 'utf8'));
const network = readNetwork(Uint8Array.from(Buffer.from(MNIST.data.MODEL.file, 'base64')).buffer);
const rejection = readRejection(network);
const NOTHING = { rotation: 0, shift: 0, thickness: 0, noise: 0 };

let digits;
let training;
before(async () => {
  digits = await unpackDigits(MNIST.data.testDigits);
  training = await unpackDigits(MNIST.data.trainingDigits);
});

/** @param {Generator} generator @returns What it returns at last. */
function resultOf(generator) {
  let next = generator.next();
  while (!next.done) next = generator.next();
  return next.value;
}

/** @param {string} text Base64 of deflated bytes. */
function unpacked(text) {
  return Uint8Array.from(inflateSync(Buffer.from(text, 'base64')));
}

test('the gradient with respect to the input is δ₁·W₁ᵀ with the δ₁ that Python computed', () => {
  const pixels = unpacked(golden.pixels);
  const { inputs, outputs, W } = network.layers[0];
  for (const [name, text] of Object.entries(golden.whole)) {
    const n = Number(name);
    const delta = new Float32Array(unpacked(text).buffer).subarray(W.length, W.length + outputs); // ∂L/∂b₁
    const pass = forwardPass(network, toUnit(pixels.subarray(784 * n, 784 * (n + 1))));
    const scoreSlopes = pass.probabilities.map((share, k) => share - (k === golden.cases[n].target ? 1 : 0));
    const found = inputGradient(network, pass, scoreSlopes);
    for (let i = 0; i < inputs; i++) {
      const expected = delta.reduce((sum, value, j) => sum + value * W[i * outputs + j], 0);
      assert.ok(Math.abs(found[i] - expected) < 1e-5, `pixel ${i}: ${found[i]} and ${expected}`);
    }
  }
});

test('the gradients of a difference and of the log-odds are their measured slopes', () => {
  const x = toUnit(digitAt(digits, 4));
  const measured = (compute, i) => {
    const moved = (change) => compute(x.map((value, k) => (k === i ? value + change : value)));
    return (moved(1e-6) - moved(-1e-6)) / 2e-6;
  };
  const difference = (at) => differenceOf(network, forwardPass(network, at), 9, 4).difference;
  const logOdds = (at) => logOddsOf(network, at, 9).logOdds;
  for (const i of [100, 291, 350, 406, 518]) {
    const { slopes } = differenceOf(network, forwardPass(network, x), 9, 4);
    assert.ok(Math.abs(slopes[i] - measured(difference, i)) < 1e-5);
    assert.ok(Math.abs(logOddsOf(network, x, 9).slopes[i] - measured(logOdds, i)) < 1e-5);
  }
});

test('an image is judged as the page judges what is drawn', () => {
  for (let n = 0; n < 50; n++) {
    const pixels = n % 2 ? digitAt(digits, n) : noiseImage('blobs', n);
    const verdict = judge(network, rejection, pixels);
    const pass = forward(network, pixels);
    assert.equal(verdict.digit, answerTo(network, pixels));
    assert.deepEqual(verdict.doubt, doubtAbout(rejection, pass, pixels));
    assert.equal(verdict.isAccepted, verdict.doubt === null);
    if (verdict.score < verdict.minScore) assert.equal(verdict.isAccepted, false);
  }
  // Between two digits an image may look like a digit, and yet be refused.
  const between = Array.from({ length: 200 }, (_, n) => MNIST.vision.fade(digitAt(digits, n), digitAt(digits, n + 1), 0.5));
  const verdicts = between.map((pixels) => judge(network, rejection, pixels));
  assert.ok(verdicts.some(({ score, minScore, isAccepted }) => score >= minScore && !isAccepted));
  assert.equal(judge(network, null, noiseImage('grey', 1)).isAccepted, true);
});

test('the fewest pixels change the answer, and each of them is needed', () => {
  for (const n of [4, 7]) {
    const pixels = digitAt(digits, n);
    const before = pixels.slice();
    const found = resultOf(fewestPixels(network, pixels));
    assert.ok(found.length > 0 && found.length <= 12, `${found.length}`);
    assert.notEqual(answerTo(network, withToggles(pixels, found)), digits.labels[n]);
    for (const place of found) {
      const fewer = withToggles(pixels, found.filter((i) => i !== place));
      assert.equal(answerTo(network, fewer), digits.labels[n]);
    }
    assert.deepEqual(pixels, before);
    assert.deepEqual(resultOf(fewestPixels(network, pixels)), found); // the same again
  }
});

test('a pixel that a later one makes needless is left out', () => {
  const pixels = digitAt(digits, 7);
  const last = resultOf(fewestPixels(network, pixels)).at(-1);
  const found = resultOf(fewestPixels(network, pixels, (changed) => changed[last] !== pixels[last]));
  assert.deepEqual(found, [last]);
});

test('the fewest pixels can also be asked to pass the detector', () => {
  const pixels = digitAt(digits, 4);
  const isFooled = (changed) => {
    const { digit, isAccepted } = judge(network, rejection, changed);
    return isAccepted && digit !== digits.labels[4];
  };
  const found = resultOf(fewestPixels(network, pixels, isFooled));
  assert.ok(isFooled(withToggles(pixels, found)));
  assert.ok(found.length >= resultOf(fewestPixels(network, pixels)).length);
  assert.equal(resultOf(fewestPixels(network, pixels, () => false)), null);
});

test('a pixel that is toggled twice is what it was, if it was paper or full ink', () => {
  const pixels = Uint8Array.from({ length: 784 }, (_, i) => (i % 3 === 0 ? 255 : 0));
  assert.deepEqual(withToggles(pixels, [0, 1, 0, 1]), pixels);
  assert.deepEqual([...withToggles(pixels, [0, 1])].slice(0, 3), [0, 255, 0]);
});

test('of a linear network the smallest change is the one that algebra finds', () => {
  const slopes = Float64Array.from({ length: 784 }, (_, i) => (i % 49 === 0 ? 1 + (i % 5) : 0));
  const W = new Float32Array(2 * 784);
  slopes.forEach((slope, i) => (W[2 * i + 1] = slope));
  const pixels = new Uint8Array(784).fill(128);
  const [lead, sum] = [5, slopes.reduce((total, slope) => total + (slope * 128) / 255, 0)];
  const linear = { layers: [{ inputs: 784, outputs: 2, W, b: Float32Array.of(sum + lead, 0) }], metadata: {} };
  const total = slopes.reduce((all, slope) => all + slope, 0);
  for (const [measure, expected] of [['euclidean', lead / lengthOf(slopes)], ['largest', lead / total]]) {
    const found = changeBetween(pixels, resultOf(smallestChange(linear, pixels, 1, measure)))[measure];
    assert.ok(Math.abs(found - expected) < 0.03 * expected + 1 / 255, `${measure}: ${found} and ${expected}`);
  }
});

for (const measure of ['euclidean', 'largest']) {
  test(`the smallest change (${measure}) is read as the target, and nine tenths of it are not`, () => {
    for (const [n, target] of [[0, 3], [4, 9]]) {
      const pixels = digitAt(digits, n);
      const found = resultOf(smallestChange(network, pixels, target, measure));
      assert.equal(answerTo(network, found), target);
      const sizes = changeBetween(pixels, found);
      assert.ok(sizes[measure] > 0 && sizes.euclidean < lengthOf(toUnit(pixels)));
      const part = toGrey(toUnit(pixels).map((value, i) => value + 0.9 * sizes.change[i]));
      assert.notEqual(answerTo(network, part), target);
    }
  });
}

test('each measure finds the smaller change of its own kind', () => {
  const pixels = digitAt(digits, 4);
  const [euclidean, largest] = ['euclidean', 'largest'].map((measure) => {
    return changeBetween(pixels, resultOf(smallestChange(network, pixels, 9, measure)));
  });
  assert.ok(euclidean.euclidean < largest.euclidean);
  assert.ok(largest.largest < euclidean.largest);
});

test('no change is looked for where the target is read already, and none is found where none will do', () => {
  const pixels = digitAt(digits, 0);
  assert.equal(resultOf(smallestChange(network, pixels, digits.labels[0], 'euclidean')), pixels);
  assert.equal(resultOf(smallestChange(network, pixels, 3, 'largest', () => false)), null);
});

test('random noise has the size of the change that it is compared with, and is the same for a seed', () => {
  const pixels = digitAt(digits, 0);
  const sizes = { euclidean: 2, largest: 0.1 };
  const noisy = withRandomNoise(pixels, sizes, 'euclidean', randomSource(5));
  assert.ok(Math.abs(changeBetween(pixels, noisy).euclidean - 2) < 0.05);
  assert.deepEqual(noisy, withRandomNoise(pixels, sizes, 'euclidean', randomSource(5)));
  const bounded = withRandomNoise(pixels, sizes, 'largest', randomSource(5));
  assert.ok(changeBetween(pixels, bounded).largest <= 0.1 + 1 / 255);
});

test('a dream raises the log-odds of its digit, freely and within handwriting', () => {
  const images = [];
  for (let n = 0; n < 500; n++) if (training.labels[n] === 3) images.push(digitAt(training, n));
  const span = resultOf(handwritingSpan(images, 12));
  for (const dream of [dreamFreely(network, 3, noiseImage('dots', 1), 20), dreamWithin(network, 3, span, noiseImage('dots', 1), 20)]) {
    const frames = [...dream];
    assert.equal(frames.length, 21);
    const [first, last] = [frames[0], frames[20]].map((image) => logOddsOf(network, toUnit(image), 3).logOdds);
    assert.ok(last > first + 1, `${first} to ${last}`);
  }
});

test('the axes of handwriting are orthogonal, and as long as the images deviate along them', () => {
  const images = Array.from({ length: 30 }, (_, n) => digitAt(training, n));
  const { mean, axes } = resultOf(handwritingSpan(images, 6));
  const dot = (one, other) => one.reduce((sum, value, i) => sum + value * other[i], 0);
  const centred = images.map((image) => toUnit(image).map((value, i) => value - mean[i]));
  axes.forEach((axis, k) => {
    const variance = centred.reduce((sum, image) => sum + (dot(image, axis) / lengthOf(axis)) ** 2, 0) / images.length;
    assert.ok(Math.abs(Math.sqrt(variance) - lengthOf(axis)) < 1e-9);
    for (const other of axes.slice(0, k)) assert.ok(Math.abs(dot(axis, other)) < 1e-9);
    if (k > 0) assert.ok(lengthOf(axis) <= lengthOf(axes[k - 1]));
  });
});

test('a dream within handwriting never leaves it', () => {
  const images = Array.from({ length: 30 }, (_, n) => digitAt(training, n));
  // Axes that cannot clip: small ones around a grey mean.
  const { axes } = resultOf(handwritingSpan(images, 4));
  const span = { mean: new Float64Array(784).fill(0.5), axes: axes.map((axis) => axis.map((value) => 0.05 * value)) };
  const last = [...dreamWithin(network, 7, span, digitAt(training, 0), 60)].at(-1);
  const place = span.axes.map((axis) => {
    return toUnit(last).reduce((sum, value, i) => sum + (value - 0.5) * axis[i], 0) / lengthOf(axis) ** 2;
  });
  assert.ok(Math.abs(lengthOf(place) - Math.sqrt(4)) < 0.05, `${lengthOf(place)}`);
});

test('noise images are the same for the same seed, and others for another', () => {
  assert.deepEqual(NOISE_KINDS, ['grey', 'dots', 'middle', 'blobs']);
  for (const kind of NOISE_KINDS) {
    assert.deepEqual(noiseImage(kind, 7), noiseImage(kind, 7));
    assert.notDeepEqual(noiseImage(kind, 7), noiseImage(kind, 8));
  }
  const middle = noiseImage('middle', 3);
  assert.ok(middle.every((grey, i) => grey === 0 || (i % 28 >= 4 && i % 28 < 24 && i >= 112 && i < 672)));
});

test('the detector refuses grey noise that the network reads with confidence', () => {
  const verdicts = Array.from({ length: 200 }, (_, n) => judge(network, rejection, noiseImage('grey', n)));
  assert.ok(verdicts.filter(({ confidence }) => confidence > 0.9).length > 150);
  assert.equal(verdicts.filter(({ isAccepted }) => isAccepted).length, 0);
});

test('unchanged test digits are counted as the meter counts them, and every digit once', () => {
  for (const isNormalised of [true, false]) {
    const count = resultOf(countDistorted(network, rejection, digits, NOTHING, isNormalised));
    assert.equal(count.total, 1000);
    if (!isNormalised) assert.equal(count.right, countCorrect(network, digits, 0, 1000));
    assert.ok(count.wrong <= 1000 - count.right);
  }
});

test('the page’s own steps undo a shift, and help against a turn', () => {
  const some = { pixels: digits.pixels.subarray(0, 784 * 200), labels: digits.labels.subarray(0, 200) };
  const rightOf = (distortion, isNormalised) => {
    return resultOf(countDistorted(network, rejection, some, { ...NOTHING, ...distortion }, isNormalised)).right;
  };
  assert.ok(rightOf({ shift: 4 }, true) > 190);
  assert.ok(rightOf({ shift: 8 }, false) < 100);
  assert.ok(rightOf({ rotation: 45 }, true) > rightOf({ rotation: 45 }, false));
  const moved = distorted(digitAt(digits, 0), { ...NOTHING, shift: 3 });
  assert.deepEqual(normalised(network, moved), normalised(network, digitAt(digits, 0)));
});

test('noise is the same for the same digit, and other noise for another', () => {
  const pixels = digitAt(digits, 0);
  const noisy = (n) => distorted(pixels, { ...NOTHING, noise: 0.2 }, n);
  assert.deepEqual(noisy(3), noisy(3));
  assert.notDeepEqual(noisy(3), noisy(4));
});

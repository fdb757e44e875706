'use strict';

/**
 * What "Fool it" finds on MNIST's test digits, and what the page would refuse of it.
 *
 *     node benchmarks/fool_it.js
 *
 * Keeps what it prints in benchmarks/results/fool_it.txt. Everything is computed by seed, so the
 * figures are the same on any machine; it takes some minutes.
 */

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const { loadScripts } = require('../tests/js/load-scripts');

loadScripts(
  'data/model.js', 'data/digits.js', 'core/load-script.js', 'core/worker-code.js', 'vision/geometry.js', 'vision/slant.js',
  'vision/distortions.js', 'nn/weights-file.js', 'nn/shipped-network.js', 'nn/network-input.js', 'nn/network.js',
  'nn/backpropagation.js', 'nn/explanations.js', 'nn/rejection.js', 'nn/training/exact-math.js',
  'nn/training/random-source.js', 'nn/fooling/verdict.js', 'nn/fooling/fewest-pixels.js',
  'nn/fooling/smallest-change.js', 'nn/fooling/dream.js', 'nn/fooling/noise-images.js', 'nn/fooling/robustness.js',
  'pages/learn/digit-data.js',
);

const {
  NOISE_KINDS, answerTo, changeBetween, countDistorted, dreamFreely, dreamWithin, fewestPixels, handwritingSpan, judge,
  lengthOf, noiseImage, randomSource, readNetwork, readRejection, smallestChange, toUnit, withRandomNoise, withToggles,
} = MNIST.nn;
const { digitAt, unpackDigits } = MNIST.learn;

const [DIGITS, NOISES, RANDOM, SEEDS, STEPS] = [50, 1000, 200, 10, 80];
const network = readNetwork(Uint8Array.from(Buffer.from(MNIST.data.MODEL.file, 'base64')).buffer);
const rejection = readRejection(network);
const lines = [];

/** @param {string} line */
function print(line) {
  console.log(line);
  lines.push(line);
}

/** @param {Generator} generator */
function resultOf(generator) {
  let next = generator.next();
  while (!next.done) next = generator.next();
  return next.value;
}

/** @param {number[]} values */
function summary(values) {
  const sorted = values.slice().sort((one, other) => one - other);
  const format = (value) => String(Number(value.toFixed(2)));
  return `median ${format(sorted[Math.floor(sorted.length / 2)])} (${format(sorted[0])} to ${format(sorted.at(-1))})`;
}

/** @param {DigitSet} test */
function foolDigits(test) {
  const answered = Array.from({ length: DIGITS }, (_, n) => digitAt(test, n));
  for (const mustPass of [false, true]) {
    const goal = mustPass ? 'another digit, and not refused' : 'another digit';
    const counts = [];
    let refused = 0;
    for (const pixels of answered) {
      const before = answerTo(network, pixels);
      const found = resultOf(fewestPixels(network, pixels, (changed) => {
        const { digit, isAccepted } = judge(network, rejection, changed);
        return digit !== before && (isAccepted || !mustPass);
      }));
      if (found === null) continue;
      counts.push(found.length);
      if (!judge(network, rejection, withToggles(pixels, found)).isAccepted) refused++;
    }
    print(`fewest pixels, ${goal}: found for ${counts.length} of ${DIGITS}, ${summary(counts)}; ${refused} refused`);
  }
  for (const measure of ['euclidean', 'largest']) {
    for (const mustPass of [false, true]) print(smallestOf(answered, measure, mustPass));
  }
}

/**
 * @param {Uint8Array[]} images
 * @param {ChangeMeasure} measure
 * @param {boolean} mustPass
 */
function smallestOf(images, measure, mustPass) {
  const sizes = [];
  let [refused, flips] = [0, 0];
  for (const pixels of images) {
    const { probabilities, digit: before } = judge(network, rejection, pixels);
    const target = probabilities.indexOf(Math.max(...probabilities.filter((_, k) => k !== before)));
    const found = resultOf(smallestChange(network, pixels, target, measure, (changed) => {
      const { digit, isAccepted } = judge(network, rejection, changed);
      return digit === target && (isAccepted || !mustPass);
    }));
    if (found === null) continue;
    const change = changeBetween(pixels, found);
    sizes.push(measure === 'euclidean' ? (100 * change.euclidean) / lengthOf(toUnit(pixels)) : 100 * change.largest);
    if (!judge(network, rejection, found).isAccepted) refused++;
    if (mustPass) continue;
    for (let seed = 0; seed < RANDOM; seed++) {
      if (answerTo(network, withRandomNoise(pixels, change, measure, randomSource(seed))) !== before) flips++;
    }
  }
  const unit = measure === 'euclidean' ? '% of the digit’s length' : '% of full ink';
  const goal = mustPass ? 'the runner-up, and not refused' : 'the runner-up';
  const random = mustPass ? '' : `; of ${sizes.length * RANDOM} random noises of the same size ${flips} change the answer`;
  return `smallest change (${measure}), ${goal}: found for ${sizes.length} of ${images.length}, ${summary(sizes)} ${unit}; ${refused} refused${random}`;
}

function readNoise() {
  for (const kind of NOISE_KINDS) {
    const verdicts = Array.from({ length: NOISES }, (_, n) => judge(network, rejection, noiseImage(kind, n)));
    const sure = verdicts.filter(({ confidence }) => confidence > 0.9).length;
    const accepted = verdicts.filter(({ isAccepted }) => isAccepted).length;
    print(`noise, ${kind}: of ${NOISES} images ${sure} are read with more than 90% confidence, ${accepted} accepted`);
  }
}

/** @param {DigitSet} training */
function dream(training) {
  const accepted = { free: 0, within: 0 };
  for (let digit = 0; digit < 10; digit++) {
    const images = Array.from(training.labels.keys()).filter((n) => training.labels[n] === digit).slice(0, 50);
    const span = resultOf(handwritingSpan(images.map((n) => digitAt(training, n)), 24));
    for (let seed = 0; seed < SEEDS; seed++) {
      const start = noiseImage('dots', seed);
      const ends = {
        free: [...dreamFreely(network, digit, start, STEPS)].at(-1),
        within: [...dreamWithin(network, digit, span, start, STEPS)].at(-1),
      };
      for (const [name, image] of Object.entries(ends)) {
        const verdict = judge(network, rejection, image);
        if (verdict.digit === digit && verdict.isAccepted) accepted[name]++;
      }
    }
  }
  const all = 10 * SEEDS;
  print(`dreams from noise, ${STEPS} steps: ${accepted.free} of ${all} are accepted freely, ${accepted.within} within handwriting`);
}

/** @param {DigitSet} test */
function distort(test) {
  const settings = { rotation: [-45, -30, -15, 15, 30, 45], shift: [2, 4, 6, 8], thickness: [-1, 1, 2, 3], noise: [0.1, 0.2, 0.3] };
  for (const [name, values] of Object.entries(settings)) {
    for (const value of values) {
      const distortion = { rotation: 0, shift: 0, thickness: 0, noise: 0, [name]: value };
      const parts = [true, false].map((isNormalised) => {
        const { total, right, refused, wrong } = resultOf(countDistorted(network, rejection, test, distortion, isNormalised));
        return `${((100 * right) / total).toFixed(1)}% right, ${refused} refused, ${wrong} wrong and accepted`;
      });
      print(`${name} ${value}: with the page’s steps ${parts[0]}; without ${parts[1]}`);
    }
  }
}

async function main() {
  const test = await unpackDigits(MNIST.data.testDigits);
  const training = await unpackDigits(MNIST.data.trainingDigits);
  foolDigits(test);
  readNoise();
  dream(training);
  distort(test);
  writeFileSync(join(__dirname, 'results/fool_it.txt'), `${lines.join('\n')}\n`);
}

main();

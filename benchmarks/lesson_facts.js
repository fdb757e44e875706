'use strict';

/**
 * The figures that the lessons of learn.html quote, computed with the shipped weights and the page's own code.
 *
 *     node benchmarks/lesson_facts.js
 *
 * Writes frontend/js/data/lesson-facts.js, and what it found to benchmarks/results/lesson_facts.txt. Everything is
 * computed by seed, so the figures are the same on any machine. Run it again when the weights or the digits change.
 */

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const { loadScripts } = require('../tests/js/load-scripts');

loadScripts(
  'core/load-script.js', 'core/worker-code.js', 'data/model.js', 'data/digits.js', 'data/training-digits.js', 'vision/geometry.js', 'vision/slant.js',
  'nn/weights-file.js', 'nn/shipped-network.js', 'nn/network-input.js', 'nn/network.js', 'nn/backpropagation.js',
  'nn/explanations.js', 'nn/surgery.js', 'nn/rejection.js', 'nn/training/exact-math.js', 'nn/training/random-source.js',
  'nn/training/initial-network.js', 'nn/training/matrix-products.js', 'nn/training/batch-pass.js', 'nn/training/optimizers.js',
  'nn/training/distortions.js', 'nn/training/settings.js', 'nn/training/training-engine.js', 'nn/fooling/verdict.js',
  'nn/fooling/fewest-pixels.js', 'nn/fooling/smallest-change.js', 'nn/fooling/dream.js', 'nn/fooling/noise-images.js', 'pages/learn/digit-data.js',
);

const {
  TrainingEngine, answerTo, batchGradient, checkedSettings, countCorrect, descend, dreamFreely, edited, fewestPixels,
  forwardPass, initialNetwork, judge, noiseImage, randomSource, readNetwork, readRejection,
} = MNIST.nn;
const { digitAt, joinDigits, unpackDigits } = MNIST.learn;

const network = readNetwork(Uint8Array.from(Buffer.from(MNIST.data.MODEL.file, 'base64')).buffer);
const rejection = readRejection(network);
/** What is switched off at random, how often, and how many are chosen from how many candidates. */
const [RANDOM, DRAWS, CHOSEN, CANDIDATES] = [32, 12, 5, 12];
/** As in stage C: ten steps of this size, alone or with 31 old digits. */
const [RATE, STEPS, OLD, DRAWINGS] = [0.05, 10, 31, 5];
const [FOOLED, DREAM_SEEDS, DREAM_STEPS] = [12, 2, 80];
const SEED = 1;

/** @returns {Promise<{test: DigitSet, old: DigitSet, training: DigitSet}>} */
async function readDigits() {
  const [test, old, more] = await Promise.all(
    ['testDigits', 'trainingDigits', 'moreTrainingDigits'].map((name) => unpackDigits(MNIST.data[name])),
  );
  return { test, old, training: joinDigits(old, more) };
}

/** @param {number[]} values @param {number} share */
function quantile(values, share) {
  return values.slice().sort((one, other) => one - other)[Math.floor(share * (values.length - 1))];
}

/** @param {number} value Four decimals say more than the lessons do. */
const rounded = (value) => Math.round(1e4 * value) / 1e4;
/** @param {number[]} values */
const mean = (values) => rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
/** @param {DigitSet} digits @param {number} n */
const inputOf = (digits, n) => Float32Array.from(digitAt(digits, n), (grey) => grey / 255);

/** @param {Network} changed @param {DigitSet} test */
function accuracyOf(changed, test) {
  return countCorrect(changed, test, 0, test.labels.length) / test.labels.length;
}

/** @param {number[]} neurons Of layer 1. */
function without(neurons) {
  return edited(network, neurons.map((neuron) => ({ kind: 'off', layer: 0, neuron })));
}

/** @param {DigitSet} test What test digits look like to the network. */
function looksOf(test) {
  const passes = Array.from(test.labels, (_, n) => forwardPass(network, inputOf(test, n)));
  const inks = passes.map(({ activations }) => activations[0].filter((x) => x > 0).length);
  const on = passes.map(({ activations }) => activations[1].filter((a) => a > 0).length);
  const answers = passes.map(({ probabilities }) => probabilities.indexOf(Math.max(...probabilities)));
  const all = (digit) => answers.filter((_, n) => test.labels[n] === digit);
  return {
    ink: { low: quantile(inks, 0.25), high: quantile(inks, 0.75) },
    on: { mean: mean(on), low: quantile(on, 0.25), high: quantile(on, 0.75) },
    fours: { count: all(4).length, asNine: all(4).filter((answer) => answer === 9).length },
    nines: { count: all(9).length, asFour: all(9).filter((answer) => answer === 4).length },
  };
}

/** @param {DigitSet} test */
function drawLots(test) {
  const accuracies = Array.from({ length: DRAWS }, (_, draw) => {
    const neurons = Array.from({ length: network.layers[0].outputs }, (_unused, n) => n);
    randomSource(draw + 1).shuffle(neurons);
    return accuracyOf(without(neurons.slice(0, RANDOM)), test);
  });
  return { neurons: RANDOM, draws: DRAWS, mean: mean(accuracies), low: Math.min(...accuracies), high: Math.max(...accuracies) };
}

/**
 * Greedy: one after another, always the neuron without which the fewest digits are read right. Only
 * those that hurt most alone are tried.
 *
 * @param {DigitSet} test
 * @returns {number[]}
 */
function chooseNeurons(test) {
  const alone = Array.from({ length: network.layers[0].outputs }, (_, n) => ({ n, accuracy: accuracyOf(without([n]), test) }));
  const candidates = alone.sort((one, other) => one.accuracy - other.accuracy).slice(0, CANDIDATES).map(({ n }) => n);
  /** @type {number[]} */
  const chosen = [];
  while (chosen.length < CHOSEN) {
    const left = candidates.filter((n) => !chosen.includes(n)).map((n) => ({ n, accuracy: accuracyOf(without([...chosen, n]), test) }));
    chosen.push(left.sort((one, other) => one.accuracy - other.accuracy)[0].n);
  }
  return chosen;
}

/**
 * @param {DigitSet} test
 * @param {DigitSet | null} old Mixed into each step.
 * @returns {number} The mean accuracy after ten steps on one digit, towards its runner-up.
 */
function forget(test, old) {
  return mean(Array.from({ length: DRAWINGS }, (_, n) => {
    const x = inputOf(test, n);
    const { probabilities } = forwardPass(network, x);
    const order = Array.from(probabilities.keys()).sort((one, other) => probabilities[other] - probabilities[one]);
    let changed = network;
    for (let step = 0; step < STEPS; step++) {
      const mixed = old === null ? [] : Array.from({ length: OLD }, (_unused, k) => {
        const which = (step * OLD + k) % old.labels.length;
        return { x: inputOf(old, which), target: old.labels[which] };
      });
      changed = descend(changed, batchGradient(changed, [{ x, target: order[1] }, ...mixed]), RATE);
    }
    return accuracyOf(changed, test);
  }));
}

/**
 * @param {{test: DigitSet, training: DigitSet}} digits
 * @param {Partial<TrainingSettings>} settings
 */
function engineFor({ test, training }, settings) {
  const fresh = initialNetwork({ hidden: [128, 64], initialisation: 'he', seed: SEED });
  return new TrainingEngine({ network: fresh, settings: checkedSettings({ seed: SEED, ...settings }), digits: training, test });
}

/** @param {TrainingEngine} engine @param {number} epochs @returns {number} The training accuracy in the last of them. */
function trainFor(engine, epochs) {
  const end = engine.epoch + epochs;
  let [correct, size] = [0, 0];
  while (engine.epoch < end) {
    const isLast = engine.epoch === end - 1;
    const result = engine.step();
    if (isLast) [correct, size] = [correct + result.correct, size + result.size];
  }
  return rounded(correct / size);
}

/** @param {{test: DigitSet, training: DigitSet}} digits */
function learn(digits) {
  const engine = engineFor(digits, {});
  const initial = engine.evaluate().accuracy;
  trainFor(engine, 1);
  const firstEpoch = engine.evaluate().accuracy;
  trainFor(engine, 4);
  return { initial, firstEpoch, fiveEpochs: engine.evaluate().accuracy };
}

/** @param {{test: DigitSet, training: DigitSet}} digits */
function learnByHeart(digits) {
  const engine = engineFor(digits, { examples: 100, batchSize: 8 });
  const training = trainFor(engine, 20);
  const test = engine.evaluate().accuracy;
  engine.settings = checkedSettings({ examples: 5000 }, engine.settings);
  for (let images = 0; images < 15_000; images += 8) engine.step();
  const more = engine.evaluate().accuracy;
  const wrong = engineFor(digits, { examples: 100, batchSize: 8, spoiledLabels: 1 });
  const wrongTraining = trainFor(wrong, 30);
  return { training, test, more, wrongTraining, wrongTest: wrong.evaluate().accuracy };
}

/** @param {DigitSet} test */
function fool(test) {
  const counts = [];
  for (let n = 0; n < FOOLED; n++) {
    const pixels = digitAt(test, n);
    const before = answerTo(network, pixels);
    const search = fewestPixels(network, pixels, (changed) => answerTo(network, changed) !== before);
    let next = search.next();
    while (!next.done) next = search.next();
    if (next.value !== null) counts.push(next.value.length);
  }
  let accepted = 0;
  for (let digit = 0; digit < 10; digit++) {
    for (let seed = 0; seed < DREAM_SEEDS; seed++) {
      const image = [...dreamFreely(network, digit, noiseImage('dots', seed), DREAM_STEPS)].at(-1);
      const verdict = judge(network, rejection, image);
      if (verdict.digit === digit && verdict.isAccepted) accepted++;
    }
  }
  return { digits: FOOLED, pixels: quantile(counts, 0.5), dreams: { accepted, all: 10 * DREAM_SEEDS } };
}

/**
 * @param {number[] | null} neurons Those that were chosen; null chooses them, which takes a minute.
 * @returns {Promise<object>}
 */
async function computeFacts(neurons = null) {
  const { test, old, training } = await readDigits();
  const chosen = neurons ?? chooseNeurons(test);
  return {
    parameters: network.layers.reduce((sum, { W, b }) => sum + W.length + b.length, 0),
    accuracy: accuracyOf(network, test),
    ...looksOf(test),
    surgery: { random: drawLots(test), chosen: { neurons: chosen, accuracy: accuracyOf(without(chosen), test) } },
    forgetting: { digits: DRAWINGS, alone: forget(test, null), mixed: forget(test, old) },
    training: learn({ test, training }),
    byHeart: learnByHeart({ test, training }),
    fooling: fool(test),
  };
}

async function main() {
  const facts = JSON.stringify(await computeFacts(), null, 2);
  console.log(facts);
  writeFileSync(join(__dirname, 'results/lesson_facts.txt'), `${facts}\n`);
  const script = `/* Written by benchmarks/lesson_facts.js: the figures that the lessons quote, of the shipped weights. */
MNIST.add('data', { LESSON_FACTS: ${facts.replaceAll('"', '')} });
`;
  writeFileSync(join(__dirname, '../frontend/js/data/lesson-facts.js'), script);
}

if (require.main === module) main();

module.exports = { computeFacts };

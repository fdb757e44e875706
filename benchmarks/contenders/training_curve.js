'use strict';

/**
 * Trains the learning page's network in Node, and writes down what another library needs to do the same.
 *
 *     node benchmarks/contenders/training_curve.js FOLDER OPTIMIZER RATE BATCH EPOCHS
 *
 * FOLDER gets the first weights, the digits, the order of each epoch, and what came of it.
 */

const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { digits, test } = require('../../tests/js/training/training-scripts.js');

const [folder, optimizer, rate, batchSize, epochs] = process.argv.slice(2);
const { TrainingEngine, initialNetwork, parametersOf } = MNIST.nn;

const network = initialNetwork({ seed: 1 });
const settings = { optimizer, learningRate: Number(rate), batchSize: Number(batchSize), seed: 1 };
const engine = new TrainingEngine({ network, settings, digits, test });
/** @type {Record<string, ArrayBufferView>} */
const files = {
  first: parametersOf(network), pixels: digits.pixels, labels: digits.labels,
  'test-pixels': test.pixels, 'test-labels': test.labels,
};
/** @type {number[]} */
const losses = [];
/** @type {number[]} */
const accuracies = [];
/** @type {number[][]} */
const orders = [];
for (let epoch = 0; epoch < Number(epochs); epoch++) {
  losses.push(engine.step().loss);
  orders.push([...engine.snapshot().order]);
  while (engine.epoch === epoch) losses.push(engine.step().loss);
  accuracies.push(engine.evaluate().accuracy);
}
files.last = parametersOf(engine.network);
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, `${name}.bin`), content);
writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...settings, losses, accuracies, orders }));

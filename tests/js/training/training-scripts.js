'use strict';

const { inflateSync } = require('node:zlib');

const { loadScripts } = require('../load-scripts');

/** All that training needs, in the order of a page. */
const TRAINING_SCRIPTS = [
  'core/worker-code.js',
  ...[
    'exact-math', 'random-source', 'initial-network', 'matrix-products', 'batch-pass', 'optimizers', 'distortions',
    'settings', 'training-engine', 'training-session', 'trainer',
  ].map((name) => `nn/training/${name}.js`),
];

loadScripts(
  ...TRAINING_SCRIPTS, 'core/load-script.js', 'data/digits.js', 'data/training-digits.js', 'nn/weights-file.js',
  'nn/shipped-network.js', 'nn/network.js', 'nn/backpropagation.js',
);

/** As pages/learn/digit-data.js unpacks them, without waiting. */
function unpacked({ labels, pixels }) {
  const bytes = inflateSync(Buffer.from(pixels, 'base64'));
  const grey = new Uint8Array(2 * bytes.length);
  bytes.forEach((byte, k) => {
    grey[2 * k] = (byte >> 4) * 17;
    grey[2 * k + 1] = (byte & 15) * 17;
  });
  return { pixels: grey, labels: Uint8Array.from(labels, Number) };
}

const test = unpacked(MNIST.data.testDigits);
const digits = unpacked(MNIST.data.moreTrainingDigits);

/** A small network's engine, which takes a tenth of the time. */
function smallEngine(settings = {}, choice = {}) {
  const network = MNIST.nn.initialNetwork({ hidden: [16, 12], seed: 3, ...choice });
  return new MNIST.nn.TrainingEngine({ network, settings: { examples: 500, ...settings }, digits, test });
}

/** The fingerprint of a run of training-fingerprints.json. */
function fingerprintOf({ settings, choice, batches }) {
  const training = unpacked(MNIST.data.trainingDigits);
  const network = MNIST.nn.initialNetwork(choice);
  const engine = new MNIST.nn.TrainingEngine({ network, settings, digits: training, test });
  for (let k = 0; k < batches; k++) engine.step();
  return MNIST.nn.fingerprint(engine.network);
}

module.exports = { TRAINING_SCRIPTS, digits, fingerprintOf, smallEngine, test };

/**
 * Trains the same network on the same batches with this project's engine and with TensorFlow.js.
 * benchmarks/train_in_page.py opens it.
 */
'use strict';

/* global tf */

const SIZES = [784, 128, 64, 10];

/** @param {string[]} scripts Of the engine, from frontend/js. */
async function prepare(scripts) {
  for (const script of scripts) await MNIST.core.loadScript(`js/${script}`);
  window.digits = await MNIST.learn.loadTrainingDigits();
  tf.wasm.setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  if (crossOriginIsolated) tf.wasm.setThreadsCount(navigator.hardwareConcurrency);
}

/** The initial weights of every contender. */
function initialNetwork() {
  return MNIST.nn.initialNetwork({ seed: 1 });
}

/** All contenders go through the digits in their order. */
function makeEngine({ optimizer, learningRate, batchSize }) {
  const { training, test } = window.digits;
  const settings = { optimizer, learningRate, batchSize };
  const engine = new MNIST.nn.TrainingEngine({ network: initialNetwork(), settings, digits: training, test });
  const order = Uint32Array.from(training.labels, (_, n) => n);
  return () => {
    engine.restore({ ...engine.snapshot(), order, position: 0 });
    let loss = 0;
    for (let n = 0; n < order.length; n += batchSize) ({ loss } = engine.step());
    return loss;
  };
}

/** TensorFlow.js as its own documentation has it: variables, a loss, an optimizer that minimizes it. */
async function makeTensorFlow(backend, { optimizer, learningRate, batchSize }) {
  await tf.setBackend(backend);
  await tf.ready();
  const { pixels, labels } = window.digits.training;
  const variables = initialNetwork().layers.flatMap(({ inputs, outputs, W, b }) => [
    tf.variable(tf.tensor2d(W.slice(), [inputs, outputs])), tf.variable(tf.tensor1d(b.slice())),
  ]);
  const x = tf.tensor2d(Float32Array.from(pixels, (grey) => grey / 255), [labels.length, SIZES[0]]);
  const y = tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), SIZES.at(-1)), 'float32');
  const trainer = optimizer === 'adam' ? tf.train.adam(learningRate) : tf.train.sgd(learningRate);
  const lossOf = (first, size) => () => {
    let a = tf.slice(x, [first, 0], [size, -1]);
    for (let l = 0; l < variables.length; l += 2) {
      a = tf.add(tf.matMul(a, variables[l]), variables[l + 1]);
      if (l + 2 < variables.length) a = tf.relu(a);
    }
    return tf.losses.softmaxCrossEntropy(tf.slice(y, [first, 0], [size, -1]), a);
  };
  return async () => {
    await tf.setBackend(backend);
    let loss;
    for (let first = 0; first < labels.length; first += batchSize) {
      loss?.dispose();
      loss = tf.tidy(() => trainer.minimize(lossOf(first, Math.min(batchSize, labels.length - first)), true, variables));
    }
    const [value] = await loss.data(); // waits for all that came before
    loss.dispose();
    return value;
  };
}

/** Runs a function with blank pixels multiplied like all others. */
function withBlankPixels(work) {
  const { prototype } = MNIST.nn.SparseMatrix;
  const { index } = prototype;
  prototype.index = function indexAll(rows) {
    if (this.width !== SIZES[0]) {
      index.call(this, rows);
      return;
    }
    this.rows = rows;
    this.rowCounts.fill(rows);
    this.columnCounts.fill(this.width);
    for (let n = 0; n < rows; n++) {
      for (let i = 0; i < this.width; i++) {
        this.columns[n * this.width + i] = i;
        this.rowsOf[i * this.maxRows + n] = n;
      }
    }
  };
  try {
    return work();
  } finally {
    prototype.index = index;
  }
}

/**
 * @param {object} setting
 * @param {Record<string, number>} rounds How many epochs for each of TensorFlow.js's backends.
 * @param {number} most How many for the engine.
 * @returns {Promise<object>} By contender: the milliseconds of each epoch, and its last loss.
 */
async function compare(setting, rounds, most) {
  const epoch = makeEngine(setting);
  const full = makeEngine(setting);
  const contenders = {
    'this project': [epoch, most], 'this project, blank pixels multiplied too': [() => withBlankPixels(full), most],
  };
  for (const [backend, count] of Object.entries(rounds)) {
    contenders[`TensorFlow.js, ${backend}`] = [await makeTensorFlow(backend, setting), count];
  }
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, { times: [], losses: [] }]));
  for (let round = 0; round < most; round++) {
    for (const [name, [train, count]] of Object.entries(contenders)) {
      if (round >= count) continue;
      const start = performance.now();
      const loss = await train();
      results[name].times.push(performance.now() - start);
      results[name].losses.push(loss);
      await new Promise((done) => setTimeout(done));
    }
  }
  return results;
}

/** What a learner sees: epochs in the worker, with measurements and reports; and how fast it pauses. */
async function useTrainer(setting, epochs, pauses) {
  const { training, test } = window.digits;
  let accuracy = 0;
  const trainer = new MNIST.nn.Trainer({
    network: initialNetwork(), settings: setting, digits: training, test,
    onProgress: ({ measurements }) => { accuracy = measurements.at(-1)?.accuracy ?? accuracy; },
  });
  const times = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const start = performance.now();
    await trainer.run({ epochs: 1 });
    times.push(performance.now() - start);
  }
  const reached = accuracy;
  const waits = [];
  for (let k = 0; k < pauses; k++) {
    trainer.start();
    await new Promise((done) => setTimeout(done, 100 + 7 * k));
    const start = performance.now();
    await trainer.pause();
    waits.push(performance.now() - start);
  }
  trainer.stop();
  return { times, waits, accuracy: reached, isInWorker: trainer.isInWorker };
}

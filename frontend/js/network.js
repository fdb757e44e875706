/**
 * The network in the browser: reads its weights and computes the forward pass, as
 * backend/mnist_recognizer/nn/model.py does. Pure functions: nothing here touches the page.
 */

/**
 * One layer: z = x·W + b.
 * @typedef {object} Layer
 * @property {number} inputs
 * @property {number} outputs
 * @property {Float32Array} W `inputs * outputs` numbers row by row: the weights of one input stand
 *   together.
 * @property {Float32Array} b `outputs` numbers.
 */

/**
 * @typedef {object} Network
 * @property {Layer[]} layers Each but the last ends in ReLU, the last in softmax.
 * @property {Record<string, unknown>} metadata What the network's training wrote down.
 */

/**
 * What one picture set off.
 * @typedef {object} ForwardPass
 * @property {Float32Array[]} hidden The outputs of each hidden layer, after ReLU.
 * @property {Float32Array} logits The last layer's weighted sums, z.
 * @property {number[]} probabilities Of each class; they add up to 1.
 */

/** A larger header is none that this page has to do with. */
const MOST_HEADER_BYTES = 1_000_000;

/**
 * Reads a network from a .safetensors file, as GET /model/weights hands it out.
 *
 * @param {ArrayBuffer} file
 * @returns {Network}
 * @throws {RangeError} The file holds no network of 784 inputs and 10 outputs.
 */
function readNetwork(file) {
  const { header, data } = splitSafetensors(file);
  /** @type {Layer[]} */
  const layers = [];
  for (let number = 1; `W${number}` in header; number++) {
    const [W, inputs, outputs] = readArray(header[`W${number}`], data, 2);
    const [b, count] = readArray(header[`b${number}`], data, 1);
    const before = layers.length > 0 ? layers[layers.length - 1].outputs : 784;
    if (inputs !== before || count !== outputs) {
      throw new RangeError(`Layer ${number} does not fit the one before it.`);
    }
    layers.push({ inputs, outputs, W, b });
  }
  if (layers.at(-1)?.outputs !== 10) throw new RangeError('The file holds no network for digits.');
  const text = header['__metadata__']?.metadata;
  const metadata = typeof text === 'string' ? JSON.parse(text) : {};
  return { layers, metadata };
}

/**
 * @param {ArrayBuffer} file
 * @returns {{header: Record<string, any>, data: ArrayBuffer}}
 */
function splitSafetensors(file) {
  const length = file.byteLength < 8 ? NaN : Number(new DataView(file).getBigUint64(0, true));
  if (!(length <= MOST_HEADER_BYTES && 8 + length <= file.byteLength)) {
    throw new RangeError('This is no .safetensors file.');
  }
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
  return { header, data: file.slice(8 + length) };
}

/**
 * @param {any} entry What the header says of the array.
 * @param {ArrayBuffer} data
 * @param {number} dimensions
 * @returns {[Float32Array, ...number[]]} The numbers, then the shape.
 */
function readArray(entry, data, dimensions) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  const isShape = Array.isArray(shape) && shape.length === dimensions && shape.every(isCount);
  if (dtype !== 'F32' || !isShape || !Array.isArray(offsets)) {
    throw new RangeError('The file lacks an array of float32 numbers.');
  }
  const size = shape.reduce((product, side) => product * side, 1);
  const [first, end] = offsets;
  const isInside = isCount(end) && end <= data.byteLength && first % 4 === 0 && first >= 0;
  if (!isInside || end - first !== 4 * size) throw new RangeError('An array has no such place.');
  const numbers = new Float32Array(data, first, size);
  if (!numbers.every(Number.isFinite)) throw new RangeError('A weight is not a finite number.');
  return [numbers, ...shape];
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isCount(value) {
  return Number.isInteger(value) && Number(value) > 0;
}

/**
 * Computes what the network makes of one picture.
 *
 * @param {Network} network
 * @param {Uint8Array} pixels 784 grey values, 0 to 255, row by row.
 * @returns {ForwardPass}
 */
function forward({ layers }, pixels) {
  let a = Float32Array.from(pixels, (grey) => grey / 255);
  /** @type {Float32Array[]} */
  const hidden = [];
  for (const layer of layers.slice(0, -1)) {
    a = weightedSums(layer, a).map((z) => (z > 0 ? z : 0)); // ReLU
    hidden.push(a);
  }
  const logits = weightedSums(layers[layers.length - 1], a);
  return { hidden, logits, probabilities: softmax(logits) };
}

/**
 * z = x·W + b. Inputs that are zero (paper, and neurons that are silent) cost nothing: most are.
 *
 * @param {Layer} layer
 * @param {Float32Array} x
 * @returns {Float32Array} z
 */
function weightedSums({ outputs, W, b }, x) {
  const z = b.slice();
  for (let i = 0; i < x.length; i++) {
    const input = x[i];
    if (input === 0) continue;
    const row = i * outputs;
    for (let j = 0; j < outputs; j++) z[j] += input * W[row + j];
  }
  return z;
}

/**
 * @param {Float32Array} z
 * @returns {number[]} Shares that add up to 1; the largest z is taken off first, so that no exp
 *   overflows.
 */
function softmax(z) {
  const most = Math.max(...z);
  const powers = Array.from(z, (score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * @param {number[]} probabilities Of each digit.
 * @returns {Prediction} The likeliest digit.
 */
function predictionFrom(probabilities) {
  const confidence = Math.max(...probabilities);
  const digit = probabilities.indexOf(confidence);
  return { digit, confidence, probabilities, isAccepted: true, reason: '' };
}

/**
 * @param {Prediction} prediction
 * @param {Prediction | null} other
 * @returns {boolean} Whether two networks gave them: one gives the same within rounding, wherever it
 *   computes.
 */
function differs({ probabilities }, other) {
  return other !== null && probabilities.some((p, i) => Math.abs(p - other.probabilities[i]) > 1e-4);
}

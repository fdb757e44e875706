/**
 * The out-of-distribution detector: refuses what is not a digit or is ambiguous, as
 * backend/mnist_recognizer/nn/rejection.py does. Pure functions: nothing here touches the page.
 */
MNIST.add('nn', (() => {
  const { isCount, weightedSums } = MNIST.nn;

  /**
   * Reads the numbers that lie in the weights' metadata.
   *
   * @param {Network} network
   * @returns {Rejection | null} null if there are none, or they do not fit the network.
   */
  function readRejection({ layers, metadata }) {
    const content = /** @type {any} */ (metadata.rejection);
    const hidden = content?.hidden;
    const { least_score: minScore, least_margin: minMargin } = content ?? {};
    if (!isCount(hidden) || !Number.isFinite(minScore) || !Number.isFinite(minMargin)) return null;
    const numbers = readFloats(content.parameters);
    const widths = layers.slice(0, -1).map(({ outputs }) => outputs);
    const size = widths.reduce((sum, width) => sum + width, 3) * hidden;
    if (numbers === null || numbers.length !== size) return null;
    let start = 0;
    /** @param {number} rows */
    const take = (rows) => numbers.subarray(start, (start += rows * hidden));
    const none = new Float32Array(hidden);
    return {
      layers: widths.map((inputs) => ({ inputs, outputs: hidden, W: take(inputs), b: none })),
      largestLogit: take(1),
      biases: take(1),
      output: take(1),
      minScore,
      minMargin,
    };
  }

  /**
   * @param {unknown} text Base64 of little-endian float32 numbers.
   * @returns {Float32Array | null} null if it is none, or a number is not finite.
   */
  function readFloats(text) {
    if (typeof text !== 'string') return null;
    let bytes;
    try {
      bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    } catch {
      return null; // no base64
    }
    if (bytes.length % 4 !== 0) return null;
    const numbers = new Float32Array(bytes.buffer);
    return numbers.every(Number.isFinite) ? numbers : null;
  }

  /**
   * @param {Rejection} rejection
   * @param {ForwardPass} pass
   * @returns {number} How much the image looks like a digit.
   */
  function digitScore({ layers, largestLogit, biases, output }, { hidden, logits }) {
    const most = Math.max(...logits);
    const sums = largestLogit.map((u, j) => most * u + biases[j]);
    layers.forEach((layer, l) => {
      weightedSums(layer, hidden[l]).forEach((sum, j) => {
        sums[j] += sum;
      });
    });
    return sums.reduce((score, sum, j) => score + Math.max(0, sum) * output[j], 0);
  }

  /**
   * @param {Rejection} rejection
   * @param {ForwardPass} pass
   * @param {Uint8Array} pixels
   * @returns {Doubt | null} Why the image is not accepted; null if it is.
   */
  function doubtAbout(rejection, pass, pixels) {
    if (digitScore(rejection, pass) < rejection.minScore) {
      const isEmpty = pixels.every((grey) => grey === 0);
      return { kind: isEmpty ? 'empty' : 'not-a-digit' };
    }
    const { probabilities } = pass;
    const [first, second] = probabilities
      .map((_, digit) => digit)
      .sort((one, other) => probabilities[other] - probabilities[one]);
    if (probabilities[first] - probabilities[second] >= rejection.minMargin) return null;
    return { kind: 'ambiguous', digits: [first, second] };
  }

  return { readRejection, digitScore, doubtAbout };
})());

/**
 * The network in the browser: computes the forward pass, as backend/mnist_recognizer/nn/model.py
 * does. Pure functions: nothing here touches the page.
 */
MNIST.add('nn', (() => {
  /**
   * Computes what the network makes of one image.
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
    return { digit, confidence, probabilities, isAccepted: true, doubt: null };
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

  return { forward, weightedSums, predictionFrom, differs };
})());

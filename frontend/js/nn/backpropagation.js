/**
 * Learning, step by step: the forward pass with every sum kept, the backward pass, one step of
 * gradient descent. The same lines as backend/mnist_recognizer/nn/model.py, for one image. Pure
 * functions: nothing here touches the page.
 */
MNIST.add('nn', (() => {
  /**
   * The forward pass. Inputs that are zero cost nothing: most pixels are paper.
   *
   * @param {Network} network
   * @param {ArrayLike<number>} x 784 numbers from 0 to 1.
   * @returns {FullPass}
   */
  function forwardPass({ layers }, x) {
    const activations = [Float64Array.from(x)];
    const sums = layers.map(({ outputs, W, b }, l) => {
      const a = activations[l];
      const z = Float64Array.from(b);
      for (let i = 0; i < a.length; i++) {
        if (a[i] === 0) continue;
        const row = i * outputs;
        for (let j = 0; j < outputs; j++) z[j] += a[i] * W[row + j]; // z = a·W + b
      }
      if (l < layers.length - 1) activations.push(z.map((value) => Math.max(0, value))); // ReLU
      return z;
    });
    return { activations, sums, probabilities: softmaxOf(sums[sums.length - 1]) };
  }

  /**
   * @param {ArrayLike<number>} scores
   * @param {number} [temperature] Larger than 1 makes the shares more alike, smaller less.
   * @returns {Float64Array} Shares that add up to 1.
   */
  function softmaxOf(scores, temperature = 1) {
    const max = Math.max(...Array.from(scores));
    const powers = Float64Array.from(scores, (z) => Math.exp((z - max) / temperature));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => power / total);
  }

  /**
   * The backward pass of the cross-entropy: its derivative by every weight and bias.
   *
   * @param {Network} network
   * @param {FullPass} pass What {@link forwardPass} returned.
   * @param {number} target The right digit.
   * @returns {Gradient}
   */
  function backwardPass({ layers }, { activations, probabilities }, target) {
    let delta = probabilities.slice();
    delta[target] -= 1; // δ = ŷ − y
    const dW = layers.map(({ W }) => new Float32Array(W.length));
    const deltas = layers.map(() => new Float64Array());
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, W } = layers[l];
      const a = activations[l];
      deltas[l] = delta;
      const before = new Float64Array(inputs);
      for (let i = 0; i < inputs; i++) {
        if (a[i] === 0) continue; // its weights have no gradient, and a closed ReLU passes nothing
        const row = i * outputs;
        for (let j = 0; j < outputs; j++) {
          dW[l][row + j] = a[i] * delta[j]; // ∂L/∂W = aᵀ·δ
          before[i] += delta[j] * W[row + j]; // δ·Wᵀ ⊙ [z > 0]
        }
      }
      delta = before;
    }
    return { loss: -Math.log(Math.max(probabilities[target], 1e-300)), deltas, dW, db: deltas };
  }

  /**
   * The mean gradient of several images.
   *
   * @param {Network} network
   * @param {ReadonlyArray<{x: ArrayLike<number>, target: number}>} batch At least one.
   * @returns {Pick<Gradient, 'loss' | 'dW' | 'db'>}
   */
  function batchGradient(network, batch) {
    let loss = 0;
    const dW = network.layers.map(({ W }) => new Float32Array(W.length));
    const db = network.layers.map(({ b }) => new Float64Array(b.length));
    for (const { x, target } of batch) {
      const gradient = backwardPass(network, forwardPass(network, x), target);
      loss += gradient.loss / batch.length;
      gradient.dW.forEach((values, l) => {
        for (let k = 0; k < values.length; k++) dW[l][k] += values[k] / batch.length;
      });
      gradient.db.forEach((values, l) => {
        for (let k = 0; k < values.length; k++) db[l][k] += values[k] / batch.length;
      });
    }
    return { loss, dW, db };
  }

  /**
   * One step of gradient descent: W ← W − η·∂L/∂W, b ← b − η·∂L/∂b.
   *
   * @param {Network} network Left as it is.
   * @param {Pick<Gradient, 'dW' | 'db'>} gradient
   * @param {number} learningRate η
   * @returns {Network}
   */
  function descend({ layers, metadata }, { dW, db }, learningRate) {
    return {
      metadata,
      layers: layers.map((layer, l) => ({
        ...layer,
        W: layer.W.map((w, k) => w - learningRate * dW[l][k]),
        b: layer.b.map((value, k) => value - learningRate * db[l][k]),
      })),
    };
  }

  /**
   * Measures a slope instead of computing it: how much the loss changes when one weight or bias moves.
   *
   * @param {Network} network Left as it is.
   * @param {ArrayLike<number>} x
   * @param {number} target
   * @param {WeightPlace & {isBias?: boolean}} place `isBias`: the bias of the neuron that the weight leads to.
   * @param {number} nudge ε
   * @returns {{less: number, more: number, slope: number}} The loss with w − ε and with w + ε, and
   *   the difference divided by 2ε.
   */
  function measureSlope(network, x, target, { layer, input, output, isBias = false }, nudge) {
    const { outputs, W, b } = network.layers[layer];
    const values = isBias ? b : W;
    // A copy in double precision: a float32 weight would swallow a small nudge.
    const copy = Float64Array.from(values);
    const at = isBias ? output : input * outputs + output;
    const layers = network.layers.map((other, l) => (l === layer ? { ...other, [isBias ? 'b' : 'W']: copy } : other));
    /** @param {number} change */
    const lossWith = (change) => {
      copy[at] = values[at] + change;
      const nudged = /** @type {Network} */ (/** @type {unknown} */ ({ ...network, layers }));
      return -Math.log(forwardPass(nudged, x).probabilities[target]);
    };
    const [less, more] = [lossWith(-nudge), lossWith(nudge)];
    return { less, more, slope: (more - less) / (2 * nudge) };
  }

  /**
   * @param {Network} network
   * @param {Pick<DigitSet, 'pixels' | 'labels'>} digits
   * @param {number} first
   * @param {number} end
   * @returns {number} How many of the digits from `first` to `end` (exclusive) are read right.
   */
  function countCorrect(network, { pixels, labels }, first, end) {
    let correct = 0;
    for (let n = first; n < end; n++) {
      const { logits } = MNIST.nn.forward(network, pixels.subarray(784 * n, 784 * (n + 1)));
      if (logits.indexOf(Math.max(...logits)) === labels[n]) correct++;
    }
    return correct;
  }

  return {
    forwardPass, softmaxOf, backwardPass, batchGradient, descend, measureSlope, countCorrect,
  };
})());

/**
 * The forward and the backward pass of a batch, line by line as in
 * backend/mnist_recognizer/nn/model.py. The matrix products have a file of their own.
 */
MNIST.core.shareWithWorkers('nn', () => {
  const { SparseMatrix, weightedSumsOf, outerProducts, errorsBefore, exactExp, exactLog } = MNIST.nn;

  class BatchPass {
    /**
     * @param {readonly number[]} sizes Inputs, hidden neurons …, outputs.
     * @param {number} maxRows The largest batch.
     */
    constructor(sizes, maxRows) {
      this.maxRows = maxRows;
      /** a₀ = x, a₁, …: what goes into each layer. */
      this.activations = sizes.slice(0, -1).map((width) => new SparseMatrix(maxRows, width));
      /** z₁, z₂, …, and after the backward pass δ₁, δ₂, … in their place. */
      this.sums = sizes.slice(1).map((width) => new Float32Array(maxRows * width));
      this.labels = new Uint8Array(maxRows);
    }

    /** Where the pixels of a batch are written to before the forward pass: numbers from 0 to 1. */
    get x() {
      return this.activations[0].values;
    }

    /**
     * The forward pass: afterwards the last of `sums` are the logits.
     *
     * @param {readonly Layer[]} layers
     * @param {number} rows How many images the batch has.
     * @param {number} [dropout] p: each hidden neuron is switched off with this probability.
     * @param {MNIST.nn.RandomSource | null} [random] What dropout draws from.
     */
    forward(layers, rows, dropout = 0, random = null) {
      this.activations[0].index(rows);
      layers.forEach((layer, l) => {
        const z = this.sums[l];
        weightedSumsOf(this.activations[l], layer, z); // z = a·W + b
        if (l + 1 === layers.length) return;
        const a = this.activations[l + 1];
        const count = rows * layer.outputs;
        for (let k = 0; k < count; k++) a.values[k] = z[k] > 0 ? z[k] : 0; // ReLU
        if (random !== null && dropout > 0) {
          for (let k = 0; k < count; k++) {
            a.values[k] = random.next() < dropout ? 0 : a.values[k] / (1 - dropout); // ⊙ m / (1 − p)
          }
        }
        a.index(rows);
      });
    }

    /**
     * Softmax and cross-entropy: the last of `sums` become δ = (ŷ − y) / batch.
     *
     * @returns {{loss: number, correct: number}} The mean cross-entropy, and how many images are read
     *   right.
     */
    measure() {
      const { rows } = this.activations[0];
      const z = this.sums[this.sums.length - 1];
      const classes = z.length / this.maxRows;
      let loss = 0;
      let correct = 0;
      for (let n = 0; n < rows; n++) {
        const scores = z.subarray(n * classes, (n + 1) * classes);
        const target = this.labels[n];
        if (likeliest(scores) === target) correct++;
        loss -= softmaxInPlace(scores, target); // −log ŷ
        scores[target] -= 1;
        for (let j = 0; j < classes; j++) scores[j] /= rows;
      }
      return { loss: loss / rows, correct };
    }

    /**
     * The backward pass, after {@link measure}.
     *
     * @param {readonly Layer[]} layers
     * @param {readonly Layer[]} gradient ∂L/∂W and ∂L/∂b, written over.
     * @param {number} [dropout] What {@link forward} was given.
     */
    backward(layers, gradient, dropout = 0) {
      const { rows } = this.activations[0];
      for (let l = layers.length - 1; l >= 0; l--) {
        const [a, delta, { outputs, W: dW, b: db }] = [this.activations[l], this.sums[l], gradient[l]];
        outerProducts(a, delta, outputs, dW); // ∂L/∂W = aᵀ·δ
        db.fill(0);
        for (let k = 0; k < rows * outputs; k++) db[k % outputs] += delta[k]; // ∂L/∂b = Σ δ
        if (l === 0) break;
        const before = this.sums[l - 1];
        errorsBefore(delta, layers[l], a, before); // (δ·Wᵀ) ⊙ [z > 0], and a > 0 where z > 0
        if (dropout > 0) for (let k = 0; k < rows * a.width; k++) before[k] /= 1 - dropout;
      }
    }
  }

  /**
   * @param {Float32Array} scores z, which become the probabilities ŷ.
   * @param {number} target
   * @returns {number} log ŷ of the target.
   */
  function softmaxInPlace(scores, target) {
    const max = scores.reduce((most, z) => (z > most || z !== z ? z : most), -Infinity);
    const margin = scores[target] - max;
    let sum = 0;
    for (let j = 0; j < scores.length; j++) {
      const power = exactExp(scores[j] - max);
      scores[j] = power;
      sum += power;
    }
    for (let j = 0; j < scores.length; j++) scores[j] /= sum;
    return margin - exactLog(sum);
  }

  /** @param {Float32Array} scores */
  function likeliest(scores) {
    let best = 0;
    for (let j = 1; j < scores.length; j++) if (scores[j] > scores[best]) best = j;
    return best;
  }

  return { BatchPass, softmaxInPlace };
});

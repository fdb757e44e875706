/**
 * Trains a network, one batch at a time. From the same network, settings and digits come the same
 * weights, bit for bit, in every browser.
 */
MNIST.core.shareWithWorkers('nn', () => {
  const {
    BatchPass, OPTIMIZERS, checkedSettings, countParameters, distortInto, layersOf, parametersOf, RandomSource,
    sizesOf, softmaxInPlace,
  } = MNIST.nn;
  const PIXELS = 784;
  /** So many images at once are measured. */
  const MEASURED = 100;
  /** Weights as large as possible at the start have a loss of hundreds; beyond this nothing comes back. */
  const MAX_LOSS = 1e6;
  /** What the seed is changed by for each of the independent sources of random numbers. */
  const STREAM = Object.freeze({ ORDER: 0x51ed270b, SPOILING: 0x2545f491 });

  class TrainingEngine {
    /** @type {TrainingSettings} */
    #settings;
    /** @type {Uint32Array} */
    #order = new Uint32Array();
    /** How many digits of the order have been trained on. */
    #position = 0;
    /** @type {MNIST.nn.BatchPass} */
    #pass;

    /** @param {TrainingStart} start The network and the digits are left as they are. */
    constructor({ network, settings = {}, digits, test }) {
      this.digits = digits;
      this.test = test;
      this.#settings = checkedSettings(settings);
      this.epoch = 0;
      this.stepInEpoch = 0;
      this.steps = 0;
      this.images = 0;
      /** Which digit was trained on last, if any. */
      this.digit = /** @type {number | null} */ (null);
      this.sizes = sizesOf(network);
      this.metadata = network.metadata;
      this.theta = parametersOf(network); // θ
      /** Whether another step makes no sense: the last loss was beyond all bounds, or not a number. */
      this.hasDiverged = !this.theta.every(Number.isFinite);
      this.layers = layersOf(this.theta, this.sizes);
      this.gradient = new Float32Array(this.theta.length); // g = ∂L/∂θ
      this.gradientLayers = layersOf(this.gradient, this.sizes);
      this.#pass = new BatchPass(this.sizes, Math.max(MEASURED, this.#settings.batchSize));
      this.optimizer = new OPTIMIZERS[this.#settings.optimizer](this.theta.length);
      this.random = new RandomSource(this.#settings.seed ^ STREAM.ORDER);
      this.spoiling = spoilingOf(digits.labels.length, this.#settings.seed);
    }

    /** @returns {Network} A view of the weights, which change with the next step. */
    get network() {
      return { layers: this.layers, metadata: this.metadata };
    }

    get settings() {
      return this.#settings;
    }

    /** May be set between two steps, as a whole. A new optimizer starts with nothing remembered. */
    set settings(settings) {
      const before = this.#settings;
      this.#settings = checkedSettings(settings);
      if (this.#settings.optimizer !== before.optimizer) {
        this.optimizer = new OPTIMIZERS[this.#settings.optimizer](this.theta.length);
      }
      if (this.#settings.batchSize > this.#pass.maxRows) {
        this.#pass = new BatchPass(this.sizes, this.#settings.batchSize);
      }
      if (this.#settings.examples !== before.examples) this.#position = this.#order.length; // a new epoch
      if (this.#settings.seed !== before.seed) {
        this.spoiling = spoilingOf(this.digits.labels.length, this.#settings.seed);
      }
    }

    /** How many digits there are to train on. */
    get examples() {
      return Math.min(this.#settings.examples, this.digits.labels.length);
    }

    /**
     * Trains on one batch: θ ← θ − η·λ·θ, then the optimizer's step.
     *
     * @param {number} [size] Fewer images than the batch size.
     * @returns {StepResult} The loss of the batch before the step.
     */
    step(size = this.#settings.batchSize) {
      const { learningRate, weightDecay, dropout } = this.#settings;
      const rows = this.#fillBatch(Math.min(size, this.#settings.batchSize));
      this.#pass.forward(this.layers, rows, dropout, this.random);
      const { loss, correct } = this.#pass.measure();
      this.#pass.backward(this.layers, this.gradientLayers, dropout);
      if (weightDecay > 0) {
        const kept = 1 - learningRate * weightDecay;
        for (let k = 0; k < this.theta.length; k++) this.theta[k] *= kept;
      }
      this.optimizer.step(this.theta, this.gradient, learningRate);
      this.steps++;
      this.stepInEpoch++;
      this.images += rows;
      this.hasDiverged = !(loss <= MAX_LOSS); // nor is NaN
      if (this.#position >= this.#order.length) {
        this.epoch++;
        this.stepInEpoch = 0;
      }
      return { loss, correct, size: rows };
    }

    /**
     * @param {number} [count] How many of the test digits, from the first on.
     * @param {DigitSet} [digits]
     * @returns {Measurement}
     */
    evaluate(count = this.test.labels.length, digits = this.test) {
      const end = Math.min(count, digits.labels.length);
      let [loss, correct] = [0, 0];
      for (let first = 0; first < end; first += MEASURED) {
        const part = this.evaluatePart(first, Math.min(first + MEASURED, end), digits);
        loss += part.loss;
        correct += part.correct;
      }
      return { accuracy: correct / end, loss: loss / end };
    }

    /**
     * @param {number} first
     * @param {number} end At most 100 after the first.
     * @param {DigitSet} [digits]
     * @returns {{loss: number, correct: number}} The sum of their losses, and how many are read right.
     */
    evaluatePart(first, end, digits = this.test) {
      const pass = this.#pass;
      for (let n = first; n < end; n++) {
        copyPixels(digits.pixels, n * PIXELS, pass.x, (n - first) * PIXELS);
        pass.labels[n - first] = digits.labels[n];
      }
      pass.forward(this.layers, end - first);
      const { loss, correct } = pass.measure();
      return { loss: loss * (end - first), correct };
    }

    /**
     * @param {Uint8Array} pixels 784 grey values.
     * @returns {Float32Array} The probability of each digit.
     */
    predict(pixels) {
      copyPixels(pixels, 0, this.#pass.x, 0);
      this.#pass.forward(this.layers, 1);
      const scores = this.#pass.sums[this.layers.length - 1].slice(0, this.sizes[this.sizes.length - 1]);
      softmaxInPlace(scores, 0);
      return scores;
    }

    /** @returns {TrainingSnapshot} All that {@link restore} needs to go on exactly; a copy. */
    snapshot() {
      return structuredClone({
        settings: this.#settings, sizes: this.sizes, theta: this.theta, moments: this.optimizer.state,
        random: this.random.state, order: this.#order, position: this.#position, epoch: this.epoch,
        stepInEpoch: this.stepInEpoch, steps: this.steps, images: this.images,
      });
    }

    /**
     * @param {TrainingSnapshot} snapshot Of an engine with the same digits.
     * @throws {RangeError} It belongs to a network of other sizes.
     */
    restore(snapshot) {
      const copy = structuredClone(snapshot);
      const matches = copy.theta.length === countParameters(copy.sizes);
      if (!matches || copy.sizes.join() !== this.sizes.join()) {
        throw new RangeError('The snapshot belongs to a network of other sizes.');
      }
      this.settings = copy.settings;
      this.theta.set(copy.theta);
      this.optimizer = new OPTIMIZERS[copy.settings.optimizer](this.theta.length);
      this.optimizer.state = copy.moments;
      this.random.state = copy.random;
      this.#order = copy.order;
      this.#position = copy.position;
      this.epoch = copy.epoch;
      this.stepInEpoch = copy.stepInEpoch;
      this.steps = copy.steps;
      this.images = copy.images;
      this.hasDiverged = !this.theta.every(Number.isFinite);
    }

    /**
     * @param {number} n Which of the digits to train on.
     * @returns {number} What the network is told that it is: its label, or a wrong one if it is spoiled.
     */
    labelOf(n) {
      const label = this.digits.labels[n];
      const isSpoiled = this.spoiling.chances[n] < this.#settings.spoiledLabels;
      return isSpoiled ? (label + this.spoiling.shifts[n]) % 10 : label;
    }

    /**
     * Fills the next batch; after the last digit of an epoch the next one starts, in a new order.
     *
     * @param {number} size
     * @returns {number} How many images it has: fewer than `size` at the end of an epoch.
     */
    #fillBatch(size) {
      if (this.#position >= this.#order.length) this.#startEpoch();
      const { pixels } = this.digits;
      const rows = Math.min(size, this.#order.length - this.#position);
      for (let row = 0; row < rows; row++) {
        const n = this.#order[this.#position++];
        this.digit = n;
        this.#pass.labels[row] = this.labelOf(n);
        if (this.#settings.distortions) {
          const image = pixels.subarray(n * PIXELS, (n + 1) * PIXELS);
          distortInto(image, this.random, this.#pass.x, row * PIXELS);
        } else {
          copyPixels(pixels, n * PIXELS, this.#pass.x, row * PIXELS);
        }
      }
      return rows;
    }

    #startEpoch() {
      this.stepInEpoch = 0;
      this.#position = 0;
      this.#order = this.random.shuffle(Uint32Array.from({ length: this.examples }, (_, n) => n));
    }
  }

  /**
   * @param {Uint8Array} pixels
   * @param {number} from
   * @param {Float32Array} x Becomes 784 numbers from 0 to 1, x = grey / 255, from `to` on.
   * @param {number} to
   */
  function copyPixels(pixels, from, x, to) {
    for (let i = 0; i < PIXELS; i++) x[to + i] = pixels[from + i] / 255;
  }

  /**
   * Which labels are spoiled first when a share of them is to be, and which wrong digit each becomes:
   * fixed for a run, so that more spoiling adds to what is spoiled already.
   *
   * @param {number} count
   * @param {number} seed
   */
  function spoilingOf(count, seed) {
    const random = new RandomSource(seed ^ STREAM.SPOILING);
    return {
      chances: Float64Array.from({ length: count }, () => random.next()),
      shifts: Uint8Array.from({ length: count }, () => 1 + random.below(9)),
    };
  }

  return { TrainingEngine };
});

/**
 * The loss around a network: what it would be if all weights moved a little along two random
 * directions. Each neuron's part of a direction is as long as its weights are, so that a step of 1
 * means as much to a strong neuron as to a weak one (Li et al. 2018). Nothing here touches the page.
 */
MNIST.add('learn', (() => {
  const { TrainingEngine, layersOf, parametersOf, randomSource, sizesOf } = MNIST.nn;
  const PIXELS = 784;
  /** Points along each direction, from −1 to 1. */
  const SIDE = 21;
  const DIGITS = 200;
  const MEASURED_AT_ONCE = 100;
  /** Every eighth row and column first, so that the shape shows early. */
  const STRIDES = [8, 4, 2, 1];

  class LossLandscape {
    static side = SIDE;
    #engine;
    #theta;
    #directions;
    /** Points yet to be measured, the next one last. @type {{point: number, stride: number}[]} */
    #waiting = [];
    /** The loss at each point, row by row; NaN until it is known. */
    losses = new Float64Array(SIDE * SIDE).fill(NaN);

    /**
     * @param {Network} network Left as it is.
     * @param {DigitSet} digits The first 200 of them count.
     * @param {number} seed Of the two directions.
     */
    constructor(network, { pixels, labels }, seed) {
      const count = Math.min(DIGITS, labels.length);
      const digits = { pixels: pixels.subarray(0, PIXELS * count), labels: labels.subarray(0, count) };
      this.#engine = new TrainingEngine({ network, digits, test: digits });
      this.#theta = parametersOf(network);
      const random = randomSource(seed);
      this.#directions = [directionOf(network, random), directionOf(network, random)];
      const points = Array.from({ length: SIDE * SIDE }, (_, point) => ({ point, stride: strideOf(point) }));
      this.#waiting = points.sort((one, other) => one.stride - other.stride);
    }

    get isDone() {
      return this.#waiting.length === 0;
    }

    /** @returns {number} How far apart the points are that are known everywhere; at first the largest. */
    get stride() {
      const next = this.#waiting.at(-1);
      return next === undefined ? 1 : Math.min(2 * next.stride, STRIDES[0]);
    }

    /** The loss of the network itself; NaN until it is known. */
    get here() {
      return this.losses[(SIDE * SIDE - 1) / 2];
    }

    /**
     * Measures some more points.
     *
     * @param {number} duration For so many milliseconds, about.
     * @param {() => number} [now]
     */
    work(duration, now = () => performance.now()) {
      const end = now() + duration;
      while (!this.isDone && now() < end) {
        const { point } = /** @type {{point: number}} */ (this.#waiting.pop());
        this.losses[point] = this.#lossAt(placeOfPoint(point));
      }
    }

    /**
     * @param {{first: number, second: number}} place
     * @returns {number} Infinity where it is beyond all numbers.
     */
    #lossAt({ first, second }) {
      const { theta, test } = this.#engine;
      const [one, other] = this.#directions;
      for (let k = 0; k < theta.length; k++) theta[k] = this.#theta[k] + first * one[k] + second * other[k];
      let sum = 0;
      for (let start = 0; start < test.labels.length; start += MEASURED_AT_ONCE) {
        sum += this.#engine.evaluatePart(start, Math.min(start + MEASURED_AT_ONCE, test.labels.length)).loss;
      }
      const loss = sum / test.labels.length;
      return Number.isNaN(loss) ? Infinity : loss;
    }
  }

  /**
   * @param {Network} network
   * @param {MNIST.nn.RandomSource} random
   * @returns {Float32Array} Biases stay.
   */
  function directionOf(network, random) {
    const direction = new Float32Array(parametersOf(network).length);
    layersOf(direction, sizesOf(network)).forEach((layer, l) => {
      const { inputs, outputs, W } = network.layers[l];
      for (let k = 0; k < layer.W.length; k++) layer.W[k] = random.normal();
      for (let j = 0; j < outputs; j++) {
        let [own, drawn] = [0, 0];
        for (let i = 0; i < inputs; i++) {
          own += W[i * outputs + j] ** 2;
          drawn += layer.W[i * outputs + j] ** 2;
        }
        const scale = Math.sqrt(own / drawn);
        for (let i = 0; i < inputs; i++) layer.W[i * outputs + j] *= scale;
      }
    });
    return direction;
  }

  /**
   * @param {number} point
   * @returns {number} The largest stride that reaches it.
   */
  function strideOf(point) {
    const [row, column] = [Math.floor(point / SIDE), point % SIDE];
    return STRIDES.find((stride) => row % stride === 0 && column % stride === 0) ?? 1;
  }

  /**
   * @param {number} point
   * @returns {{first: number, second: number}} How far it is along each direction.
   */
  function placeOfPoint(point) {
    const middle = (SIDE - 1) / 2;
    return { first: ((point % SIDE) - middle) / middle, second: (middle - Math.floor(point / SIDE)) / middle };
  }

  return { LossLandscape, placeOfPoint };
})());

/**
 * What a network does on a few hundred test digits: which neurons are ever on, which answers it gives
 * and what its first layer responds to. It is counted in short slices, so that the page stays quick.
 */
MNIST.add('learn', (() => {
  const { weightedSums } = MNIST.nn;
  const PIXELS = 784;
  const SLICE = 10;

  class WatchSurvey {
    static digits = 300;
    #layers;
    #digits;
    #count;
    #done = 0;
    #active;
    #answers = new Uint32Array(10);
    /** Σ x·z and Σ z for each neuron of layer 1, Σ x for each pixel. */
    #products;
    #sums;
    #ink = new Float64Array(PIXELS);
    #x = new Float32Array(PIXELS);

    /**
     * @param {Network} network Not changed while it is surveyed.
     * @param {DigitSet} digits
     */
    constructor({ layers }, digits) {
      this.#layers = layers;
      this.#digits = digits;
      this.#count = Math.min(WatchSurvey.digits, digits.labels.length);
      this.#active = layers.slice(0, -1).map(({ outputs }) => new Float32Array(outputs));
      this.#products = new Float32Array(PIXELS * layers[0].outputs);
      this.#sums = new Float64Array(layers[0].outputs);
    }

    get isDone() {
      return this.#done === this.#count;
    }

    /** Looks at the next few digits. */
    advance() {
      const end = Math.min(this.#done + SLICE, this.#count);
      for (let n = this.#done; n < end; n++) this.#look(n);
      this.#done = end;
    }

    /** @param {number} n */
    #look(n) {
      for (let i = 0; i < PIXELS; i++) this.#x[i] = this.#digits.pixels[n * PIXELS + i] / 255;
      /** @type {Float32Array} */
      let a = this.#x;
      this.#layers.forEach((layer, l) => {
        const z = weightedSums(layer, a);
        if (l === 0) this.#addProducts(a, z);
        if (l === this.#layers.length - 1) this.#answers[z.indexOf(Math.max(...z))]++;
        else this.#passOn(z, this.#active[l]);
        a = z;
      });
    }

    /**
     * @param {Float32Array} z Becomes a = max(0, z): ReLU.
     * @param {Float32Array} active Counts who is on.
     */
    #passOn(z, active) {
      for (let j = 0; j < z.length; j++) {
        if (z[j] > 0) active[j]++;
        else z[j] = 0;
      }
    }

    /**
     * @param {Float32Array} x
     * @param {Float32Array} z
     */
    #addProducts(x, z) {
      const outputs = z.length;
      const products = this.#products;
      for (let j = 0; j < outputs; j++) this.#sums[j] += z[j];
      for (let i = 0; i < PIXELS; i++) {
        if (x[i] === 0) continue;
        this.#ink[i] += x[i];
        const row = i * outputs;
        for (let j = 0; j < outputs; j++) products[row + j] += x[i] * z[j];
      }
    }

    /** @returns {WatchSurveyed} Of the digits that have been looked at, at least one. */
    result() {
      const n = this.#done;
      const { outputs } = this.#layers[0];
      const patterns = new Float32Array(outputs * PIXELS);
      for (let j = 0; j < outputs; j++) {
        for (let i = 0; i < PIXELS; i++) {
          // The covariance of the pixel and the neuron's z
          const product = this.#products[i * outputs + j] / n;
          patterns[j * PIXELS + i] = product - (this.#ink[i] / n) * (this.#sums[j] / n);
        }
      }
      const active = this.#active.map((counts) => counts.map((count) => count / n));
      return { active, answers: this.#answers.slice(), patterns, digits: n };
    }
  }

  /**
   * @param {WatchSurveyed} surveyed
   * @returns {{dead: number, of: number}[]} For each hidden layer, how many neurons are on for no digit.
   */
  function deadShares({ active }) {
    return active.map((shares) => ({ dead: shares.filter((share) => share === 0).length, of: shares.length }));
  }

  return { WatchSurvey, deadShares };
})());

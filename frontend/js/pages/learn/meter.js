/**
 * The meter: how many of 1,000 test digits the network reads right, now and as it came. It counts in
 * short slices, so that drawing and dragging stay smooth.
 */
MNIST.add('learn', (() => {
  const { countCorrect } = MNIST.nn;
  /** Digits are counted in groups, and groups until so many milliseconds have passed. */
  const [GROUP, SLICE] = [25, 8];

  class Meter {
    #digits;
    #report;
    /** @type {WeakMap<Network, number>} */
    #known = new WeakMap();
    /** @type {Network | null} */
    #wanted = null;

    /**
     * @param {DigitSet} digits
     * @param {() => void} report Called when a network has been measured.
     */
    constructor(digits, report) {
      this.#digits = digits;
      this.#report = report;
    }

    /**
     * @param {Network} network
     * @returns {number | null} The share that it reads right; null until that is measured.
     */
    accuracyOf(network) {
      const correct = this.#known.get(network);
      return correct === undefined ? null : correct / this.#digits.labels.length;
    }

    /** @param {Network} network What is measured next; another one that is being measured is dropped. */
    measure(network) {
      if (this.#known.has(network) || this.#wanted === network) return;
      this.#wanted = network;
      setTimeout(() => this.#count(network, 0, 0));
    }

    /**
     * @param {Network} network
     * @param {number} first
     * @param {number} correct
     */
    #count(network, first, correct) {
      if (this.#wanted !== network) return;
      const { length } = this.#digits.labels;
      const start = performance.now();
      let [next, sum] = [first, correct];
      while (next < length && performance.now() - start < SLICE) {
        const end = Math.min(next + GROUP, length);
        sum += countCorrect(network, this.#digits, next, end);
        next = end;
      }
      if (next < length) {
        setTimeout(() => this.#count(network, next, sum));
        return;
      }
      this.#known.set(network, sum);
      this.#wanted = null;
      this.#report();
    }
  }

  return { Meter };
})());

/**
 * The meter: how many of 1,000 test digits the network reads right, now and as it came. It counts in
 * short slices, so that drawing and dragging stay smooth.
 */
MNIST.add('learn', (() => {
  const { countCorrect } = MNIST.nn;
  const SLICE = 100;

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
      this.#count(network, 0, 0);
    }

    /**
     * @param {Network} network
     * @param {number} first
     * @param {number} correct
     */
    #count(network, first, correct) {
      if (this.#wanted !== network) return;
      const end = Math.min(first + SLICE, this.#digits.labels.length);
      const sum = correct + countCorrect(network, this.#digits, first, end);
      if (end < this.#digits.labels.length) {
        setTimeout(() => this.#count(network, end, sum));
        return;
      }
      this.#known.set(network, sum);
      this.#wanted = null;
      this.#report();
    }
  }

  return { Meter };
})());

/**
 * Random numbers from a seed, the same in every browser: xoshiro128** (Blackman and Vigna, "Scrambled
 * linear pseudorandom number generators", ACM TOMS 47, 2021), seeded by SplitMix32.
 */
MNIST.core.shareWithWorkers('nn', () => {
  const { exactLog } = MNIST.nn;

  /** @type {(bits: number, by: number) => number} */
  const rotated = (bits, by) => (bits << by) | (bits >>> (32 - by));

  class RandomSource {
    /** @param {number} seed A whole number; its lowest 32 bits count. */
    constructor(seed) {
      /** 128 bits: all that the source remembers. */
      this.state = new Uint32Array(4);
      let counter = seed | 0;
      for (let i = 0; i < 4; i++) {
        counter = (counter + 0x9e3779b9) | 0;
        let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
        mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
        this.state[i] = mixed ^ (mixed >>> 15);
      }
    }

    /** @returns {number} Uniform, 0 ≤ u < 1: a multiple of 2⁻³². */
    next() {
      const s = this.state;
      const result = Math.imul(rotated(Math.imul(s[1], 5), 7), 9) >>> 0;
      const shifted = s[1] << 9;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= shifted;
      s[3] = rotated(s[3], 11);
      return result / 4294967296;
    }

    /**
     * @param {number} n
     * @returns {number} A whole number, 0 ≤ k < n.
     */
    below(n) {
      return Math.floor(this.next() * n);
    }

    /**
     * A normal variable with mean 0 and variance 1 (Marsaglia's polar method, which needs neither sine
     * nor cosine): a point in the unit circle, and r² its square distance from the middle.
     *
     * @returns {number} x·√(−2·log r² / r²)
     */
    normal() {
      for (;;) {
        const x = 2 * this.next() - 1;
        const y = 2 * this.next() - 1;
        const square = x * x + y * y;
        if (square > 0 && square < 1) return x * Math.sqrt((-2 * exactLog(square)) / square);
      }
    }

    /**
     * Fisher and Yates: each order is equally likely.
     *
     * @template {{[index: number]: number, length: number}} T
     * @param {T} array Shuffled in place.
     * @returns {T}
     */
    shuffle(array) {
      for (let last = array.length - 1; last > 0; last--) {
        const other = this.below(last + 1);
        const kept = array[last];
        array[last] = array[other];
        array[other] = kept;
      }
      return array;
    }
  }

  /** @param {number} seed */
  const randomSource = (seed) => new RandomSource(seed);

  return { RandomSource, randomSource };
});

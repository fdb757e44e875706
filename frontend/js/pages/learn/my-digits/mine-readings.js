/**
 * What a network reads in own digits: each is computed once.
 */
MNIST.add('learn', (() => {
  const { forward, networkInput } = MNIST.nn;
  const READ_AT_ONCE = 20;

  class MineReadings {
    #network;
    /** @type {Map<string, MineReading>} By the digit's id. */
    #known = new Map();
    #name = 0;
    /** Counts the calls of `readAll`: the latest ends those before. */
    #call = 0;

    /** @param {Network} network */
    constructor(network) {
      this.#network = network;
    }

    /**
     * @param {Network} network
     * @param {number} name Another network has another name.
     */
    readWith(network, name) {
      if (name === this.#name) return;
      this.#network = network;
      this.#name = name;
      this.#known.clear();
    }

    /** @param {OwnDigit} digit */
    of(digit) {
      const before = this.#known.get(digit.id);
      if (before !== undefined) return before;
      const { probabilities } = forward(this.#network, networkInput(this.#network, digit.pixels));
      const share = Math.max(...probabilities);
      const reading = { digit: probabilities.indexOf(share), share };
      this.#known.set(digit.id, reading);
      return reading;
    }

    /**
     * @param {OwnDigit} digit
     * @returns {boolean} Whether it is known to be read as another digit than its label.
     */
    isWrong({ id, label }) {
      const reading = this.#known.get(id);
      return reading !== undefined && reading.digit !== label;
    }

    /**
     * Reads digits in short parts, so that the page stays quick.
     *
     * @param {ReadonlyArray<OwnDigit>} digits
     * @returns {Promise<boolean>} Whether some of them were not known; false if another call has come.
     */
    async readAll(digits) {
      const call = ++this.#call;
      const unknown = digits.filter(({ id }) => !this.#known.has(id));
      for (const [n, digit] of unknown.entries()) {
        this.of(digit);
        if (n % READ_AT_ONCE !== READ_AT_ONCE - 1) continue;
        await new Promise((done) => setTimeout(done));
        if (call !== this.#call) return false;
      }
      return unknown.length > 0;
    }
  }

  return { MineReadings };
})());

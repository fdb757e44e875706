/**
 * Reads digits with one network: what it answers, whether that is accepted, and how sure it is.
 */
MNIST.add('nn', (() => {
  const { doubtAbout, forward, networkInput, predictionFrom, readRejection } = MNIST.nn;

  class Reader {
    #rejection;
    /** What was answered before. @type {WeakMap<Uint8Array, Prediction>} */
    #answers = new WeakMap();

    /** @param {Network} network */
    constructor(network) {
      this.network = network;
      this.#rejection = readRejection(network);
    }

    /**
     * How surely an image is a digit: a function of its own, so that a search knows whether it was
     * made with the same reader.
     *
     * @type {Sureness}
     */
    sureness = (pixels) => {
      const { confidence, isAccepted } = this.predict(pixels);
      return isAccepted ? confidence : confidence / 2;
    };

    /**
     * @param {Uint8Array} pixels 784 grey values that never change.
     * @returns {Prediction}
     */
    predict(pixels) {
      const before = this.#answers.get(pixels);
      if (before !== undefined) return before;
      const pass = forward(this.network, networkInput(this.network, pixels));
      let prediction = predictionFrom(pass.probabilities);
      if (this.#rejection !== null) {
        const doubt = doubtAbout(this.#rejection, pass, pixels);
        prediction = { ...prediction, isAccepted: doubt === null, doubt };
      }
      this.#answers.set(pixels, prediction);
      return prediction;
    }
  }

  return { Reader };
})());

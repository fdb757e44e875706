/**
 * The network that answers inside the page, once its weights are there. Dispatches `change` when it
 * comes, another one takes its place, or none came.
 */
MNIST.add('nn', (() => {
  const {
    forward, networkInput, predictionFrom, readNetwork, readRejection, readsUpright, reasonAgainst,
  } = MNIST.nn;

  class LiveNetwork extends EventTarget {
    /** @type {Network | null} */
    #network = null;
    /** @type {Rejection | null} */
    #rejection = null;
    #isUpright = false;
    #client;
    #isLoading = false;
    #hasFailed = false;
    /** What was answered before, as long as the network is the same. */
    #answers = /** @type {WeakMap<Uint8Array, Prediction>} */ (new WeakMap());

    /** @param {Pick<MNIST.api.ApiClient, 'weights'>} client */
    constructor(client) {
      super();
      this.#client = client;
    }

    get isReady() {
      return this.#network !== null;
    }

    /** Whether it reads straightened images. */
    get isUpright() {
      return this.#isUpright;
    }

    /** Whether it is here, or may well come: only a failure says that it does not. */
    get isExpected() {
      return this.isReady || !this.#hasFailed;
    }

    /**
     * Fetches the weights, or has the browser ask whether they are still the ones. Without them the
     * page is quiet: one can draw, and Predict asks the API.
     */
    async load() {
      if (this.#isLoading) return;
      this.#isLoading = true;
      try {
        const network = readNetwork(await this.#client.weights());
        const isUpright = readsUpright(network);
        this.#rejection = readRejection(network);
        this.#network = network;
        this.#isUpright = isUpright;
        this.#answers = new WeakMap();
      } catch {
        // None there, or none that fits this page: whatever was loaded before goes on answering.
        this.#hasFailed = true;
      } finally {
        this.#isLoading = false;
      }
      this.dispatchEvent(new Event('change'));
    }

    /**
     * @param {Uint8Array} pixels 784 grey values that never change.
     * @returns {Prediction}
     */
    predict(pixels) {
      const before = this.#answers.get(pixels);
      if (before !== undefined) return before;
      if (this.#network === null) throw new Error('There are no weights to compute with.');
      const pass = forward(this.#network, networkInput(this.#network, pixels));
      let prediction = predictionFrom(pass.probabilities);
      if (this.#rejection !== null) {
        const reason = reasonAgainst(this.#rejection, pass, pixels);
        prediction = { ...prediction, isAccepted: reason === '', reason };
      }
      this.#answers.set(pixels, prediction);
      return prediction;
    }
  }

  return { LiveNetwork };
})());

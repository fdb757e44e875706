/**
 * The network that answers inside the page, once its weights are there. Dispatches `change` when it
 * comes, or another one takes its place.
 */
class LiveNetwork extends EventTarget {
  /** @type {Network | null} */
  #network = null;
  /** @type {Rejection | null} */
  #rejection = null;
  #client;
  #isLoading = false;

  /** @param {Pick<ApiClient, 'weights'>} client */
  constructor(client) {
    super();
    this.#client = client;
  }

  get isReady() {
    return this.#network !== null;
  }

  /**
   * Fetches the weights, or has the browser ask whether they are still the ones. Without them the
   * page is quiet: one can draw, and Predict asks the API.
   */
  async load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      this.#network = readNetwork(await this.#client.weights());
      this.#rejection = readRejection(this.#network);
      this.dispatchEvent(new Event('change'));
    } catch {
      // None there, or none that fits this page: whatever was loaded before goes on answering.
    } finally {
      this.#isLoading = false;
    }
  }

  /**
   * @param {Uint8Array} pixels 784 grey values.
   * @returns {Prediction}
   */
  predict(pixels) {
    if (this.#network === null) throw new Error('There are no weights to compute with.');
    const pass = forward(this.#network, pixels);
    const prediction = predictionFrom(pass.probabilities);
    if (this.#rejection === null) return prediction;
    const reason = reasonAgainst(this.#rejection, pass, pixels);
    return { ...prediction, isAccepted: reason === '', reason };
  }
}

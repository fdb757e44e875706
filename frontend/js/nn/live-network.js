/**
 * The network that answers inside the page, once its weights are there. Dispatches `change` when it
 * comes, another one takes its place, or none came.
 */
MNIST.add('nn', (() => {
  const { Reader, loadShippedNetwork, readNetwork, readsUpright } = MNIST.nn;

  class LiveNetwork extends EventTarget {
    /** Of the network in use. @type {MNIST.nn.Reader | null} */
    #reader = null;
    #isUpright = false;
    /** Names the weights in use; see WeightsFile. */
    #digest = '';
    #client;
    #loadShipped;
    #shipped = Promise.resolve();
    #isLoading = false;
    /** Whether the network in use is the reader's own copy. */
    #isOwn = false;
    #hasFailed = false;

    /**
     * @param {Pick<MNIST.api.ApiClient, 'weights'>} client
     * @param {() => Promise<ShippedNetwork>} [loadShipped]
     */
    constructor(client, loadShipped = loadShippedNetwork) {
      super();
      this.#client = client;
      this.#loadShipped = loadShipped;
    }

    /** The network in use, once it is here. */
    get network() {
      return this.#reader?.network ?? null;
    }

    get isReady() {
      return this.#reader !== null;
    }

    /** Whether it reads straightened images. */
    get isUpright() {
      return this.#isUpright;
    }

    /** Whether it is the reader's own copy. */
    get isOwn() {
      return this.#isOwn;
    }

    /** Whether it is here, or may well come: only a failure says that it does not. */
    get isExpected() {
      return this.isReady || !this.#hasFailed;
    }

    /** Takes the network that comes with the page, if none is here yet. */
    loadShipped() {
      this.#shipped = this.#takeShipped();
      return this.#shipped;
    }

    async #takeShipped() {
      try {
        const { network, digest } = await this.#loadShipped();
        if (this.isReady) return;
        this.#use(network, digest);
      } catch {
        this.#hasFailed = true;
      }
      this.dispatchEvent(new Event('change'));
    }

    /** Takes the API's network, if it is another one. */
    async load() {
      if (this.#isLoading || this.#isOwn) return;
      this.#isLoading = true;
      await this.#shipped; // which may be the same
      try {
        const weights = await this.#client.weights(this.#digest);
        if (weights === null || this.#isOwn) return;
        this.#use(readNetwork(weights.file), weights.digest);
      } catch {
        // No weights, or none that fit this page: the network before goes on answering.
        this.#hasFailed = true;
      } finally {
        this.#isLoading = false;
      }
      this.dispatchEvent(new Event('change'));
    }

    /**
     * The reader's own copy answers from now on, and no other network takes its place.
     *
     * @param {Network} network
     */
    useOwn(network) {
      this.#use(network, '');
      this.#isOwn = true;
      this.dispatchEvent(new Event('change'));
    }

    /** Goes back from the own copy to the page's network, or the API's if that is another one. */
    async leaveOwn() {
      if (!this.#isOwn) return;
      this.#isOwn = false;
      this.#reader = null;
      await this.loadShipped();
      await this.load();
    }

    /**
     * @param {Network} network
     * @param {string} digest
     */
    #use(network, digest) {
      this.#isUpright = readsUpright(network);
      this.#reader = new Reader(network);
      this.#digest = digest;
    }

    /** How surely the network in use reads an image; null while none is here. */
    get sureness() {
      return this.#reader?.sureness ?? null;
    }

    /**
     * @param {Uint8Array} pixels 784 grey values that never change.
     * @returns {Prediction}
     */
    predict(pixels) {
      if (this.#reader === null) throw new Error('There are no weights to compute with.');
      return this.#reader.predict(pixels);
    }
  }

  return { LiveNetwork };
})());

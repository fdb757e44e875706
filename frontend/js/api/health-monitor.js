/**
 * Polls the API's health: rarely while it is well, soon and then with growing delays when it is not,
 * and never while the page is hidden.
 */
MNIST.add('api', (() => {
  const { ApiError } = MNIST.api;

  /** Dispatches `check` after each look. */
  class HealthMonitor extends EventTarget {
    /** Milliseconds between two looks at an API that is well. */
    static calm = 15_000;
    /** Milliseconds until the first look after a failure; doubles with each failure... */
    static soonest = 1_000;
    /** ...up to this. */
    static latest = 8_000;
    /** Milliseconds after which an answer is given up. */
    static timeout = 5_000;

    /** @type {ApiStatus} */
    status = 'checking';
    /** The server's own sentence on what it lacks. */
    detail = '';
    #client;
    #isWatched;
    #failures = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #next;
    /** @type {AbortController | null} */
    #looking = null;

    /**
     * @param {Pick<MNIST.api.ApiClient, 'health'>} client
     * @param {() => boolean} isWatched Whether the page is visible.
     */
    constructor(client, isWatched) {
      super();
      this.#client = client;
      this.#isWatched = isWatched;
    }

    /** Looks now, and from then on by itself. Call it also when the page comes back into sight. */
    async check() {
      clearTimeout(this.#next);
      this.#looking?.abort();
      if (!this.#isWatched()) return;
      const looking = new AbortController();
      this.#looking = looking;
      const giveUp = setTimeout(() => looking.abort('timeout'), HealthMonitor.timeout);
      /** @type {ApiStatus} */
      let status;
      try {
        const { isModelLoaded, detail } = await this.#client.health(looking.signal);
        status = isModelLoaded ? 'ready' : 'no-weights';
        this.detail = detail;
      } catch (error) {
        status = error instanceof ApiError ? error.kind : 'timeout';
      } finally {
        clearTimeout(giveUp);
      }
      if (this.#looking !== looking) return;
      this.#looking = null;
      this.#settle(status);
    }

    /** @param {ApiStatus} status */
    #settle(status) {
      clearTimeout(this.#next);
      this.#failures = status === 'ready' ? 0 : this.#failures + 1;
      const backoff = HealthMonitor.soonest * 2 ** (this.#failures - 1);
      const delay = status === 'ready' ? HealthMonitor.calm : Math.min(backoff, HealthMonitor.latest);
      this.#next = setTimeout(() => this.check(), delay);
      this.status = status;
      this.dispatchEvent(new Event('check'));
    }
  }

  return { HealthMonitor };
})());

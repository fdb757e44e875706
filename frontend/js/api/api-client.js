/**
 * The recogniser's API: where it is, what it is asked, and what can come back.
 */
MNIST.add('api', (() => {
  const LOCAL_API = 'http://localhost:8000';

  class ApiError extends Error {
    /**
     * @param {ApiFailure} kind
     * @param {string} [detail]
     */
    constructor(kind, detail = '') {
      super(detail || kind);
      this.name = 'ApiError';
      this.kind = kind;
      this.detail = detail;
    }
  }

  /**
   * Lists where the API may be, without a slash at the end.
   *
   * Served by the API, the page asks its own origin. From disk, or from a file server on port 3000,
   * it asks http://localhost:8000; from another file server on this computer, when its own origin
   * turns out not to be the API. `<meta name="api-base">` overrides both; so does `?api=`, but only
   * with an address on this computer: a link must not be able to send drawings anywhere else.
   *
   * @param {{protocol: string, hostname: string, port: string, origin: string, search: string}} page
   *   `location`.
   * @param {string} [meta] Content of the meta element.
   * @returns {string[]} The likeliest first.
   */
  function apiBasesFor(page, meta = '') {
    const asked = new URLSearchParams(page.search).get('api') ?? '';
    for (const [address, mustBeLocal] of /** @type {[string, boolean][]} */ ([
      [asked, true],
      [meta, false],
    ])) {
      if (!URL.canParse(address)) continue;
      const url = new URL(address);
      const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
      if (isHttp && (!mustBeLocal || isLoopback(url.hostname))) {
        return [url.origin + url.pathname.replace(/\/+$/, '')];
      }
    }
    if (page.protocol === 'file:' || page.port === '3000') return [LOCAL_API];
    return isLoopback(page.hostname) ? [page.origin, LOCAL_API] : [page.origin];
  }

  /**
   * @param {string} hostname As `URL` gives it: lower case, IPv4 in four decimal numbers.
   * @returns {boolean}
   */
  function isLoopback(hostname) {
    return (
      hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
    );
  }

  class ApiClient {
    #bases;
    #pageOrigin;

    /**
     * @param {string[]} bases Where it may be, the likeliest first; see `apiBasesFor`.
     * @param {string} [pageOrigin] Where the page comes from.
     */
    constructor(bases, pageOrigin = '') {
      this.#bases = bases;
      this.#pageOrigin = pageOrigin;
    }

    /** The API's address, without a slash at its end. */
    get base() {
      return this.#bases[0];
    }

    /**
     * @param {Uint8Array[]} images One for each digit: 784 grey values, 0 to 255, row by row.
     * @param {AbortSignal} signal
     * @returns {Promise<Prediction[]>} One for each image.
     * @throws {ApiError} There is no answer.
     * @throws {DOMException} `AbortError`: the signal was aborted.
     */
    async predict(images, signal) {
      const inputs = images.map((pixels) => Array.from(pixels, (grey) => grey / 255));
      const isOne = inputs.length === 1;
      const answer = await this.#ask(isOne ? '/predict' : '/predict/batch', signal, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(isOne ? { pixels: inputs[0] } : { images: inputs }),
      });
      const predictions = isOne ? [answer] : answer.predictions;
      if (!Array.isArray(predictions) || predictions.length !== inputs.length) {
        throw new ApiError('unexpected');
      }
      return predictions.map(readPrediction);
    }

    /**
     * Fetches the network's weights, unless they are known.
     *
     * @param {string} [known] Digest of the weights that are here already.
     * @returns {Promise<WeightsFile | null>} null if the server has the same.
     * @throws {Error} There are none.
     */
    async weights(known = '') {
      const address = `${this.base}/model/weights`;
      if (known !== '') {
        const head = await fetch(address, { method: 'HEAD' });
        if (head.ok && digestIn(head) === known) return null;
      }
      const response = await fetch(address);
      if (!response.ok) throw new ApiError('no-weights');
      return { file: await response.arrayBuffer(), digest: digestIn(response) };
    }

    /**
     * @param {AbortSignal} signal
     * @returns {Promise<{isModelLoaded: boolean, detail: string}>} `detail` is the server's sentence
     *   on why there is no model.
     * @throws {ApiError} There is no answer.
     * @throws {DOMException} `AbortError`: the signal was aborted.
     */
    async health(signal) {
      let answer;
      try {
        answer = await this.#ask('/health', signal, {});
      } catch (error) {
        const isElsewhere = error instanceof ApiError && error.kind === 'absent';
        if (!isElsewhere || this.#bases.length === 1) throw error;
        this.#bases = this.#bases.slice(1);
        return this.health(signal);
      }
      const { model_loaded: isModelLoaded, detail } = answer;
      if (typeof isModelLoaded !== 'boolean') throw new ApiError('unexpected');
      return { isModelLoaded, detail: typeof detail === 'string' ? detail : '' };
    }

    /**
     * @param {string} path
     * @param {AbortSignal} signal
     * @param {RequestInit} request
     * @returns {Promise<any>} A JSON object.
     */
    async #ask(path, signal, request) {
      let response;
      let body;
      try {
        response = await fetch(this.base + path, { ...request, signal, cache: 'no-store' });
        body = await response.text();
      } catch (error) {
        if (signal.aborted) throw error;
        throw new ApiError((await this.#isForbidden()) ? 'forbidden' : 'unreachable');
      }
      const answer = parseObject(body);
      if (response.ok && answer !== null) return answer;
      const detail = typeof answer?.detail === 'string' ? answer.detail : '';
      const kind = failureOf(response, answer !== null);
      const isPageServer = kind === 'unexpected' && this.base === this.#pageOrigin;
      throw new ApiError(isPageServer ? 'absent' : kind, detail);
    }

    /** @returns {Promise<boolean>} Whether a server answers, but does not let this page read it. */
    async #isForbidden() {
      if (this.base === this.#pageOrigin) return false;
      try {
        await fetch(`${this.base}/health`, { mode: 'no-cors', signal: AbortSignal.timeout(2_000) });
        return true;
      } catch {
        return false;
      }
    }
  }

  /**
   * @param {Response} response
   * @returns {string} What its ETag names the weights; empty if it has none.
   */
  function digestIn(response) {
    return /"(.*)"/.exec(response.headers.get('ETag') ?? '')?.[1] ?? '';
  }

  /**
   * @param {Pick<Response, 'ok' | 'status' | 'headers'>} response Not an answer.
   * @param {boolean} isOurs Whether its body is JSON; a gateway before the API sends web pages.
   * @returns {ApiFailure}
   */
  function failureOf({ ok, status, headers }, isOurs) {
    if (headers.has('Retry-After') || status === 429) return 'busy';
    if (status === 502 || status === 504) return 'unreachable';
    if (status === 503) return isOurs ? 'no-weights' : 'busy';
    return ok || !isOurs ? 'unexpected' : 'refused';
  }

  /**
   * @param {any} answer What the API says of one digit.
   * @returns {Prediction}
   * @throws {ApiError} It is not a prediction.
   */
  function readPrediction(answer) {
    const { prediction, confidence, probabilities, accepted, reason } = answer ?? {};
    const each = Array.from({ length: 10 }, (_, digit) => probabilities?.[digit]);
    if (!each.every(isProbability) || !isProbability(confidence) || !(prediction in each)) {
      throw new ApiError('unexpected');
    }
    return {
      digit: prediction,
      confidence,
      probabilities: each,
      isAccepted: accepted !== false,
      doubt: accepted === false && typeof reason === 'string' ? doubtIn(reason) : null,
    };
  }

  /**
   * @param {string} reason The server's sentence.
   * @returns {Doubt} What the page can say in its own language, or else the sentence.
   */
  function doubtIn(reason) {
    if (reason === 'The image is empty.') return { kind: 'empty' };
    if (reason === 'This does not look like a digit.') return { kind: 'not-a-digit' };
    const digits = /^This could be an? (\d) or an? (\d)\.$/.exec(reason);
    return digits === null
      ? { kind: 'other', reason } : { kind: 'ambiguous', digits: [Number(digits[1]), Number(digits[2])] };
  }

  /**
   * @param {unknown} value
   * @returns {value is number}
   */
  function isProbability(value) {
    return typeof value === 'number' && value >= 0 && value <= 1;
  }

  /**
   * @param {string} text
   * @returns {Record<string, any> | null} null if the text is not a JSON object.
   */
  function parseObject(text) {
    try {
      const value = JSON.parse(text);
      return typeof value === 'object' ? value : null;
    } catch {
      return null;
    }
  }

  return { ApiError, apiBasesFor, ApiClient };
})());

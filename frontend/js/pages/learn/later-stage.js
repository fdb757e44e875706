/**
 * A stage that is not part of the page as it opens: its style sheet and its scripts come when its
 * tab is opened for the first time. The tab's `data-scripts` names them, in their order.
 */
MNIST.add('learn', (() => {
  const { inLanguage, loadScript, loadStylesOf, scriptsOf } = MNIST.core;
  const { text } = MNIST.words;
  const { element } = MNIST.learn;

  /** @implements {Stage} */
  class LaterStage {
    #name;
    #title;
    #tab;
    #host;
    #loaded;
    #isLoading = false;
    /** @type {Stage | null} null until it has come. */
    #stage = null;

    /**
     * @param {HTMLElement} tab
     * @param {StageHost} host
     * @param {() => void} loaded Called once the stage can be rendered.
     */
    constructor(tab, host, loaded) {
      this.#name = tab.getAttribute('aria-controls') ?? '';
      this.#title = tab.textContent ?? '';
      this.#tab = tab;
      this.#host = host;
      this.#loaded = loaded;
    }

    /** Loads the stage, unless that is done. After an error the next call tries again. */
    async open() {
      if (this.#stage !== null || this.#isLoading) return;
      this.#isLoading = true;
      const { section } = this.#host;
      section.replaceChildren(element('p', { role: 'status' }, text('learn.stage-loading', { stage: this.#title })));
      try {
        await loadStylesOf(this.#tab);
        for (const script of inLanguage(scriptsOf(this.#tab))) await loadScript(`js/${script}`);
        section.replaceChildren();
        this.#stage = new (classOf(this.#name))(this.#host);
        this.#loaded();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        section.replaceChildren(element('p', { role: 'alert' },
          text('learn.stage-not-loaded', { stage: this.#title, reason })));
      } finally {
        this.#isLoading = false;
      }
    }

    /** null until it has come. */
    get stage() {
      return this.#stage;
    }

    /** @param {LearnState} state */
    render(state) {
      this.#stage?.render(state);
    }

    leave() {
      this.#stage?.leave();
    }

    /** @param {number} steps */
    go(steps) {
      this.#stage?.go?.(steps);
    }
  }

  /**
   * @param {string} name Such as "watch".
   * @returns {new (host: StageHost) => Stage} Such as `WatchStage`.
   */
  function classOf(name) {
    const className = `${name.charAt(0).toUpperCase()}${name.slice(1)}Stage`;
    return /** @type {any} */ (MNIST.learn)[className];
  }

  return { LaterStage };
})());

/**
 * "How the ink was found" comes when a photo is opened for the first time: its style sheet and what
 * the section's `data-scripts` names.
 */
MNIST.add('index', (() => {
  const { inLanguage, loadScript, loadStylesOf, scriptsOf } = MNIST.core;
  const { text } = MNIST.words;

  class InkDoor {
    #section;
    #link;
    #host;
    /** @type {MNIST.index.InkPanel | null} null until it has come. */
    #panel = null;
    /** For which drawing it was tried to load it. */
    #triedFor = 0;

    /**
     * @param {HTMLElement} section
     * @param {HTMLElement} link That leads there.
     * @param {InkHost} host
     */
    constructor(section, link, host) {
      this.#section = section;
      this.#link = link;
      this.#host = host;
    }

    /** @param {IndexState} state */
    render(state) {
      const { drawing: { isPhoto, version }, live: { isReady } } = state;
      const isWanted = isPhoto && isReady;
      this.#section.hidden = this.#link.hidden = !isWanted || this.#panel === null;
      if (!isWanted) return;
      if (this.#panel !== null) {
        this.#panel.render(state);
      } else if (this.#triedFor !== version) {
        this.#triedFor = version;
        void this.load();
      }
    }

    /** @returns {Promise<boolean>} Whether it has come. */
    async load() {
      try {
        await loadStylesOf(this.#section);
        for (const script of inLanguage(scriptsOf(this.#section))) await loadScript(`js/${script}`);
        this.#panel ??= new MNIST.index.InkPanel(this.#section, this.#host);
        this.#host.loaded();
      } catch (error) {
        this.#host.note(text('index.ink-not-loaded', { reason: /** @type {Error} */ (error).message }));
      }
      return this.#panel !== null;
    }
  }

  return { InkDoor };
})());

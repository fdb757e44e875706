/**
 * The button that makes a link of the page as it is, and the link in the page's address. What they
 * need comes when the button is pressed for the first time, or when the address holds more than the
 * name of a stage; the button's `data-scripts` names it.
 */
MNIST.add('learn', (() => {
  const { inLanguage, loadScript, loadStylesOf, scriptsOf } = MNIST.core;
  const { text } = MNIST.words;

  class ShareDoor {
    #button;
    #host;
    /** @type {Promise<MNIST.learn.ShareRoom> | null} */
    #loading = null;
    /** @type {MNIST.learn.ShareRoom | null} */
    #room = null;

    /**
     * @param {HTMLButtonElement} button
     * @param {ShareHost} host
     */
    constructor(button, host) {
      this.#button = button;
      this.#host = host;
      button.addEventListener('click', () => void this.#enter((room) => room.open()));
      window.addEventListener('hashchange', () => {
        // Going back to a link that was opened before leaves what has been done since.
        if (!button.disabled && window.history.state?.isRestored !== true) void this.restoreFromAddress();
      });
    }

    /**
     * Brings back what the address holds. The page's state must be there.
     *
     * @returns {Promise<boolean>} Whether that includes a drawing.
     */
    async restoreFromAddress() {
      this.#button.disabled = false;
      const fragment = window.location.hash.slice(1);
      if (!/[=&]/.test(fragment)) return false;
      return await this.#enter((room) => room.restore(fragment)) ?? false;
    }

    /**
     * @param {LearnState} state With a drawing that has just been read.
     * @returns {LearnState} With what a link says of it.
     */
    completed(state) {
      return this.#room?.completed(state) ?? state;
    }

    /** The state has changed, or a stage has come. */
    render() {
      this.#room?.render();
    }

    /** What the address must hold behind # for the page to come back as it is. */
    async getFragment() {
      return await this.#enter((room) => room.getFragment()) ?? '';
    }

    /**
     * @template T
     * @param {(room: MNIST.learn.ShareRoom) => T} then
     * @returns {Promise<T | null>} null if the scripts do not load.
     */
    async #enter(then) {
      this.#loading ??= this.#load();
      try {
        return then(await this.#loading);
      } catch (error) {
        this.#loading = null;
        const reason = error instanceof Error ? error.message : String(error);
        this.#host.note(text('learn.share-not-loaded', { reason }));
        return null;
      }
    }

    async #load() {
      await loadStylesOf(this.#button);
      for (const script of inLanguage(scriptsOf(this.#button))) await loadScript(`js/${script}`);
      this.#room ??= new MNIST.learn.ShareRoom(this.#host);
      return this.#room;
    }
  }

  return { ShareDoor };
})());

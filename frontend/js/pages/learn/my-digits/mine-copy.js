/**
 * The copy that was taught: kept, used by the page that reads, taken back, saved as a file.
 */
MNIST.add('learn', (() => {
  const { elementById } = MNIST.core;
  const { readNetwork, writeNetwork } = MNIST.nn;
  const { saveMineFile } = MNIST.learn;

  class MineCopy {
    #actions;
    /** @type {OwnCopies} */
    #copies = { latest: null, previous: null, isInUse: false };
    /** @type {MineResult | null} What was taught last, and is not kept yet. */
    #result = null;
    #section = elementById('mine-copy', HTMLElement);
    #text = elementById('mine-copy-text', HTMLElement);
    #link = /** @type {HTMLElement} */ (this.#section.querySelector('a'));
    #use = elementById('mine-use', HTMLButtonElement);
    #undo = elementById('mine-copy-undo', HTMLButtonElement);
    #new = elementById('mine-new', HTMLElement);

    /** @param {MineCopyActions} actions */
    constructor(actions) {
      this.#actions = actions;
      elementById('mine-keep', HTMLButtonElement).addEventListener('click', () => void this.#keep());
      elementById('mine-look', HTMLButtonElement).addEventListener('click', () => {
        if (this.#result !== null) actions.look(this.#result.network);
      });
      this.#use.addEventListener('click', () => actions.use(!this.#copies.isInUse));
      this.#undo.addEventListener('click', () => actions.undo());
      elementById('mine-save-weights', HTMLButtonElement).addEventListener('click', () => {
        const { latest } = this.#copies;
        if (latest !== null) saveMineFile('my-network.safetensors', latest.file, 'application/octet-stream');
      });
    }

    /** @param {MineResult | null} result What was taught. */
    offer(result) {
      this.#result = result;
      this.#new.hidden = result === null;
    }

    /**
     * @param {OwnCopies} copies
     * @returns {Network | null} The copy that is in use.
     */
    show(copies) {
      this.#copies = copies;
      const { latest, previous, isInUse } = copies;
      this.#section.hidden = latest === null;
      if (latest === null) return null;
      const day = new Date(latest.time).toLocaleString('en', { dateStyle: 'long', timeStyle: 'short' });
      const use = isInUse ? 'The page “Draw” reads with it.' : 'The page “Draw” reads with the original network.';
      this.#text.textContent = `It learned ${latest.learned} of your digits on ${day}. ${use}`;
      this.#link.hidden = !isInUse;
      this.#use.textContent = isInUse ? 'Use the original network' : 'Use my copy';
      this.#undo.textContent = previous === null ? 'Delete this copy' : 'Back to the copy before';
      if (!isInUse) return null;
      try {
        return readNetwork(latest.file);
      } catch {
        this.#text.textContent = 'Your copy is damaged, so the pages read with the original network.';
        return null;
      }
    }

    async #keep() {
      if (this.#result === null) return;
      const { network, learned } = this.#result;
      const isKept = await this.#actions.keep({ file: writeNetwork(network), time: Date.now(), learned });
      if (!isKept) return;
      this.offer(null);
      this.#use.focus();
    }
  }

  return { MineCopy };
})());

/**
 * The copy that was taught: kept, used by the page that reads, taken back, saved as a file.
 */
MNIST.add('learn', (() => {
  const { language, text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { readNetwork, writeNetwork } = MNIST.nn;
  const { isMuchWorse, saveMineFile } = MNIST.learn;

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
    #worse = elementById('mine-worse', HTMLElement);
    #keepButton = elementById('mine-keep', HTMLButtonElement);

    /** @param {MineCopyActions} actions */
    constructor(actions) {
      this.#actions = actions;
      this.#keepButton.addEventListener('click', () => void this.#keep());
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
      const isWorse = result !== null && isMuchWorse(result);
      this.#worse.hidden = !isWorse;
      this.#worse.textContent = isWorse ? warningOf(result) : '';
      this.#keepButton.textContent = text(isWorse ? 'mine.keep-worse' : 'mine.keep');
      this.#keepButton.classList.toggle('button-primary', !isWorse);
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
      const day = new Date(latest.time).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' });
      const use = text(isInUse ? 'mine.draw-copy' : 'mine.draw-original');
      const learned = text('mine.learned', { count: latest.learned, day });
      this.#text.textContent = [learned, use].join(text('common.between-sentences'));
      this.#link.hidden = !isInUse;
      this.#use.textContent = text(isInUse ? 'mine.use-original' : 'mine.use-copy');
      this.#undo.textContent = text(previous === null ? 'mine.delete-copy' : 'mine.copy-before');
      if (!isInUse) return null;
      try {
        return readNetwork(latest.file);
      } catch {
        this.#text.textContent = text('mine.damaged');
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

  /** @param {MineResult} result */
  function warningOf({ test: { before, after } }) {
    return text('mine.worse', { right: after.right, all: after.count, before: before.right });
  }

  return { MineCopy };
})());

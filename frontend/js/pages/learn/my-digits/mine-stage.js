/**
 * My digits: collect drawings with their labels, keep them in this browser, and teach a copy of the
 * network with them.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { findOnPad } = MNIST.draw;
  const { openOwnStore, ownDigit } = MNIST.own;
  const {
    MINE_LAYOUT, MineCopy, MineFiles, MineGallery, MineLabels, MineReadings, MineTeacher,
    withPass,
  } = MNIST.learn;

  class MineStage {
    #host;
    /** @type {MNIST.own.OwnStore | null} */
    #store = null;
    /** @type {OwnDigit[]} The latest first. */
    #digits = [];
    /** What the last deletion took. @type {OwnDigit[]} */
    #deleted = [];
    #isOpen = false;
    #labels;
    #gallery;
    #teacher;
    #copy;
    #undo;
    #readings;

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      host.section.innerHTML = MINE_LAYOUT;
      this.#readings = new MineReadings(host.shipped);
      this.#labels = new MineLabels(elementById('mine-labels', HTMLElement), (label) => void this.#collect(label));
      this.#gallery = new MineGallery(
        this.#readings,
        (digit, label) => void this.#keep([ownDigit(digit.pixels, label, Date.now())]),
        (digit) => void this.#remove([digit]),
      );
      new MineFiles(() => this.#digits, (digits) => this.#keepAll(digits), (sentence, isProblem) => {
        this.#hush();
        report(sentence, isProblem);
      });
      this.#copy = new MineCopy({
        keep: (copy) => this.#change((store) => store.keepCopy(copy)),
        use: (isInUse) => void this.#change((store) => store.useCopy(isInUse)),
        undo: () => void this.#change((store) => store.undoCopy()),
        look: (network) => this.#look(network),
      });
      this.#teacher = new MineTeacher(() => host.shipped, () => this.#hush(), (result) => this.#copy.offer(result));
      host.tables.connect(host.section, {
        digits: () => this.#gallery.digitsTable(),
        digit: () => this.#gallery.digitTable(),
        scores: () => this.#teacher.scoresTable(),
      }, false);
      elementById('mine-delete-all', HTMLButtonElement).addEventListener('click', () => void this.#remove(this.#digits));
      this.#undo = elementById('mine-undo', HTMLButtonElement);
      this.#undo.addEventListener('click', () => void this.#keep(this.#deleted));
      document.addEventListener('keydown', (event) => this.#press(event));
      void this.#begin();
    }

    render() {
      this.#isOpen = true;
    }

    leave() {
      this.#isOpen = false;
    }

    async #begin() {
      this.#store = await openOwnStore();
      this.#store.addEventListener('change', () => void this.#refresh());
      if (!this.#store.isLasting) {
        const warning = elementById('mine-storage', HTMLElement);
        warning.textContent = text('mine.not-lasting');
        warning.hidden = false;
      }
      await this.#refresh();
    }

    async #refresh() {
      if (this.#store === null) return;
      const [digits, copies] = await Promise.all([this.#store.digits(), this.#store.copies()]);
      this.#digits = digits;
      const own = this.#copy.show(copies);
      if (own === null) this.#readings.readWith(this.#host.shipped, 0);
      else this.#readings.readWith(own, copies.latest?.time ?? 0);
      this.#teacher.show(digits);
      const counts = Array.from({ length: 10 }, (_, label) => {
        return this.#digits.filter((digit) => digit.label === label).length;
      });
      this.#labels.showCounts(counts);
      await this.#readings.readAll(digits.slice(0, MineGallery.PAGE)); // in parts, before the gallery asks for them
      this.#gallery.show(this.#digits);
      const { length } = this.#digits;
      elementById('mine-list-title', HTMLElement).textContent = length === 0 ? text('mine.yours') : text('mine.your-count', { count: length });
      for (const id of ['mine-export', 'mine-delete-all']) {
        elementById(id, HTMLButtonElement).setAttribute('aria-disabled', String(length === 0));
      }
      if (await this.#readings.readAll(digits)) this.#gallery.show(digits);
    }

    /** @param {number} label */
    async #collect(label) {
      this.#hush();
      const { drawing, page } = MNIST.learn;
      const found = page.isExample ? [] : findOnPad(drawing);
      if (found.length !== 1) {
        this.#host.note(text(found.length === 0 ? 'mine.draw-first' : 'mine.one-at-a-time'));
        return;
      }
      const kept = elementById('mine-kept', HTMLElement);
      try {
        await this.#keepAll([ownDigit(found[0].pixels, label, Date.now())]);
      } catch (error) {
        this.#host.note(/** @type {Error} */ (error).message);
        return;
      }
      kept.textContent = text('mine.kept-as', { count: label });
      drawing.clear();
    }

    /** @param {OwnDigit[]} digits Kept, or the page says why not. */
    async #keep(digits) {
      this.#hush();
      try {
        await this.#keepAll(digits);
        report('', false);
      } catch (error) {
        report(/** @type {Error} */ (error).message, true);
      }
    }

    /** @param {OwnDigit[]} digits */
    async #keepAll(digits) {
      if (this.#store === null) return 0;
      const added = await this.#store.keep(digits);
      this.#offerUndo([]);
      return added;
    }

    /** @param {OwnDigit[]} digits */
    async #remove(digits) {
      if (this.#store === null || digits.length === 0) return;
      this.#hush();
      const isLost = this.#gallery.losesFocusWith(digits);
      try {
        await this.#store.remove(digits.map(({ id }) => id));
        this.#offerUndo(digits);
        if (isLost) this.#undo.focus();
        report(text('mine.deleted', { count: digits.length }), false);
      } catch (error) {
        report(/** @type {Error} */ (error).message, true);
      }
    }

    /**
     * @param {(store: MNIST.own.OwnStore) => Promise<void>} change Of the copies.
     * @returns {Promise<boolean>} Whether it was done; if not, the page says why.
     */
    async #change(change) {
      this.#hush();
      let problem = '';
      try {
        if (this.#store !== null) await change(this.#store);
      } catch (error) {
        problem = /** @type {Error} */ (error).message;
      }
      const element = elementById('mine-copy-error', HTMLElement);
      element.textContent = problem;
      element.hidden = problem === '';
      return problem === '';
    }

    /**
     * Shows a copy in the other stages, as a change of the network that can be undone.
     * @param {Network} network
     */
    #look(network) {
      const state = this.#host.getState();
      const version = { network, text: text('mine.taught'), key: 'mine' };
      const { versions, pass } = withPass({ ...state, versions: [...state.versions, version] });
      this.#host.change({ versions, pass });
      window.location.hash = '#think';
    }

    /** Takes the messages back: each is about the last thing that was done. */
    #hush() {
      elementById('mine-kept', HTMLElement).textContent = '';
      report('', false);
      elementById('mine-copy-error', HTMLElement).hidden = true;
      this.#host.note('');
      this.#teacher.hush();
    }

    /** @param {OwnDigit[]} digits What was deleted. */
    #offerUndo(digits) {
      this.#deleted = digits;
      const hadFocus = document.activeElement === this.#undo;
      this.#undo.hidden = digits.length === 0;
      if (hadFocus) elementById('mine-delete-all', HTMLButtonElement).focus();
    }

    /** @param {KeyboardEvent} event A digit's key labels the drawing. */
    #press(event) {
      const { target } = event;
      const isTyping = target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== 'radio');
      const areKeysOn = elementById('single-keys', HTMLInputElement).checked;
      if (!this.#isOpen || isTyping || !areKeysOn || !/^[0-9]$/.test(event.key)) return;
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      void this.#collect(Number(event.key));
    }
  }

  /**
   * @param {string} sentence What became of the reader's wish, or why nothing did.
   * @param {boolean} isProblem
   */
  function report(sentence, isProblem) {
    const problem = elementById('mine-file-error', HTMLElement);
    problem.hidden = !isProblem;
    problem.textContent = isProblem ? sentence : '';
    elementById('mine-file-report', HTMLElement).textContent = isProblem ? '' : sentence;
  }

  return { MineStage };
})());

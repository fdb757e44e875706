/**
 * The digits that are kept: small images to walk with the arrow keys, and one of them in large with
 * what the network reads in it.
 */
MNIST.add('learn', (() => {
  const { language, number, text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { MineLabels, element, gridTable, paintGrey, percent } = MNIST.learn;

  class MineGallery {
    /** So many are shown at once: a thousand buttons would make the page slow. */
    static PAGE = 60;
    #readings;
    #remove;
    #choices = elementById('mine-filter', HTMLFieldSetElement);
    #list = elementById('mine-list', HTMLUListElement);
    #more = elementById('mine-more', HTMLElement);
    #one = elementById('mine-one', HTMLElement);
    #title = elementById('mine-one-title', HTMLElement);
    #text = elementById('mine-one-text', HTMLElement);
    #image = elementById('mine-image', HTMLCanvasElement);
    #labels;
    /** @type {ReadonlyArray<OwnDigit>} */
    #digits = [];
    /** @type {MineFilter} */
    #filter = 'all';
    /** Of these the first are shown, in this order. @type {OwnDigit[]} */
    #matching = [];
    #shown = MineGallery.PAGE;
    /** @type {string | null} */
    #selected = null;

    /**
     * @param {MNIST.learn.MineReadings} readings What the network reads.
     * @param {(digit: OwnDigit, label: number) => void} relabel
     * @param {(digit: OwnDigit) => void} remove
     */
    constructor(readings, relabel, remove) {
      this.#readings = readings;
      this.#remove = remove;
      this.#labels = new MineLabels(elementById('mine-relabel', HTMLElement), (label) => {
        const digit = this.#selectedDigit;
        if (digit !== undefined) relabel(digit, label);
      });
      elementById('mine-delete', HTMLButtonElement).addEventListener('click', () => {
        const digit = this.#selectedDigit;
        if (digit !== undefined) remove(digit);
      });
      this.#more.addEventListener('click', () => {
        const next = this.#shown;
        this.#shown += MineGallery.PAGE;
        this.#render();
        this.#buttons[next]?.focus();
      });
      this.#list.addEventListener('keydown', (event) => this.#press(event));
      this.#makeChoices();
    }

    /** @param {ReadonlyArray<OwnDigit>} digits The latest first. */
    show(digits) {
      this.#digits = digits;
      this.#render();
    }

    /** @returns {TableContent} The digits that the filter lets through. */
    digitsTable() {
      const rows = this.#matching.map((digit, n) => {
        const { digit: answer, share } = this.#readings.of(digit);
        return [number(n + 1), String(digit.label), String(answer), percent(share), dayOf(digit)];
      });
      const [shown, count] = [rows.length, this.#digits.length];
      const title = shown === count ? text('mine.your-count', { count }) : text('mine.some-of-yours', { shown, count });
      const head = ['', ...['label', 'read', 'sure', 'day'].map((name) => text(`mine.head-${name}`))];
      return { title, head, rows };
    }

    /** @returns {TableContent} The grey values of the one that is chosen. */
    digitTable() {
      const { label, pixels } = /** @type {OwnDigit} */ (this.#selectedDigit);
      return gridTable(pixels, 28, text('mine.your-digit', { label }), String);
    }

    /**
     * @param {ReadonlyArray<OwnDigit>} digits Those that will go.
     * @returns {boolean} Whether what has the focus goes with them, and no neighbour can take it.
     */
    losesFocusWith(digits) {
      const { activeElement } = document;
      return this.#one.contains(activeElement)
        || (this.#list.contains(activeElement) && digits.length === this.#matching.length);
    }

    /** @returns {HTMLButtonElement[]} */
    get #buttons() {
      return [...this.#list.querySelectorAll('button')];
    }

    get #selectedDigit() {
      return this.#digits.find(({ id }) => id === this.#selected);
    }

    #makeChoices() {
      /** @type {MineFilter[]} */
      const filters = ['all', 'read wrong', ...Array(10).keys()];
      for (const filter of filters) {
        const radio = element('input', { type: 'radio', name: 'mine-filter' });
        radio.checked = filter === this.#filter;
        radio.addEventListener('change', () => {
          this.#filter = filter;
          this.#shown = MineGallery.PAGE;
          this.#render();
        });
        const name = typeof filter === 'number' ? String(filter) : text(filter === 'all' ? 'mine.all' : 'mine.wrong');
        this.#choices.append(element('label', {}, radio, ` ${name}`));
      }
    }

    /** @param {OwnDigit} digit */
    #matches(digit) {
      if (this.#filter === 'all') return true;
      return this.#filter === 'read wrong' ? this.#readings.isWrong(digit) : digit.label === this.#filter;
    }

    #render() {
      const hadFocus = this.#list.contains(document.activeElement);
      const before = this.#buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
      this.#matching = this.#digits.filter((digit) => this.#matches(digit));
      const shown = this.#matching.slice(0, this.#shown);
      this.#list.replaceChildren(...shown.map((digit) => this.#item(digit)));
      elementById('mine-tables', HTMLElement).hidden = shown.length === 0;
      const rest = this.#matching.length - shown.length;
      this.#more.hidden = rest <= 0;
      const [button] = this.#more.children;
      button.textContent = text('mine.more', { next: Math.min(rest, MineGallery.PAGE), count: rest });
      elementById('mine-empty', HTMLElement).hidden = this.#digits.length > 0;
      this.#choices.hidden = this.#digits.length === 0;
      this.#renderOne();
      this.#makeTabStop(Math.max(0, shown.findIndex(({ id }) => id === this.#selected)));
      // What had the focus is made anew, or was deleted: then its neighbour has it.
      if (hadFocus) this.#buttons[Math.min(before, shown.length - 1)]?.focus();
    }

    /** @param {OwnDigit} digit */
    #item(digit) {
      const { digit: answer } = this.#readings.of(digit);
      const isRight = answer === digit.label;
      const canvas = element('canvas', { width: '28', height: '28', 'aria-hidden': 'true' });
      paintGrey(canvas, digit.pixels, 28, 255);
      const name = isRight ? String(digit.label) : text('mine.read-as-of', { label: digit.label, answer });
      const button = element('button', { type: 'button', class: 'mine-digit', 'aria-label': name, tabindex: '-1' }, canvas);
      if (!isRight) button.append(element('span', { class: 'mine-wrong', 'aria-hidden': 'true' }, `→${answer}`));
      button.setAttribute('aria-pressed', String(digit.id === this.#selected));
      button.addEventListener('click', () => {
        this.#selected = this.#selected === digit.id ? null : digit.id;
        this.#render();
        this.#one.scrollIntoView({ block: 'nearest' });
      });
      return element('li', {}, button);
    }

    #renderOne() {
      const digit = this.#selectedDigit;
      this.#one.hidden = digit === undefined;
      if (digit === undefined) return;
      const { digit: answer, share } = this.#readings.of(digit);
      paintGrey(this.#image, digit.pixels, 28, 255);
      this.#image.setAttribute('aria-label', text('mine.your-digit', { label: digit.label }));
      this.#title.textContent = answer === digit.label ? text('mine.is-right') : text('mine.read-as', { answer });
      this.#text.textContent = text('mine.one', { label: digit.label, day: dayOf(digit), answer, share: percent(share) });
      this.#labels.mark(digit.label);
    }

    /** @param {number} index The image that the Tab key reaches; the arrow keys move on from it. */
    #makeTabStop(index) {
      this.#buttons.forEach((button, i) => {
        button.tabIndex = i === index ? 0 : -1;
      });
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
      const buttons = this.#buttons;
      const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
      if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      const columns = Math.max(1, buttons.filter(({ offsetTop }) => offsetTop === buttons[0].offsetTop).length);
      const to = {
        ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns,
        Home: 0, End: buttons.length - 1,
      }[event.key];
      if (event.key === 'Delete') this.#remove(this.#matching[at]);
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (buttons[to] === undefined) return;
      this.#makeTabStop(to);
      buttons[to].focus();
    }
  }

  /** @param {OwnDigit} digit */
  function dayOf({ time }) {
    return new Date(time).toLocaleDateString(language, { dateStyle: 'long' });
  }

  return { MineGallery };
})());

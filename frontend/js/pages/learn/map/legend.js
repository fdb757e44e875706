/**
 * The legend, each digit with its colour and an example, which also filters: what is chosen is shown
 * alone, everything else faintly.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { digitAt, element, mapThumbnail } = MNIST.learn;

  class MapLegend {
    #misread = elementById('map-misread', HTMLButtonElement);
    /** @type {HTMLButtonElement[]} */
    #buttons = [];
    #digits;
    /** Empty means all. @type {Set<number>} */
    #chosen = new Set();
    #isMisreadOnly = false;
    /** @type {ReadonlyArray<MapAnswer>} */
    #answers = [];

    /**
     * @param {DigitSet} digits
     * @param {(shown: number) => void} changed Called with how many are shown now.
     */
    constructor(digits, changed) {
      this.#digits = digits;
      const list = elementById('map-digits', HTMLElement);
      for (let digit = 0; digit < 10; digit++) {
        const canvas = element('canvas', { 'aria-hidden': 'true' });
        mapThumbnail(canvas, digitAt(digits, digits.labels.indexOf(digit)), digit);
        const button = element('button', {
          type: 'button', class: 'map-chip', 'aria-pressed': 'false', title: text('map.show-only-of', { digit }),
        }, canvas, element('span', {}, String(digit)));
        button.addEventListener('click', () => {
          if (!this.#chosen.delete(digit)) this.#chosen.add(digit);
          button.setAttribute('aria-pressed', String(this.#chosen.has(digit)));
          changed(this.#count);
        });
        this.#buttons.push(button);
        list.append(button);
      }
      this.#misread.addEventListener('click', () => {
        this.#isMisreadOnly = !this.#isMisreadOnly;
        this.#misread.setAttribute('aria-pressed', String(this.#isMisreadOnly));
        changed(this.#count);
      });
    }

    get #count() {
      return this.#digits.labels.reduce((count, _, n) => count + (this.isShown(n) ? 1 : 0), 0);
    }

    get isMisreadOnly() {
      return this.#isMisreadOnly;
    }

    /** @param {MapSurvey} survey */
    survey({ answers }) {
      this.#answers = answers;
      const count = answers.filter(({ digit }, n) => digit !== this.#digits.labels[n]).length;
      this.#misread.textContent = text('map.only-count', { count });
    }

    /**
     * @param {number} n
     * @returns {boolean} Whether a digit of the map is among those that are meant.
     */
    isShown(n) {
      const label = this.#digits.labels[n];
      if (this.#chosen.size > 0 && !this.#chosen.has(label)) return false;
      return !this.#isMisreadOnly || this.#answers[n].digit !== label;
    }
  }

  return { MapLegend };
})());

/**
 * Small images in rows, one of which is chosen: one tab stop, and arrow keys inside.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { element, paintGrey, partOf } = MNIST.learn;

  class FoolGallery {
    #place;
    #choose;
    /** @type {HTMLElement[]} */
    #tiles;
    /** @type {FoolImage[]} */
    #images = [];
    #chosen = 0;

    /**
     * @param {HTMLElement} place A listbox; is filled.
     * @param {number} size How many images it can show.
     * @param {(image: FoolImage) => void} choose Also called when the chosen place gets another image.
     */
    constructor(place, size, choose) {
      this.#place = place;
      this.#choose = choose;
      this.#tiles = Array.from({ length: size }, (_, n) => {
        const tile = element('div', { class: 'fool-tile', role: 'option', id: `fool-tile-${n}` },
          element('canvas', { 'aria-hidden': 'true' }), element('span'));
        tile.addEventListener('click', () => this.#mark(n));
        return tile;
      });
      place.replaceChildren(...this.#tiles);
      place.addEventListener('keydown', (event) => this.#press(event));
    }

    /** @param {FoolImage[]} images */
    show(images) {
      this.#images = images;
      this.#place.hidden = images.length === 0;
      this.#tiles.forEach((tile, n) => {
        tile.hidden = n >= images.length;
        if (tile.hidden) return;
        const { pixels, verdict: { digit, confidence, isAccepted } } = images[n];
        const answer = `${digit} · ${MNIST.words.percent(confidence)}`;
        paintGrey(partOf(tile, 'canvas', HTMLCanvasElement), pixels, 28, 255);
        partOf(tile, 'span', HTMLElement).textContent = answer;
        tile.dataset.accepted = String(isAccepted);
        tile.setAttribute('aria-label', text(isAccepted ? 'fool.tile-accepted' : 'fool.tile-refused', { answer }));
      });
      this.#mark(Math.min(this.#chosen, images.length - 1));
    }

    /** @param {number} steps */
    move(steps) {
      this.#mark(Math.min(this.#images.length - 1, Math.max(0, this.#chosen + steps)));
    }

    /** @param {number} n */
    #mark(n) {
      if (this.#images.length === 0) return;
      this.#chosen = n;
      this.#tiles.forEach((tile, k) => tile.setAttribute('aria-selected', String(k === n)));
      this.#place.setAttribute('aria-activedescendant', `fool-tile-${n}`);
      this.#choose(this.#images[n]);
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const columns = getComputedStyle(this.#place).gridTemplateColumns.split(' ').length;
      const to = {
        ArrowLeft: this.#chosen - 1, ArrowRight: this.#chosen + 1, ArrowUp: this.#chosen - columns,
        ArrowDown: this.#chosen + columns, Home: 0, End: this.#images.length - 1,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (to >= 0 && to < this.#images.length) this.#mark(to);
    }
  }

  return { FoolGallery };
})());

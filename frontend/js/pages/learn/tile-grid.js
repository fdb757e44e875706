/**
 * A grid of tiles on a canvas that pointer and keyboard can walk: one tab stop, arrow keys inside,
 * Enter or Space to select. What a tile says is read out when it gets the focus.
 */
MNIST.add('learn', (() => {
  class TileGrid {
    #canvas;
    #columns;
    #count;
    #describe;
    #select;
    #marker;
    #speech;
    #focused = 0;

    /**
     * @param {HTMLCanvasElement} canvas Its parent is positioned, and exactly as large.
     * @param {{columns: number, count: number}} shape
     * @param {(index: number) => string} describe What a tile says.
     * @param {(index: number) => void} select
     */
    constructor(canvas, { columns, count }, describe, select) {
      this.#canvas = canvas;
      this.#columns = columns;
      this.#count = count;
      this.#describe = describe;
      this.#select = select;
      this.#marker = MNIST.learn.element('span', { class: 'tile-marker', hidden: '' });
      this.#speech = MNIST.learn.element('span', { class: 'visually-hidden', 'aria-live': 'polite' });
      canvas.after(this.#marker, this.#speech);
      canvas.tabIndex = 0;
      canvas.setAttribute('role', 'application');
      canvas.setAttribute('aria-roledescription', MNIST.words.text('learn.grid-role'));
      canvas.addEventListener('click', (event) => {
        const index = this.#indexAt(event);
        this.#moveTo(index);
        this.#select(index);
      });
      canvas.addEventListener('pointermove', (event) => {
        canvas.title = this.#describe(this.#indexAt(event));
      });
      canvas.addEventListener('keydown', (event) => this.#press(event));
      canvas.addEventListener('focus', () => this.#moveTo(this.#focused));
      canvas.addEventListener('blur', () => {
        this.#speech.textContent = '';
      });
    }

    /** @param {number | null} index The tile that is marked. */
    mark(index) {
      this.#marker.hidden = index === null;
      if (index === null) return;
      this.#focused = index;
      this.#place(index);
    }

    /** @param {number} index */
    #place(index) {
      const rows = Math.ceil(this.#count / this.#columns);
      const { style } = this.#marker;
      style.setProperty('--column', String(index % this.#columns));
      style.setProperty('--row', String(Math.floor(index / this.#columns)));
      style.setProperty('--columns', String(this.#columns));
      style.setProperty('--rows', String(rows));
    }

    /** @param {MouseEvent} event */
    #indexAt({ clientX, clientY }) {
      const { left, top, width, height } = this.#canvas.getBoundingClientRect();
      const rows = Math.ceil(this.#count / this.#columns);
      const column = Math.floor(((clientX - left) / width) * this.#columns);
      const row = Math.floor(((clientY - top) / height) * rows);
      const clamped = Math.min(Math.max(row, 0), rows - 1) * this.#columns
        + Math.min(Math.max(column, 0), this.#columns - 1);
      return Math.min(clamped, this.#count - 1);
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns };
      const step = steps[/** @type {keyof typeof steps} */ (event.key)];
      if (step !== undefined) {
        const next = this.#focused + step;
        if (next >= 0 && next < this.#count) this.#moveTo(next);
      } else if (event.key === 'Home') this.#moveTo(0);
      else if (event.key === 'End') this.#moveTo(this.#count - 1);
      else if (event.key === 'Enter' || event.key === ' ') this.#select(this.#focused);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    /** @param {number} index */
    #moveTo(index) {
      this.#focused = index;
      this.#marker.hidden = false;
      this.#place(index);
      this.#speech.textContent = this.#describe(index);
    }
  }

  return { TileGrid };
})());

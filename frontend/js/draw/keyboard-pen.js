/**
 * Drawing without a pointer: arrow keys move a cursor over the grid, Space puts the pen down and
 * lifts it. Two arrow keys held together move diagonally.
 */
MNIST.add('draw', (() => {
  const { text } = MNIST.words;
  const { GRID_SIZE } = MNIST.draw;

  class KeyboardPen {
    /** Cells a step, with Shift held. */
    static #stride = 3;
    /** Milliseconds after the last step until the cursor's place is announced. */
    static #announceDelay = 600;
    /** @type {Record<string, PenPoint>} */
    static #directions = {
      ArrowLeft: { x: -1, y: 0 },
      ArrowRight: { x: 1, y: 0 },
      ArrowUp: { x: 0, y: -1 },
      ArrowDown: { x: 0, y: 1 },
    };

    #pad;
    #cursor;
    #drawing;
    #tool;
    #announce;
    #column = GRID_SIZE / 2;
    #row = GRID_SIZE / 2;
    #isDown = false;
    /** @type {Set<string>} */
    #held = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #announcement;

    /**
     * @param {HTMLElement} pad Receives the keys.
     * @param {HTMLElement} cursor Is moved by the custom properties --column and --row.
     * @param {MNIST.draw.Drawing} drawing
     * @param {Readonly<Tool>} tool The same as the pointer's.
     * @param {(text: string) => void} announce
     */
    constructor(pad, cursor, drawing, tool, announce) {
      this.#pad = pad;
      this.#cursor = cursor;
      this.#drawing = drawing;
      this.#tool = tool;
      this.#announce = announce;
      pad.addEventListener('keydown', (event) => this.#press(event));
      pad.addEventListener('keyup', (event) => this.#held.delete(event.key));
      pad.addEventListener('focus', () => this.#show(pad.matches(':focus-visible')));
      pad.addEventListener('blur', () => this.#leave());
      // Who takes the mouse or a finger is done with the keys.
      pad.addEventListener('pointerdown', () => this.#leave(), { capture: true });
      drawing.addEventListener('change', () => {
        if (!drawing.isPenDown) this.#setDown(false); // cleared or undone under the pen
      });
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === ' ') {
        event.preventDefault();
        if (!event.repeat) this.#toggle();
      } else if (event.key in KeyboardPen.#directions) {
        event.preventDefault();
        this.#held.add(event.key);
        this.#step(event.shiftKey ? KeyboardPen.#stride : 1);
      }
    }

    #toggle() {
      if (this.#isDown) {
        this.#drawing.penUp();
        this.#setDown(false);
      } else if (!this.#drawing.isPenDown) {
        this.#drawing.toolDown(this.#centreOfCell(), this.#tool);
        this.#setDown(true);
      }
      this.#show(true);
      clearTimeout(this.#announcement); // a place that is said late would hide what follows
      const name = this.#tool.isErasing ? 'eraser' : 'pen';
      this.#announce(text(`draw.${name}-${this.#isDown ? 'down' : 'up'}`));
    }

    /** @param {number} cells */
    #step(cells) {
      const last = GRID_SIZE - 1;
      for (const key of this.#held) {
        const direction = KeyboardPen.#directions[key];
        this.#column = Math.min(Math.max(this.#column + cells * direction.x, 0), last);
        this.#row = Math.min(Math.max(this.#row + cells * direction.y, 0), last);
      }
      if (this.#isDown) this.#drawing.penMove(this.#centreOfCell());
      this.#show(true);
      clearTimeout(this.#announcement);
      this.#announcement = setTimeout(() => {
        const place = { column: this.#column + 1, row: this.#row + 1 };
        this.#announce(text(this.#isDown ? 'draw.place-down' : 'draw.place-up', place));
      }, KeyboardPen.#announceDelay);
    }

    #leave() {
      if (this.#isDown) this.#drawing.penUp();
      this.#setDown(false);
      this.#held.clear();
      clearTimeout(this.#announcement);
      this.#show(false);
    }

    /** @param {boolean} isVisible */
    #show(isVisible) {
      this.#cursor.hidden = !isVisible;
      this.#cursor.style.setProperty('--column', String(this.#column));
      this.#cursor.style.setProperty('--row', String(this.#row));
    }

    /** @param {boolean} isDown */
    #setDown(isDown) {
      this.#isDown = isDown;
      this.#cursor.classList.toggle('is-down', isDown);
    }

    /** @returns {PenPoint} */
    #centreOfCell() {
      return { x: this.#column + 0.5, y: this.#row + 0.5 };
    }
  }

  return { KeyboardPen };
})());

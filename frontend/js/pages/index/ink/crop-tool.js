/**
 * The frame over a photo that says which part of it is kept: drawn with a pointer, or each edge moved
 * with the arrow keys.
 */
MNIST.add('index', (() => {
  const { text, percent } = MNIST.words;
  const { WHOLE_FRAME, frameBetween, withEdge } = MNIST.index;

  const EDGES = /** @type {const} */ (['left', 'top', 'right', 'bottom']);
  /** An arrow key moves an edge by this share of the side, */
  const STEP = 0.01;
  /** and with Shift by this. */
  const LONG_STEP = 0.1;
  /** Which way each key goes. @type {Record<string, -1 | 1>} */
  const DIRECTIONS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

  class CropTool {
    #layer;
    #finish;
    #frame = WHOLE_FRAME;
    #window = document.createElement('div');
    /** @type {Record<string, HTMLElement>} */
    #handles = {};
    /** What the pointer moves: an edge, or a new frame from a corner. @type {keyof CropFrame | PenPoint | null} */
    #grip = null;

    /**
     * @param {HTMLElement} layer Lies over the photo.
     * @param {() => void} finish Called on Enter.
     */
    constructor(layer, finish) {
      this.#layer = layer;
      this.#finish = finish;
      this.#window.className = 'crop-window';
      layer.append(this.#window, ...EDGES.map((edge) => this.#handle(edge)));
      layer.addEventListener('pointerdown', (event) => this.#take(event));
      layer.addEventListener('pointermove', (event) => this.#move(event));
      for (const type of ['pointerup', 'pointercancel']) {
        layer.addEventListener(type, () => {
          this.#grip = null;
        });
      }
      layer.addEventListener('keydown', (event) => this.#press(event));
    }

    get frame() {
      return this.#frame;
    }

    get isOpen() {
      return !this.#layer.hidden;
    }

    open() {
      this.#layer.hidden = false;
      this.#show(WHOLE_FRAME);
      this.#handles.left.focus();
    }

    close() {
      this.#layer.hidden = true;
      this.#grip = null;
    }

    /**
     * @param {keyof CropFrame} edge
     * @returns {HTMLElement}
     */
    #handle(edge) {
      const handle = document.createElement('span');
      handle.className = `crop-edge is-${edge}`;
      handle.tabIndex = 0;
      handle.dataset.edge = edge;
      const values = {
        role: 'slider',
        'aria-label': text(`ink.edge-${edge}`),
        'aria-valuemin': '0',
        'aria-valuemax': '100',
        'aria-orientation': edge === 'left' || edge === 'right' ? 'horizontal' : 'vertical',
      };
      for (const [name, value] of Object.entries(values)) handle.setAttribute(name, value);
      this.#handles[edge] = handle;
      return handle;
    }

    /** @param {CropFrame} frame */
    #show(frame) {
      this.#frame = frame;
      for (const edge of EDGES) {
        this.#layer.style.setProperty(`--${edge}`, String(frame[edge]));
        const handle = this.#handles[edge];
        handle.setAttribute('aria-valuenow', String(Math.round(100 * frame[edge])));
        handle.setAttribute('aria-valuetext', percent(frame[edge]));
      }
    }

    /** @param {PointerEvent} event */
    #take(event) {
      if (event.button !== 0) return;
      event.preventDefault();
      try {
        this.#layer.setPointerCapture(event.pointerId);
      } catch {
        // The pointer is gone already.
      }
      const edge = /** @type {HTMLElement} */ (event.target).dataset.edge;
      this.#grip = /** @type {keyof CropFrame | undefined} */ (edge) ?? this.#placeOf(event);
      this.#handles[edge ?? 'left'].focus({ preventScroll: true });
    }

    /** @param {PointerEvent} event */
    #move(event) {
      if (this.#grip === null) return;
      const place = this.#placeOf(event);
      if (typeof this.#grip !== 'string') {
        this.#show(frameBetween(this.#grip, place));
      } else {
        const isAcross = this.#grip === 'left' || this.#grip === 'right';
        this.#show(withEdge(this.#frame, this.#grip, isAcross ? place.x : place.y));
      }
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
      const { key, shiftKey } = event;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const edge = /** @type {keyof CropFrame | undefined} */ (/** @type {HTMLElement} */ (event.target).dataset.edge);
      if (key === 'Enter') this.#finish();
      else if (edge !== undefined && key in DIRECTIONS) {
        const step = DIRECTIONS[key] * (shiftKey ? LONG_STEP : STEP);
        this.#show(withEdge(this.#frame, edge, this.#frame[edge] + step));
      } else if (edge !== undefined && (key === 'Home' || key === 'End')) {
        this.#show(withEdge(this.#frame, edge, key === 'Home' ? 0 : 1));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    }

    /**
     * @param {MouseEvent} event
     * @returns {PenPoint} As shares of the photo's sides.
     */
    #placeOf({ clientX, clientY }) {
      const { left, top, width, height } = this.#layer.getBoundingClientRect();
      return { x: (clientX - left) / width, y: (clientY - top) / height };
    }
  }

  return { CropTool };
})());

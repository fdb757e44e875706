/**
 * The canvas that people draw on: mouse, finger or pen in, the grey grid out.
 */
class DrawingPad {
  #canvas;
  #drawing;
  #context;
  /** The grid, one pixel a cell; the canvas shows it enlarged. */
  #cells;
  #cellsContext;
  /** The pointer that draws. A second finger or a resting palm is another one. @type {number | null} */
  #pointer = null;
  #isPaintScheduled = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Drawing} drawing
   */
  constructor(canvas, drawing) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    this.#context = contextOf(canvas);
    this.#cells = document.createElement('canvas');
    this.#cells.width = GRID_SIZE;
    this.#cells.height = GRID_SIZE;
    this.#cellsContext = contextOf(this.#cells);

    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#continue(event));
    canvas.addEventListener('pointerup', (event) => this.#end(event));
    // The system takes the pointer away, for a gesture of its own or a call: the ink stays.
    canvas.addEventListener('pointercancel', (event) => this.#end(event));
    canvas.addEventListener('lostpointercapture', (event) => this.#end(event));
    // A stroke is no gesture: or else a browser takes its end for a fling, and the tap on a button
    // that follows for the one that stops it; and iOS shows its magnifier.
    canvas.addEventListener('touchstart', (event) => event.preventDefault(), { passive: false });
    // A long press is somebody who draws slowly, not somebody who wants a menu.
    canvas.addEventListener('contextmenu', (event) => {
      if (this.#pointer !== null) event.preventDefault();
    });
    drawing.addEventListener('change', () => this.#schedulePaint());
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    const isSecondPointer = this.#pointer !== null;
    const isLeftButtonOrContact = event.button === 0;
    if (isSecondPointer || !isLeftButtonOrContact) return;
    this.#pointer = event.pointerId;
    try {
      this.#canvas.setPointerCapture(event.pointerId);
    } catch {
      // The pointer is gone already, or a script made it up: what it draws on the canvas counts.
    }
    this.#drawing.penDown(this.#toCells(event, this.#canvas.getBoundingClientRect()));
  }

  /** @param {PointerEvent} event */
  #continue(event) {
    if (event.pointerId !== this.#pointer) return;
    // A fast pen is sampled more often than the page is painted: all samples in between count.
    const samples = event.getCoalescedEvents?.() ?? [];
    const box = this.#canvas.getBoundingClientRect();
    for (const sample of samples.length > 0 ? samples : [event]) {
      this.#drawing.penMove(this.#toCells(sample, box));
    }
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    if (event.type === 'pointerup') {
      this.#drawing.penMove(this.#toCells(event, this.#canvas.getBoundingClientRect()));
    }
    this.#drawing.penUp();
  }

  /**
   * @param {MouseEvent} event
   * @param {DOMRect} box
   * @returns {PenPoint}
   */
  #toCells(event, box) {
    return {
      x: ((event.clientX - box.left) / box.width) * GRID_SIZE,
      y: ((event.clientY - box.top) / box.height) * GRID_SIZE,
    };
  }

  #schedulePaint() {
    if (this.#isPaintScheduled) return;
    this.#isPaintScheduled = true;
    requestAnimationFrame(() => {
      this.#isPaintScheduled = false;
      this.#paint();
    });
  }

  /** Ink is white and as opaque as its grey value; the style sheet inverts it on light paper. */
  #paint() {
    const picture = this.#cellsContext.createImageData(GRID_SIZE, GRID_SIZE);
    this.#drawing.grid.forEach((grey, cell) => {
      picture.data.set([255, 255, 255, grey], 4 * cell);
    });
    this.#cellsContext.putImageData(picture, 0, 0);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#context.imageSmoothingEnabled = false;
    this.#context.drawImage(this.#cells, 0, 0, this.#canvas.width, this.#canvas.height);
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
function contextOf(canvas) {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw on a canvas.');
  return context;
}

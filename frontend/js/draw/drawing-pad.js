/**
 * The canvas that people draw on: mouse, finger or pen in, the grey grid out.
 *
 * One pointer draws at a time. A second finger is ignored, and so is a hand that rests on the
 * screen: it touches with a large area, or it lies there while a pen is in use.
 */
MNIST.add('draw', (() => {
  const { contextOf } = MNIST.core;
  const { GRID_SIZE } = MNIST.draw;

  class DrawingPad {
    /** A contact wider than this, in CSS pixels, is the side of a hand. */
    static palmWidth = 90;
    /** Milliseconds after a pen's last sign of life in which a touch is taken for the hand below. */
    static penRest = 1_000;
    /** Which button of a pen is its other end, the eraser. */
    static #eraserButton = 5;

    #canvas;
    #drawing;
    #tool;
    #context;
    /** The grid, one pixel a cell; the canvas shows it enlarged. */
    #cells;
    #cellsContext;
    /** The pointer that draws. @type {{id: number, type: string, isEraserEnd: boolean} | null} */
    #pointer = null;
    /** Whether the pen was lifted because the page was laid out again under a pointer that draws. */
    #isLifted = false;
    /** Where that pointer lies now. @type {PenPoint | null} */
    #rest = null;
    /** When a pen was last felt, by `event.timeStamp`. */
    #penFelt = -Infinity;
    #isPaintScheduled = false;

    /**
     * @param {HTMLCanvasElement} canvas
     * @param {MNIST.draw.Drawing} drawing
     * @param {Readonly<Tool>} tool May change at any time; what counts is how it is at pen-down.
     */
    constructor(canvas, drawing, tool) {
      this.#canvas = canvas;
      this.#drawing = drawing;
      this.#tool = tool;
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
      // Who turns the phone in mid-stroke has not moved the finger over the paper: it only lies
      // elsewhere on the page after its new layout. What it draws from there is another stroke.
      matchMedia('(orientation: portrait)').addEventListener('change', () => this.#lift());
      // A stroke is not a gesture: otherwise a browser takes its end for a fling, and the tap on a button
      // that follows for the one that stops it; iOS shows its magnifier, and Scribble takes it for
      // handwriting of its own.
      for (const type of ['touchstart', 'touchmove']) {
        canvas.addEventListener(type, (event) => event.preventDefault(), { passive: false });
      }
      // A long press is slow drawing, and does not ask for a menu.
      canvas.addEventListener('contextmenu', (event) => {
        if (this.#pointer !== null) event.preventDefault();
      });
      drawing.addEventListener('change', () => this.#schedulePaint());
    }

    /** @param {PointerEvent} event */
    #begin(event) {
      const isEraserEnd = event.button === DrawingPad.#eraserButton;
      if ((event.button !== 0 && !isEraserEnd) || this.#isPalm(event)) return;
      if (event.pointerType === 'pen') {
        this.#penFelt = event.timeStamp;
        // The hand came down before its pen.
        if (this.#pointer?.type === 'touch') this.#forget();
      }
      if (this.#pointer !== null) return;
      this.#pointer = { id: event.pointerId, type: event.pointerType, isEraserEnd };
      this.#isLifted = false;
      try {
        this.#canvas.setPointerCapture(event.pointerId);
      } catch {
        // The pointer is gone already, or a script made it up: what it draws on the canvas counts.
      }
      this.#toolDown(this.#toCells(event, this.#canvas.getBoundingClientRect()), isEraserEnd);
    }

    /**
     * @param {PenPoint} point
     * @param {boolean} isEraserEnd
     */
    #toolDown(point, isEraserEnd) {
      const { isErasing, sigma } = this.#tool;
      this.#drawing.toolDown(point, { isErasing: isErasing || isEraserEnd, sigma });
    }

    /** @param {PointerEvent} event */
    #continue(event) {
      if (event.pointerType === 'pen') this.#penFelt = event.timeStamp;
      const pointer = this.#pointer;
      if (event.pointerId !== pointer?.id) return;
      if (this.#isPalm(event)) {
        this.#forget();
        return;
      }
      // A fast pen is sampled more often than the page is painted: all samples in between count.
      const samples = event.getCoalescedEvents?.() ?? [];
      const box = this.#canvas.getBoundingClientRect();
      for (const sample of samples.length > 0 ? samples : [event]) {
        const point = this.#toCells(sample, box);
        if (!this.#isLifted) {
          this.#drawing.penMove(point);
        } else if (this.#rest === null) {
          this.#rest = point;
        } else if (Math.hypot(point.x - this.#rest.x, point.y - this.#rest.y) > 1) {
          this.#isLifted = false;
          this.#toolDown(this.#rest, pointer.isEraserEnd);
          this.#drawing.penMove(point);
        }
      }
    }

    /** @param {PointerEvent} event */
    #end(event) {
      if (event.pointerId !== this.#pointer?.id) return;
      this.#pointer = null;
      if (this.#isLifted) return;
      if (event.type === 'pointerup') {
        this.#drawing.penMove(this.#toCells(event, this.#canvas.getBoundingClientRect()));
      }
      this.#drawing.penUp();
    }

    /** Ends the stroke, though its pointer stays down. */
    #lift() {
      if (this.#pointer === null || this.#isLifted) return;
      this.#isLifted = true;
      this.#rest = null;
      this.#drawing.penUp();
    }

    /** Takes back what a hand has drawn so far. */
    #forget() {
      this.#pointer = null;
      this.#drawing.cancelPen();
    }

    /**
     * @param {PointerEvent} event
     * @returns {boolean}
     */
    #isPalm({ pointerType, width, height, timeStamp }) {
      if (pointerType !== 'touch') return false;
      const isUnderPen = timeStamp - this.#penFelt < DrawingPad.penRest;
      return isUnderPen || Math.max(width, height) > DrawingPad.palmWidth;
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
      const image = this.#cellsContext.createImageData(GRID_SIZE, GRID_SIZE);
      this.#drawing.grid.forEach((grey, cell) => {
        image.data.set([255, 255, 255, grey], 4 * cell);
      });
      this.#cellsContext.putImageData(image, 0, 0);
      this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
      this.#context.imageSmoothingEnabled = false;
      this.#context.drawImage(this.#cells, 0, 0, this.#canvas.width, this.#canvas.height);
    }
  }

  return { DrawingPad };
})());

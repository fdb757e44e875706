/**
 * The ink over the grid, as sharp as the screen can show it: repainted whenever the drawing, the
 * pad's size or the screen's pixel density changes.
 */
MNIST.add('draw', (() => {
  const { contextOf } = MNIST.core;
  const { GRID_SIZE, InkPainter, drawImageOnPad } = MNIST.draw;

  class InkLayer {
    #canvas;
    #drawing;
    #context;
    #painter;
    #colour = '';
    #isPaintScheduled = false;

    /**
     * @param {HTMLCanvasElement} canvas Its CSS colour is the ink's.
     * @param {MNIST.draw.Drawing} drawing
     */
    constructor(canvas, drawing) {
      this.#canvas = canvas;
      this.#drawing = drawing;
      this.#context = contextOf(canvas);
      this.#painter = new InkPainter(canvas);
      this.recolour();
      drawing.addEventListener('change', () => this.#schedulePaint());
      new ResizeObserver(() => this.#paint()).observe(canvas);
      this.#watchDensity();
    }

    /** The page's colours have changed. */
    recolour() {
      this.#colour = getComputedStyle(this.#canvas).color;
      this.#schedulePaint();
    }

    #schedulePaint() {
      if (this.#isPaintScheduled) return;
      this.#isPaintScheduled = true;
      requestAnimationFrame(() => {
        this.#isPaintScheduled = false;
        this.#paint();
      });
    }

    /** A window moves to another screen, or is enlarged: neither changes its size in CSS pixels. */
    #watchDensity() {
      const same = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
      const changed = () => {
        this.#paint();
        this.#watchDensity();
      };
      same.addEventListener('change', changed, { once: true });
    }

    #paint() {
      // As many pixels as the screen has there.
      const size = Math.round(this.#canvas.clientWidth * window.devicePixelRatio);
      if (size !== this.#canvas.width) this.#canvas.width = this.#canvas.height = size;
      if (size === 0) return; // the page is not laid out
      this.#painter.paint(this.#drawing.inkedStrokes, this.#colour);
      const { image } = this.#drawing;
      if (image !== null) drawImageOnPad(this.#context, image, size / GRID_SIZE, this.#colour);
    }
  }

  return { InkLayer };
})());

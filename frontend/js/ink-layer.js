/**
 * The ink over the grid, as sharp as the screen can show it: painted anew from the strokes whenever
 * the drawing, the pad's size or the screen's pixel density changes.
 */
class InkLayer {
  #canvas;
  #drawing;
  #context;
  #isPaintScheduled = false;

  /**
   * @param {HTMLCanvasElement} canvas Its CSS colour is the ink's.
   * @param {Drawing} drawing
   */
  constructor(canvas, drawing) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    this.#context = contextOf(canvas);
    drawing.addEventListener('change', () => this.schedulePaint());
    new ResizeObserver(() => this.#paint()).observe(canvas);
    this.#watchDensity();
  }

  schedulePaint() {
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
    const scale = size / GRID_SIZE;
    this.#context.clearRect(0, 0, size, size);
    this.#context.strokeStyle = getComputedStyle(this.#canvas).color;
    if (this.#drawing.picture !== null) drawPicture(this.#context, this.#drawing.picture, scale);
    drawInk(this.#context, this.#drawing.inkedStrokes, scale);
  }
}

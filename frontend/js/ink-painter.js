/**
 * Paints strokes on a canvas anew in each frame, and keeps what does not change: however long a
 * drawing becomes, a frame paints little more than what the pen has added.
 */
class InkPainter {
  /** So many points of a stroke that grows are painted in each frame before they are kept. */
  static #most = 64;

  #canvas;
  #context;
  #leastWidth;
  /** The ink that is kept. It is as large as the canvas. */
  #kept = document.createElement('canvas');
  #keptContext = contextOf(this.#kept);
  /** Which strokes it shows, and of each how many points. @type {{points: PenPoint[], count: number}[]} */
  #shown = [];
  /** How it was painted. */
  #manner = '';

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} [leastWidth] Of a line, in pixels: in a small picture thin lines would be lost.
   */
  constructor(canvas, leastWidth = 0) {
    this.#canvas = canvas;
    this.#context = contextOf(canvas);
    this.#leastWidth = leastWidth;
  }

  /**
   * @param {ReadonlyArray<Readonly<Stroke>>} strokes All that is to be seen. An array of points that
   *   was here before is the same or longer; only the last stroke grows.
   * @param {string} colour
   */
  paint(strokes, colour) {
    const { width, height } = this.#canvas;
    const scale = width / GRID_SIZE;
    this.#keep(strokes, colour, scale);
    this.#context.clearRect(0, 0, width, height);
    this.#context.drawImage(this.#kept, 0, 0);
    const last = strokes.at(-1);
    const count = this.#shown[strokes.length - 1]?.count ?? 0;
    if (last !== undefined && count < last.points.length) {
      this.#context.strokeStyle = colour;
      drawStroke(this.#context, last, scale, this.#leastWidth, count);
    }
  }

  /**
   * Brings the ink that is kept up to date.
   * @param {ReadonlyArray<Readonly<Stroke>>} strokes
   * @param {string} colour
   * @param {number} scale Pixels a cell.
   */
  #keep(strokes, colour, scale) {
    const manner = `${colour} ${this.#canvas.width} ${this.#canvas.height}`;
    const isStillThere = this.#shown.every(({ points, count }, i) => {
      const now = strokes[i]?.points;
      return now === points && (count === now.length || i === this.#shown.length - 1);
    });
    if (manner !== this.#manner || !isStillThere) {
      this.#manner = manner;
      this.#shown = [];
      this.#kept.width = this.#canvas.width; // and that empties it
      this.#kept.height = this.#canvas.height;
    }
    this.#keptContext.strokeStyle = colour;
    for (let i = Math.max(this.#shown.length - 1, 0); i < strokes.length; i++) {
      const stroke = strokes[i];
      const { points } = stroke;
      const from = this.#shown[i]?.count ?? 0;
      const isGrowing = i === strokes.length - 1;
      if (isGrowing && points.length - from <= InkPainter.#most) return;
      // The last point of a stroke that grows may become a corner, so it is not kept.
      const count = isGrowing ? points.length - 1 : points.length;
      // Piece by piece, since a browser takes its time over a line of thousands of points.
      for (let start = from; start < count; start += InkPainter.#most) {
        const end = Math.min(start + InkPainter.#most, count);
        drawStroke(this.#keptContext, stroke, scale, this.#leastWidth, start, end);
      }
      this.#shown[i] = { points, count };
    }
  }
}

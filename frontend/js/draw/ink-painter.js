/**
 * Repaints strokes on a canvas in each frame, and keeps what does not change: however long a
 * drawing becomes, a frame paints little more than what the pen has added or the eraser has taken.
 */
MNIST.add('draw', (() => {
  const { contextOf } = MNIST.core;
  const { NO_EXTENT } = MNIST.vision;
  const { BRUSH_SIGMAS, CORNER_RADIUS, GRID_SIZE, INK_WIDTH, drawStroke } = MNIST.draw;

  class InkPainter {
    /** So many points of a stroke that grows are painted in each frame before they are kept. */
    static #chunk = 64;

    #canvas;
    #context;
    #minWidth;
    /** The ink that is kept. It is as large as the canvas. */
    #kept = document.createElement('canvas');
    #keptContext = contextOf(this.#kept);
    /** What was painted last, all of it. @type {ReadonlyArray<Readonly<Stroke>>} */
    #strokes = [];
    /** How many points are kept of each of these strokes, as far as any are. @type {number[]} */
    #counts = [];
    /** How the ink that is kept was painted. */
    #manner = '';

    /**
     * @param {HTMLCanvasElement} canvas
     * @param {number} [minWidth] Of a line, in pixels: in a small image thin lines would be lost.
     */
    constructor(canvas, minWidth = 0) {
      this.#canvas = canvas;
      this.#context = contextOf(canvas);
      this.#minWidth = minWidth;
    }

    /**
     * @param {ReadonlyArray<Readonly<Stroke>>} strokes All that is to be seen. An array of points that
     *   was here before is the same or longer; only the last stroke grows.
     * @param {string} colour
     */
    paint(strokes, colour) {
      const { width, height } = this.#canvas;
      const manner = `${colour} ${width} ${height}`;
      if (manner !== this.#manner) {
        this.#manner = manner;
        this.#counts = [];
        this.#kept.width = width; // and that empties it
        this.#kept.height = height;
      } else if (!this.#strokes.every(({ points }, i) => strokes[i]?.points === points)) {
        this.#keep(this.#strokes, colour, false);
        this.#amend(strokes);
      }
      this.#strokes = [...strokes];
      this.#keep(strokes, colour, true);
      this.#context.clearRect(0, 0, width, height);
      this.#context.drawImage(this.#kept, 0, 0);
      const last = strokes.at(-1);
      const count = this.#counts[strokes.length - 1] ?? 0;
      if (last !== undefined && count < last.points.length) {
        this.#context.strokeStyle = colour;
        drawStroke(this.#context, last, width / GRID_SIZE, this.#minWidth, count);
      }
    }

    /**
     * Adds to the ink that is kept what is not in it.
     * @param {ReadonlyArray<Readonly<Stroke>>} strokes
     * @param {string} colour
     * @param {boolean} mayGrow Whether the last stroke may grow: then its end is not kept.
     */
    #keep(strokes, colour, mayGrow) {
      const scale = this.#canvas.width / GRID_SIZE;
      this.#keptContext.strokeStyle = colour;
      for (let i = Math.max(this.#counts.length - 1, 0); i < strokes.length; i++) {
        const { length } = strokes[i].points;
        const from = this.#counts[i] ?? 0;
        const isGrowing = mayGrow && i === strokes.length - 1;
        if (isGrowing && length - from <= InkPainter.#chunk) return;
        // The last point of a stroke that grows may become a corner.
        const count = isGrowing ? length - 1 : length;
        // Piece by piece, since a browser takes its time over a line of thousands of points.
        for (let start = from; start < count; start += InkPainter.#chunk) {
          const end = Math.min(start + InkPainter.#chunk, count);
          drawStroke(this.#keptContext, strokes[i], scale, this.#minWidth, start, end);
        }
        this.#counts[i] = count;
      }
    }

    /**
     * Repaints the kept ink where strokes have changed.
     * @param {ReadonlyArray<Readonly<Stroke>>} strokes
     */
    #amend(strokes) {
      const { left, top, right, bottom } = extentOfChange(this.#strokes, strokes);
      this.#counts = strokes.map(({ points }) => points.length);
      if (left > right) return;
      const scale = this.#canvas.width / GRID_SIZE;
      const bold = (INK_WIDTH * Math.max(...BRUSH_SIGMAS)) / 2;
      const margin = Math.max(bold, this.#minWidth / 2 / scale) + CORNER_RADIUS;
      // In whole pixels, or else the edge would show.
      const x = Math.floor((left - margin) * scale);
      const y = Math.floor((top - margin) * scale);
      const width = Math.ceil((right + margin) * scale) - x;
      const height = Math.ceil((bottom + margin) * scale) - y;
      const context = this.#keptContext;
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      context.clearRect(x, y, width, height);
      const box = {
        left: left - 2 * margin, top: top - 2 * margin,
        right: right + 2 * margin, bottom: bottom + 2 * margin,
      };
      for (const stroke of strokes) {
        for (const [start, end] of partsWithin(stroke.points, box)) {
          for (let from = start; from < end; from += InkPainter.#chunk) {
            const to = Math.min(from + InkPainter.#chunk, end);
            drawStroke(context, stroke, scale, this.#minWidth, from, to);
          }
        }
      }
      context.restore();
    }
  }

  /**
   * @param {ReadonlyArray<Readonly<Stroke>>} before
   * @param {ReadonlyArray<Readonly<Stroke>>} now Strokes that were there before are the same objects,
   *   and so are the points of those that were cut.
   * @returns {Extent} Of the lines that only one of them has, and of the points next to these.
   */
  function extentOfChange(before, now) {
    const extent = { ...NO_EXTENT };
    const [old, recent] = [before, now].map((strokes) => new Set(strokes.map(({ points }) => points)));
    const gone = [...old].filter((points) => !recent.has(points));
    const come = [...recent].filter((points) => !old.has(points));
    for (const [some, others] of [[gone, come], [come, gone]]) {
      /** @type {Map<PenPoint, PenPoint | undefined>} */
      const comesAfter = new Map();
      for (const points of others) points.forEach((point, i) => comesAfter.set(point, points[i - 1]));
      for (const points of some) {
        points.forEach((point, i) => {
          if (comesAfter.has(point) && comesAfter.get(point) === points[i - 1]) return;
          for (const { x, y } of points.slice(Math.max(i - 1, 0), i + 2)) {
            extent.left = Math.min(extent.left, x);
            extent.top = Math.min(extent.top, y);
            extent.right = Math.max(extent.right, x);
            extent.bottom = Math.max(extent.bottom, y);
          }
        });
      }
    }
    return extent;
  }

  /**
   * @param {ReadonlyArray<PenPoint>} points
   * @param {Extent} box
   * @returns {[number, number][]} Which parts of the stroke may reach into the box: for each the first
   *   point and the one after the last, as `drawStroke` takes them.
   */
  function partsWithin(points, { left, top, right, bottom }) {
    /** @type {[number, number][]} */
    const parts = [];
    points.forEach((b, i) => {
      const a = points[Math.max(i - 1, 0)];
      const isOutside =
        (a.x < left && b.x < left) || (a.x > right && b.x > right) ||
        (a.y < top && b.y < top) || (a.y > bottom && b.y > bottom);
      if (isOutside) return;
      const part = parts.at(-1);
      if (part !== undefined && part[1] >= i - 1) part[1] = i + 1;
      else parts.push([Math.max(i - 1, 0), i + 1]);
    });
    return parts;
  }

  return { InkPainter };
})());

/**
 * How far strokes are from each other: what the rule in grouping.js goes by. Pure functions, and a
 * memory for a drawing of which most stays as it is from one frame to the next.
 */
MNIST.add('vision', (() => {
  /** The extent of nothing. @type {Extent} */
  const NO_EXTENT = Object.freeze({
    left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity,
  });

  class StrokeMemory {
    /** By stroke. @type {WeakMap<ReadonlyArray<PenPoint>, PenPoint[]>} */
    #lines = new WeakMap();
    /** By both lines. @type {WeakMap<PenPoint[], WeakMap<PenPoint[], StrokeGap>>} */
    #gaps = new WeakMap();

    /**
     * @param {ReadonlyArray<PenPoint>} stroke
     * @param {PenPoint[]} line What `thinStroke` makes of it now.
     * @returns {PenPoint[]} The line; if the one before had the same points, then that one.
     */
    line(stroke, line) {
      const before = this.#lines.get(stroke);
      const isSame = before?.length === line.length && before.every((point, i) => point === line[i]);
      if (isSame) return before;
      this.#lines.set(stroke, line);
      return line;
    }

    /**
     * @param {PenPoint[]} one A line that `line` returned.
     * @param {PenPoint[]} other Another one.
     * @returns {StrokeGap}
     */
    between(one, other) {
      let gaps = this.#gaps.get(one);
      if (gaps === undefined) this.#gaps.set(one, (gaps = new WeakMap()));
      let gap = gaps.get(other);
      if (gap === undefined) {
        gap = { distance: strokeDistance(one, other), ends: endsDistance(one, other) };
        gaps.set(other, gap);
      }
      return gap;
    }
  }

  /**
   * @param {ReadonlyArray<PenPoint>} points At least one.
   * @returns {Extent}
   */
  function extentOf(points) {
    const extent = { ...NO_EXTENT };
    for (const { x, y } of points) {
      extent.left = Math.min(extent.left, x);
      extent.top = Math.min(extent.top, y);
      extent.right = Math.max(extent.right, x);
      extent.bottom = Math.max(extent.bottom, y);
    }
    return extent;
  }

  /**
   * Leaves out the points of a stroke that are nearer than a step to the last one kept.
   *
   * @param {ReadonlyArray<PenPoint>} stroke At least one point.
   * @param {number} step
   * @returns {PenPoint[]} With the stroke's first and last point.
   */
  function thinStroke(stroke, step) {
    const kept = [stroke[0]];
    for (const point of stroke) {
      if (distanceBetween(kept[kept.length - 1], point) > step) kept.push(point);
    }
    const last = stroke[stroke.length - 1];
    if (distanceBetween(kept[kept.length - 1], last) > 0) kept.push(last);
    return kept;
  }

  /**
   * @param {PenPoint} a
   * @param {PenPoint} b
   * @returns {number} Not by Math.hypot, which may round otherwise than Python.
   */
  function distanceBetween(a, b) {
    const x = b.x - a.x;
    const y = b.y - a.y;
    return Math.sqrt(x * x + y * y);
  }

  /**
   * @param {ReadonlyArray<PenPoint>} one
   * @param {ReadonlyArray<PenPoint>} other
   * @returns {number} The least distance between two strokes; 0 if they cross.
   */
  function strokeDistance(one, other) {
    if (cross(one, other)) return 0;
    return Math.sqrt(Math.min(nearestOnLine(one, other), nearestOnLine(other, one)));
  }

  /**
   * @param {ReadonlyArray<PenPoint>} points
   * @param {ReadonlyArray<PenPoint>} line
   * @returns {number} The square of the least distance of a point from the line.
   */
  function nearestOnLine(points, line) {
    let nearest = Infinity;
    for (let i = 0; i < line.length; i++) {
      // The first point is a segment of no length, so that a dot is a line too.
      const a = line[Math.max(i - 1, 0)];
      const abX = line[i].x - a.x;
      const abY = line[i].y - a.y;
      const lengthSquared = abX * abX + abY * abY;
      for (let k = 0; k < points.length; k++) {
        const apX = points[k].x - a.x;
        const apY = points[k].y - a.y;
        const along = lengthSquared > 0 ? (apX * abX + apY * abY) / lengthSquared : 0;
        const t = Math.min(Math.max(along, 0), 1);
        const dX = apX - t * abX;
        const dY = apY - t * abY;
        const squared = dX * dX + dY * dY;
        if (squared < nearest) nearest = squared;
      }
    }
    return nearest;
  }

  /**
   * @param {ReadonlyArray<PenPoint>} one
   * @param {ReadonlyArray<PenPoint>} other
   * @returns {boolean} Whether a segment of one passes through a segment of the other.
   */
  function cross(one, other) {
    const [here, there] = [extentOf(one), extentOf(other)];
    if (here.right < there.left || there.right < here.left) return false;
    if (here.bottom < there.top || there.bottom < here.top) return false;
    for (let i = 1; i < one.length; i++) {
      const a = one[i - 1];
      const b = one[i];
      for (let k = 1; k < other.length; k++) {
        const c = other[k - 1];
        const d = other[k];
        if (liesBetween(a, b, c, d) && liesBetween(c, d, a, b)) return true;
      }
    }
    return false;
  }

  /**
   * @param {PenPoint} a
   * @param {PenPoint} b
   * @param {PenPoint} p
   * @param {PenPoint} q
   * @returns {boolean} Whether the line through a and b runs between p and q, through neither.
   */
  function liesBetween(a, b, p, q) {
    const abX = b.x - a.x;
    const abY = b.y - a.y;
    const ofP = abX * (p.y - a.y) - abY * (p.x - a.x);
    const ofQ = abX * (q.y - a.y) - abY * (q.x - a.x);
    return (ofP < 0 && ofQ > 0) || (ofP > 0 && ofQ < 0);
  }

  /**
   * @param {ReadonlyArray<PenPoint>} one
   * @param {ReadonlyArray<PenPoint>} other
   * @returns {number} The greater distance between the ends that two strokes have nearest together.
   */
  function endsDistance(one, other) {
    const [a, b] = [one[0], one[one.length - 1]];
    const [c, d] = [other[0], other[other.length - 1]];
    return Math.min(
      Math.max(distanceBetween(a, c), distanceBetween(b, d)),
      Math.max(distanceBetween(a, d), distanceBetween(b, c)),
    );
  }

  return { NO_EXTENT, StrokeMemory, extentOf, thinStroke, distanceBetween, strokeDistance };
})());

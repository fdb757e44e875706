/**
 * What an eraser leaves of strokes. Pure functions: nothing here touches the page.
 */
MNIST.add('draw', (() => {
  /** A stroke is cut between points that are at most this far apart, in cells. */
  const ERASER_STEP = 0.25;
  /** The eraser's radius, in standard deviations of the brush. */
  const ERASER_REACH = 2.4;

  /**
   * Takes away what lies within the eraser's reach on its way from one point to another. What is far
   * from it costs next to nothing, so that a drawing may be large.
   *
   * @template {{points: PenPoint[], sigma: number}} T
   * @param {T[]} strokes
   * @param {PenPoint} from In cells.
   * @param {PenPoint} to In cells.
   * @param {number} radius In cells.
   * @returns {T[]} New strokes, what is left of each in its place; the very same array if the eraser
   *   touched none.
   */
  function eraseAlong(strokes, from, to, radius) {
    let isTouched = false;
    const left = strokes.flatMap((stroke) => {
      const pieces = piecesLeft(stroke.points, from, to, radius);
      if (pieces === null) return [stroke];
      isTouched = true;
      return pieces.map((points) => ({ ...stroke, points }));
    });
    return isTouched ? left : strokes;
  }

  /**
   * @param {PenPoint[]} points Of one stroke.
   * @param {PenPoint} from
   * @param {PenPoint} to
   * @param {number} radius
   * @returns {PenPoint[][] | null} What is left of it; null if the eraser does not touch it.
   */
  function piecesLeft(points, from, to, radius) {
    const left = Math.min(from.x, to.x) - radius;
    const right = Math.max(from.x, to.x) + radius;
    const top = Math.min(from.y, to.y) - radius;
    const bottom = Math.max(from.y, to.y) + radius;
    /** @type {PenPoint[][]} */
    const pieces = [];
    /** @type {PenPoint[]} */
    let piece = [];
    let isCut = false;
    for (let i = 0; i < points.length; i++) {
      const b = points[i];
      const a = points[Math.max(i - 1, 0)];
      const isFar =
        (a.x < left && b.x < left) || (a.x > right && b.x > right) ||
        (a.y < top && b.y < top) || (a.y > bottom && b.y > bottom);
      if (isFar) {
        piece.push(b);
        continue;
      }
      // A line between two points that are far apart is cut where the eraser crosses it.
      const steps = Math.max(Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / ERASER_STEP), 1);
      for (let step = 1; step <= steps; step++) {
        const t = step / steps;
        const at = step === steps ? b : { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
        if (distanceToSegment(at, from, to) > radius) {
          piece.push(at);
          continue;
        }
        isCut = true;
        if (piece.length > 0) pieces.push(piece);
        piece = [];
      }
    }
    if (!isCut) return null;
    return piece.length > 0 ? [...pieces, piece] : pieces;
  }

  /**
   * @param {PenPoint} point
   * @param {PenPoint} from
   * @param {PenPoint} to
   * @returns {number} How far the point is from the segment.
   */
  function distanceToSegment(point, from, to) {
    const acrossX = to.x - from.x;
    const acrossY = to.y - from.y;
    const lengthSquared = acrossX * acrossX + acrossY * acrossY;
    const along = (point.x - from.x) * acrossX + (point.y - from.y) * acrossY;
    const t = lengthSquared > 0 ? Math.min(Math.max(along / lengthSquared, 0), 1) : 0;
    return Math.hypot(point.x - from.x - t * acrossX, point.y - from.y - t * acrossY);
  }

  return { ERASER_REACH, eraseAlong, distanceToSegment };
})());

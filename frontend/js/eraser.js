/**
 * What an eraser leaves of strokes. Pure functions: nothing here touches the page.
 */

/** A stroke is cut between points that are at most this far apart, in cells. */
const ERASER_STEP = 0.25;
/** The eraser's radius, in standard deviations of the brush. */
const ERASER_REACH = 2.4;

/**
 * Takes away what lies within the eraser's reach on its way from one point to another.
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
    const points = stroke.points;
    const isNear = points.some(
      (point, i) => gapBetween(points[Math.max(i - 1, 0)], point, from, to) <= radius,
    );
    if (!isNear) return [stroke];
    /** @type {PenPoint[][]} */
    const pieces = [[]];
    let isCut = false;
    for (const point of withSteps(points)) {
      if (distanceToSegment(point, from, to) <= radius) {
        isCut = true;
        if (pieces[pieces.length - 1].length > 0) pieces.push([]);
      } else {
        pieces[pieces.length - 1].push(point);
      }
    }
    if (!isCut) return [stroke];
    isTouched = true;
    return pieces.filter((piece) => piece.length > 0).map((piece) => ({ ...stroke, points: piece }));
  });
  return isTouched ? left : strokes;
}

/**
 * @param {PenPoint[]} points
 * @returns {PenPoint[]} The same line with more points on it, none farther apart than ERASER_STEP.
 */
function withSteps(points) {
  return points.flatMap((point, i) => {
    const before = points[Math.max(i - 1, 0)];
    const steps = Math.ceil(Math.hypot(point.x - before.x, point.y - before.y) / ERASER_STEP);
    return Array.from({ length: Math.max(steps, 1) }, (_, step) => {
      const t = (step + 1) / Math.max(steps, 1);
      return {
        x: before.x + t * (point.x - before.x),
        y: before.y + t * (point.y - before.y),
      };
    });
  });
}

/**
 * A lower bound of how far two segments are from each other: cheap, and enough to skip what is far.
 *
 * @param {PenPoint} a
 * @param {PenPoint} b
 * @param {PenPoint} from
 * @param {PenPoint} to
 * @returns {number} The gap between their boxes along the wider axis.
 */
function gapBetween(a, b, from, to) {
  const acrossX = Math.max(
    Math.min(from.x, to.x) - Math.max(a.x, b.x),
    Math.min(a.x, b.x) - Math.max(from.x, to.x),
  );
  const acrossY = Math.max(
    Math.min(from.y, to.y) - Math.max(a.y, b.y),
    Math.min(a.y, b.y) - Math.max(from.y, to.y),
  );
  return Math.max(acrossX, acrossY);
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

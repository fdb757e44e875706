/**
 * Pen strokes become MNIST's image: the pen's own lines are drawn again at MNIST's size, so that the
 * ink is as wide as MNIST's however large somebody draws (see geometry.js).
 *
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const { MNIST_GEOMETRY, centreByMass } = MNIST.vision;

  /**
   * Draws pen strokes as MNIST would show them: scaled to its 20-pixel box, inked again, centred.
   *
   * @param {ReadonlyArray<ReadonlyArray<PenPoint>>} strokes One array of points for each stroke.
   * @param {number} [dotSize] A drawing smaller than this (longest side, in the strokes' own unit) is
   *   a dot or an accidental stroke: it is enlarged no more than a drawing of this size would be.
   * @returns {Uint8Array | null} 784 grey values row by row, or null if nothing was drawn.
   * @throws {RangeError} A coordinate is not a number within ±1e9.
   */
  function renderStrokes(strokes, dotSize = 0) {
    const normalised = normaliseStrokes(strokes, dotSize);
    return normalised === null ? null : centreByMass(inkStrokes(normalised));
  }

  /**
   * Scales strokes so that their ink will fill MNIST's 20-pixel box, in the middle of the image.
   *
   * @param {ReadonlyArray<ReadonlyArray<PenPoint>>} strokes
   * @param {number} [dotSize] See `renderStrokes`.
   * @returns {PenPoint[][] | null} New strokes in pixels of the 28 × 28 image (0 is the centre of
   *   the first pixel), without empty ones; or null if no stroke has a point.
   * @throws {RangeError} A coordinate is not a number within ±1e9.
   */
  function normaliseStrokes(strokes, dotSize = 0) {
    const { SIZE, BOX, PEN_RADIUS, PEN_SOFTNESS, FARTHEST } = MNIST_GEOMETRY;
    if (!(dotSize >= 0 && dotSize <= FARTHEST)) {
      throw new RangeError(`dotSize must be a number from 0 to ${FARTHEST}, not ${dotSize}.`);
    }
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    for (const stroke of strokes) {
      for (const { x, y } of stroke) {
        if (!(Math.abs(x) <= FARTHEST && Math.abs(y) <= FARTHEST)) {
          throw new RangeError(`A point at (${x}, ${y}) is not within ±${FARTHEST}.`);
        }
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
    if (left > right) return null;

    const longest = Math.max(right - left, bottom - top, dotSize);
    // The pen's path ends where its ink just stays within the box.
    const path = BOX + 1 - 2 * PEN_RADIUS - PEN_SOFTNESS;
    const scale = longest > 1e-9 ? path / longest : 0;
    const centreX = (left + right) / 2;
    const centreY = (top + bottom) / 2;
    const middle = (SIZE - 1) / 2;
    return strokes
      .filter((stroke) => stroke.length > 0)
      .map((stroke) =>
        stroke.map(({ x, y }) => ({
          x: (x - centreX) * scale + middle,
          y: (y - centreY) * scale + middle,
        })),
      );
  }

  /**
   * Inks strokes that are measured in pixels of the image. The grey of a pixel depends on how far
   * its centre is from the pen's path: full ink within the pen's radius, with a soft edge.
   *
   * @param {ReadonlyArray<ReadonlyArray<PenPoint>>} strokes As `normaliseStrokes` returns them.
   * @returns {Uint8Array} 784 grey values row by row.
   */
  function inkStrokes(strokes) {
    const { SIZE, PEN_RADIUS, PEN_SOFTNESS } = MNIST_GEOMETRY;
    const reach = PEN_RADIUS + PEN_SOFTNESS / 2;
    const nearest = new Float64Array(SIZE * SIZE).fill(reach * reach); // squared distances
    for (const stroke of strokes) {
      for (let i = 0; i < stroke.length; i++) {
        // The first point is a segment of no length, so that a stroke of one point leaves a dot.
        const a = stroke[Math.max(i - 1, 0)];
        const b = stroke[i];
        const abX = b.x - a.x;
        const abY = b.y - a.y;
        const lengthSquared = abX * abX + abY * abY;
        const perLengthX = lengthSquared > 0 ? abX / lengthSquared : 0;
        const perLengthY = lengthSquared > 0 ? abY / lengthSquared : 0;
        const firstX = Math.max(Math.ceil(Math.min(a.x, b.x) - reach), 0);
        const lastX = Math.min(Math.floor(Math.max(a.x, b.x) + reach), SIZE - 1);
        const firstY = Math.max(Math.ceil(Math.min(a.y, b.y) - reach), 0);
        const lastY = Math.min(Math.floor(Math.max(a.y, b.y) + reach), SIZE - 1);
        for (let y = firstY; y <= lastY; y++) {
          for (let x = firstX; x <= lastX; x++) {
            const apX = x - a.x;
            const apY = y - a.y;
            // t: how far along the segment its nearest point lies, 0 at a, 1 at b.
            const t = Math.min(Math.max(apX * perLengthX + apY * perLengthY, 0), 1);
            const dX = apX - t * abX;
            const dY = apY - t * abY;
            const distanceSquared = dX * dX + dY * dY;
            if (distanceSquared < nearest[y * SIZE + x]) nearest[y * SIZE + x] = distanceSquared;
          }
        }
      }
    }
    return Uint8Array.from(nearest, (squared) => {
      const ink = (reach - Math.sqrt(squared)) / PEN_SOFTNESS;
      return Math.floor(255 * Math.min(Math.max(ink, 0), 1) + 0.5);
    });
  }

  return { renderStrokes, normaliseStrokes, inkStrokes };
})());

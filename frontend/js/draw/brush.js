/**
 * A soft round brush that paints grey values into a 28 × 28 grid.
 *
 * Positions are in cells: the cell in column c and row r covers [c, c + 1) × [r, r + 1), so its
 * centre is at (c + 0.5, r + 0.5). Pure functions: nothing here touches the page.
 */
MNIST.add('draw', (() => {
  /** Cells on each side of the drawing grid. */
  const GRID_SIZE = 28;
  /** Standard deviations of the Gaussians of the fine, the usual and the bold brush, in cells. */
  const BRUSH_SIGMAS = Object.freeze([0.3, 0.5, 0.8]);
  /** Standard deviation of the usual brush's Gaussian, in cells. */
  const BRUSH_SIGMA = BRUSH_SIGMAS[1];
  /** Farther away than this many standard deviations, it rounds to less than one grey level. */
  const BRUSH_REACH = Math.sqrt(2 * Math.log(2 * 255));
  /** For each grey: at or beyond this d² / 2σ² the brush surely leaves no darker one. */
  const DARKER_WITHIN = Float64Array.from({ length: 256 }, (_, grey) => Math.log(255 / (grey + 0.49)));

  /**
   * Paints the segment from `from` to `to`, as if the brush were stamped at each of its points.
   *
   * A cell keeps the darkest stamp it got, grey = 255 · exp(-d² / 2σ²), and the darkest of all stamps
   * along a segment is the one at its nearest point: d is the cell's distance from the segment. So a
   * stroke has no gaps at any speed and no blots where the pen rests.
   *
   * @param {Uint8Array} grid 784 grey values row by row, 0 for none to 255 for full ink; changed.
   * @param {PenPoint} from In cells.
   * @param {PenPoint} to In cells; may be the same point, which leaves a dot.
   * @param {number} [sigma] Standard deviation of the brush, in cells.
   */
  function paintSegment(grid, from, to, sigma = BRUSH_SIGMA) {
    const reach = sigma * BRUSH_REACH;
    const acrossX = to.x - from.x;
    const acrossY = to.y - from.y;
    const lengthSquared = acrossX * acrossX + acrossY * acrossY;
    const firstColumn = Math.max(Math.ceil(Math.min(from.x, to.x) - reach - 0.5), 0);
    const lastColumn = Math.min(Math.floor(Math.max(from.x, to.x) + reach - 0.5), GRID_SIZE - 1);
    const firstRow = Math.max(Math.ceil(Math.min(from.y, to.y) - reach - 0.5), 0);
    const lastRow = Math.min(Math.floor(Math.max(from.y, to.y) + reach - 0.5), GRID_SIZE - 1);
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const x = column + 0.5 - from.x;
        const y = row + 0.5 - from.y;
        const along = lengthSquared > 0 ? (x * acrossX + y * acrossY) / lengthSquared : 0;
        const t = Math.min(Math.max(along, 0), 1);
        const distanceSquared = (x - t * acrossX) ** 2 + (y - t * acrossY) ** 2;
        const cell = row * GRID_SIZE + column;
        const exponent = distanceSquared / (2 * sigma ** 2);
        if (exponent >= DARKER_WITHIN[grid[cell]]) continue; // most cells, where ink lies over ink
        const grey = Math.round(255 * Math.exp(-exponent));
        if (grey > grid[cell]) grid[cell] = grey;
      }
    }
  }

  /**
   * Cuts a segment down to the part that lies on the grid (Liang and Barsky, 1984).
   *
   * @param {PenPoint} from In cells.
   * @param {PenPoint} to In cells.
   * @returns {{from: PenPoint, to: PenPoint} | null} The ends; the very same objects where nothing
   *   had to be cut. Null if no part of it is on the grid.
   */
  function clipToGrid(from, to) {
    let enter = 0;
    let leave = 1;
    for (const axis of /** @type {const} */ (['x', 'y'])) {
      const start = from[axis];
      const change = to[axis] - start;
      if (change === 0) {
        if (start < 0 || start > GRID_SIZE) return null;
        continue;
      }
      const atLow = -start / change;
      const atHigh = (GRID_SIZE - start) / change;
      enter = Math.max(enter, Math.min(atLow, atHigh));
      leave = Math.min(leave, Math.max(atLow, atHigh));
    }
    if (enter > leave) return null;
    /** @type {(t: number) => PenPoint} */
    const at = (t) => ({ x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) });
    return { from: enter > 0 ? at(enter) : from, to: leave < 1 ? at(leave) : to };
  }

  return { GRID_SIZE, BRUSH_SIGMAS, BRUSH_SIGMA, paintSegment, clipToGrid };
})());

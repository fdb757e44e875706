/**
 * What has been drawn: the pen's strokes as vectors, and the grey grid that shows them.
 *
 * Strokes are the truth and the grid follows from them. Positions are in cells (see brush.js), so
 * neither depends on how large the pad is on the screen. Touches no page.
 */

/** Dispatches `change` whenever its strokes, and so its grid, have changed. */
class Drawing extends EventTarget {
  /** 784 grey values row by row, as the pad shows them. */
  grid = new Uint8Array(GRID_SIZE * GRID_SIZE);
  /** @type {PenPoint[][]} */
  #strokes = [];
  /** One number for each state of the drawing; undoing comes back to the earlier number. */
  #version = 0;
  #latestVersion = 0;
  /** @type {{strokes: PenPoint[][], version: number}[]} */
  #history = [];
  /** Where the pen is while it is down. It may be outside the grid. @type {PenPoint | null} */
  #pen = null;
  /** The stroke that grows; none while the pen is up or outside. @type {PenPoint[] | null} */
  #growing = null;

  /** @returns {ReadonlyArray<ReadonlyArray<PenPoint>>} */
  get strokes() {
    return this.#strokes;
  }

  get version() {
    return this.#version;
  }

  get isEmpty() {
    return this.#strokes.length === 0;
  }

  get canUndo() {
    return this.#history.length > 0;
  }

  get isPenDown() {
    return this.#pen !== null;
  }

  /**
   * Puts the pen down. That begins one step of undo, however often the pen leaves the grid.
   * @param {PenPoint} point On the grid, in cells.
   */
  penDown(point) {
    this.penUp();
    this.#remember();
    this.#pen = point;
    this.#growing = [point];
    this.#strokes.push(this.#growing);
    paintSegment(this.grid, point, point);
    this.#changed();
  }

  /**
   * Draws on to a point. What lies outside the grid is not drawn: only what is seen counts.
   * @param {PenPoint} point In cells; may be outside the grid.
   */
  penMove(point) {
    const last = this.#pen;
    if (last === null || (point.x === last.x && point.y === last.y)) return;
    this.#pen = point;
    const inside = clipToGrid(last, point);
    if (inside === null) {
      this.#growing = null;
      return;
    }
    if (this.#growing === null) {
      this.#growing = [inside.from];
      this.#strokes.push(this.#growing);
    }
    this.#growing.push(inside.to);
    paintSegment(this.grid, inside.from, inside.to);
    if (inside.to !== point) this.#growing = null;
    this.#changed();
  }

  /** Lifts the pen. Nothing happens if it is up already. */
  penUp() {
    if (this.#pen === null) return;
    this.#pen = null;
    this.#growing = null;
  }

  /** Removes everything; can be undone. */
  clear() {
    this.penUp();
    if (this.isEmpty) return;
    this.#remember();
    this.#strokes = [];
    this.grid.fill(0);
    this.#changed();
  }

  /** Takes back the last stroke or the last clearing. */
  undo() {
    this.penUp();
    const before = this.#history.pop();
    if (before === undefined) return;
    this.#strokes = before.strokes;
    this.#version = before.version;
    this.grid.fill(0);
    for (const stroke of this.#strokes) {
      stroke.forEach((point, i) => paintSegment(this.grid, stroke[Math.max(i - 1, 0)], point));
    }
    this.dispatchEvent(new Event('change'));
  }

  #remember() {
    this.#history.push({ strokes: [...this.#strokes], version: this.#version });
  }

  #changed() {
    this.#version = ++this.#latestVersion;
    this.dispatchEvent(new Event('change'));
  }
}

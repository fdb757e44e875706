/**
 * What is on the pad: the pen's strokes as vectors, or an image; and the grey grid that shows them.
 *
 * Strokes are the truth and the grid follows from them. Positions are in cells (see brush.js), so
 * neither depends on how large the pad is on the screen. Touches no page.
 */
MNIST.add('draw', (() => {
  const {
    BRUSH_SIGMA, DrawingHistory, ERASER_REACH, GRID_SIZE, clipToGrid, eraseAlong, paintSegment,
  } = MNIST.draw;

  /** Dispatches `change` whenever what is on the pad has changed. */
  class Drawing extends EventTarget {
    #grid = new Uint8Array(GRID_SIZE * GRID_SIZE);
    /** Whether the grid shows what is on the pad; it is repainted when it is read. */
    #isGridCurrent = true;
    /** @type {Stroke[]} */
    #strokes = [];
    /** @type {PadImage | null} */
    #image = null;
    /** One number for each state of the drawing; undoing comes back to the earlier number. */
    #version = 0;
    #latestVersion = 0;
    #history = new DrawingHistory();
    /** Where the pen is while it is down. It may be outside the grid. @type {PenPoint | null} */
    #pen = null;
    /** The stroke that grows; none while the pen is up or outside. @type {Stroke | null} */
    #growing = null;
    #sigma = BRUSH_SIGMA;
    /** Radius of the eraser, in cells, while it is what is down. @type {number | null} */
    #eraser = null;

    /** 784 grey values row by row, as the pad shows them. */
    get grid() {
      if (!this.#isGridCurrent) this.#repaint();
      return this.#grid;
    }

    /** The points of each stroke. An array that is here once only ever grows. @returns {PenPoint[][]} */
    get strokes() {
      return this.#strokes.map(({ points }) => points);
    }

    /** @returns {ReadonlyArray<Readonly<Stroke>>} */
    get inkedStrokes() {
      return this.#strokes;
    }

    get image() {
      return this.#image;
    }

    get version() {
      return this.#version;
    }

    get isEmpty() {
      return this.#strokes.length === 0 && this.#image === null;
    }

    get canUndo() {
      return this.#history.canUndo;
    }

    get canRedo() {
      return this.#history.canRedo;
    }

    get isPenDown() {
      return this.#pen !== null;
    }

    /**
     * Puts the pen down. That begins one step of undo, however often the pen leaves the grid. A
     * image that lies there gives way to the drawing.
     * @param {PenPoint} point On the grid, in cells.
     * @param {number} [sigma] The brush.
     */
    penDown(point, sigma = BRUSH_SIGMA) {
      this.penUp();
      this.#remember();
      if (this.#image !== null) this.#isGridCurrent = false;
      this.#image = null;
      this.#pen = point;
      this.#sigma = sigma;
      this.#begin(point);
      this.#changed();
    }

    /**
     * Puts down whichever tool is in use.
     * @param {PenPoint} point On the grid, in cells.
     * @param {Readonly<Tool>} tool
     */
    toolDown(point, { isErasing, sigma }) {
      if (isErasing) this.eraserDown(point, sigma * ERASER_REACH);
      else this.penDown(point, sigma);
    }

    /**
     * Puts the eraser down: what it touches from now on is gone. An image goes as a whole.
     * @param {PenPoint} point On the grid, in cells.
     * @param {number} radius In cells.
     */
    eraserDown(point, radius) {
      this.penUp();
      this.#remember();
      this.#pen = point;
      this.#eraser = radius;
      this.#erase(point, point, radius);
    }

    /**
     * Draws, or erases, on to a point. What lies outside the grid is not drawn: only what is seen
     * counts.
     * @param {PenPoint} point In cells; may be outside the grid.
     */
    penMove(point) {
      const last = this.#pen;
      if (last === null || (point.x === last.x && point.y === last.y)) return;
      this.#pen = point;
      if (this.#eraser !== null) {
        this.#erase(last, point, this.#eraser);
        return;
      }
      const inside = clipToGrid(last, point);
      if (inside === null) {
        this.#growing = null;
        return;
      }
      const growing = this.#growing ?? this.#begin(inside.from);
      growing.points.push(inside.to);
      if (this.#isGridCurrent) paintSegment(this.#grid, inside.from, inside.to, this.#sigma);
      if (inside.to !== point) this.#growing = null;
      this.#changed();
    }

    /** Lifts the pen or the eraser. Nothing happens if it is up already. */
    penUp() {
      if (this.#pen === null) return;
      this.#pen = null;
      this.#growing = null;
      this.#eraser = null;
      if (this.#hasChangedNothing) this.#history.forget();
      this.dispatchEvent(new Event('penup'));
    }

    /** Takes back what the pen does right now, as if it had never touched the pad. */
    cancelPen() {
      if (this.#pen === null) return;
      const hasChanged = !this.#hasChangedNothing;
      const before = this.#history.forget();
      this.#pen = null;
      this.#growing = null;
      this.#eraser = null;
      if (hasChanged && before) this.#restore(before);
      this.dispatchEvent(new Event('penup'));
    }

    /** Removes everything; can be undone. Dispatches `clear`, even if nothing is there. */
    clear() {
      this.penUp();
      this.dispatchEvent(new Event('clear'));
      if (!this.isEmpty) this.#replace([], null);
    }

    /**
     * Puts other strokes on the pad; can be undone.
     * @param {Stroke[]} strokes
     */
    load(strokes) {
      this.penUp();
      this.#replace(strokes, null);
    }

    /**
     * Puts an image on the pad; can be undone.
     * @param {PadImage} image
     */
    show(image) {
      this.penUp();
      this.#replace([], image);
    }

    /** Takes back the last stroke, erasing, clearing or image. */
    undo() {
      this.penUp();
      this.#restore(this.#history.undo(this.#state()));
    }

    /** Does again what was undone last. */
    redo() {
      this.penUp();
      this.#restore(this.#history.redo(this.#state()));
    }

    /**
     * @param {PenPoint} point
     * @returns {Stroke} A new stroke that grows.
     */
    #begin(point) {
      this.#growing = { points: [point], sigma: this.#sigma };
      this.#strokes.push(this.#growing);
      if (this.#isGridCurrent) paintSegment(this.#grid, point, point, this.#sigma);
      return this.#growing;
    }

    /**
     * @param {PenPoint} from
     * @param {PenPoint} to
     * @param {number} radius
     */
    #erase(from, to, radius) {
      const strokes = eraseAlong(this.#strokes, from, to, radius);
      if (strokes === this.#strokes && this.#image === null) return;
      this.#strokes = strokes;
      this.#image = null;
      this.#isGridCurrent = false;
      this.#changed();
    }

    /**
     * @param {Stroke[]} strokes
     * @param {PadImage | null} image
     */
    #replace(strokes, image) {
      this.#remember();
      this.#strokes = strokes;
      this.#image = image;
      this.#isGridCurrent = false;
      this.#changed();
    }

    /** @param {DrawingState | undefined} state Nothing happens without one. */
    #restore(state) {
      if (state === undefined) return;
      // The state may be kept for redoing too, and a stroke that follows is pushed to this array.
      this.#strokes = [...state.strokes];
      this.#image = state.image;
      this.#version = state.version;
      this.#isGridCurrent = false;
      this.dispatchEvent(new Event('change'));
    }

    /** Whether the drawing is what it was when the pen came down. */
    get #hasChangedNothing() {
      return this.#history.latest?.version === this.#version;
    }

    #repaint() {
      this.#isGridCurrent = true;
      this.#grid.fill(0);
      if (this.#image?.cells) this.#grid.set(this.#image.cells);
      for (const { points, sigma } of this.#strokes) {
        points.forEach((point, i) => {
          paintSegment(this.#grid, points[Math.max(i - 1, 0)], point, sigma);
        });
      }
    }

    /** @returns {DrawingState} */
    #state() {
      return { strokes: [...this.#strokes], image: this.#image, version: this.#version };
    }

    #remember() {
      this.#history.remember(this.#state());
    }

    #changed() {
      this.#history.branch();
      this.#version = ++this.#latestVersion;
      this.dispatchEvent(new Event('change'));
    }
  }

  return { Drawing };
})());

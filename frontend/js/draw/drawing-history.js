/**
 * What can be undone and redone. Images are large, so there is an end to how many are kept. Touches
 * no page.
 */
MNIST.add('draw', (() => {
  class DrawingHistory {
    /** So many steps can be undone. */
    static maxSteps = 1_000;
    /** So many bytes of images are kept, about twenty; then the oldest steps are forgotten. */
    static maxBytes = 64_000_000;

    /** @type {DrawingState[]} */
    #past = [];
    /** What was undone, the latest last. @type {DrawingState[]} */
    #future = [];
    /** What could be redone before the latest step. @type {DrawingState[]} */
    #dropped = [];

    get canUndo() {
      return this.#past.length > 0;
    }

    get canRedo() {
      return this.#future.length > 0;
    }

    /** The state that undoing comes back to. @returns {DrawingState | undefined} */
    get latest() {
      return this.#past.at(-1);
    }

    /** @param {DrawingState} state Before a step that may follow. */
    remember(state) {
      this.#dropped = [];
      this.#past.push(state);
      while (this.#past.length > DrawingHistory.maxSteps) this.#past.shift();
      while (bytesOfImages(this.#past) > DrawingHistory.maxBytes) this.#past.shift();
    }

    /** The step has changed something: what was undone before belongs to another story now. */
    branch() {
      if (this.#future.length > 0) this.#dropped = this.#future;
      this.#future = [];
    }

    /**
     * Takes a step back as if it had never been made: what could be redone before it still can.
     * @returns {DrawingState | undefined} The state before it.
     */
    forget() {
      if (this.#dropped.length > 0) this.#future = this.#dropped;
      this.#dropped = [];
      return this.#past.pop();
    }

    /**
     * @param {DrawingState} now
     * @returns {DrawingState | undefined} The state before; none if there is nothing to undo.
     */
    undo(now) {
      return DrawingHistory.#step(this.#past, this.#future, now);
    }

    /**
     * @param {DrawingState} now
     * @returns {DrawingState | undefined} The state after; none if there is nothing to redo.
     */
    redo(now) {
      return DrawingHistory.#step(this.#future, this.#past, now);
    }

    /**
     * @param {DrawingState[]} from
     * @param {DrawingState[]} to
     * @param {DrawingState} now
     */
    static #step(from, to, now) {
      const state = from.pop();
      if (state !== undefined) to.push(now);
      return state;
    }
  }

  /**
   * @param {ReadonlyArray<DrawingState>} states
   * @returns {number} Each image counts once; two may share their pixels.
   */
  function bytesOfImages(states) {
    const pixels = new Set(states.map(({ image }) => image?.rgba));
    let bytes = 0;
    for (const rgba of pixels) bytes += rgba?.byteLength ?? 0;
    return bytes;
  }

  return { DrawingHistory };
})());

/**
 * What a training has shown so far, in bounded memory: with each doubling of its length, every other
 * moment is dropped. A branch keeps the curve that it leaves.
 */
MNIST.add('learn', (() => {
  /**
   * Moments in the order of their steps, bounded in number.
   *
   * @template {{step: number}} T
   */
  class WatchSeries {
    static max = 480;
    /** @type {T[]} The last one is the latest, and is replaced by the next if they are close. */
    #moments;
    /** The least number of steps between two moments that are kept. */
    #stride = 1;

    /** @param {T[]} [moments] */
    constructor(moments = []) {
      this.#moments = moments;
    }

    /** @returns {ReadonlyArray<T>} */
    get all() {
      return this.#moments;
    }

    /** @param {T} moment Not earlier than the last one. */
    add(moment) {
      const [before, last] = this.#moments.slice(-2);
      const isClose = last !== undefined && last.step - before.step < this.#stride;
      if (isClose || this.#moments.at(-1)?.step === moment.step) this.#moments.pop();
      this.#moments.push(moment);
      if (this.#moments.length <= WatchSeries.max) return;
      const end = this.#moments.length - 1;
      this.#moments = this.#moments.filter((_, k) => k % 2 === 0 || k === end);
      this.#stride = Math.max(2 * this.#stride, Math.ceil((2 * moment.step) / WatchSeries.max));
    }

    /** @param {(moments: T[]) => T[]} change */
    replace(change) {
      this.#moments = change(this.#moments);
    }
  }

  class WatchHistory {
    static maxBranches = 4;
    /** @type {WatchSeries<WatchPoint>} */
    #points = new WatchSeries();
    /** @type {WatchSeries<WatchTest>} */
    #tests = new WatchSeries();
    /** @type {WatchCurves[]} */
    #branches = [];

    /** @returns {ReadonlyArray<WatchPoint>} */
    get points() {
      return this.#points.all;
    }

    /** @returns {ReadonlyArray<WatchTest>} */
    get tests() {
      return this.#tests.all;
    }

    /** @returns {ReadonlyArray<WatchCurves>} Earlier curves, the oldest first. */
    get branches() {
      return this.#branches;
    }

    /** @returns {WatchPoint | null} */
    get last() {
      return this.points.at(-1) ?? null;
    }

    /** @param {WatchPoint} point Not earlier than the last one. */
    add(point) {
      this.#points.add(point);
    }

    /** @param {WatchTest} test Not earlier than the last one. */
    addTest(test) {
      this.#tests.add(test);
    }

    /**
     * Goes back to a step. What came after it stays as a branch.
     *
     * @param {number} step
     */
    branchAt(step) {
      const { points, tests } = this;
      if ((this.last?.step ?? step) <= step) return;
      this.#branches = [...this.#branches, { points, tests }].slice(-WatchHistory.maxBranches);
      this.#points.replace((all) => all.filter((one) => one.step <= step));
      this.#tests.replace((all) => all.filter((one) => one.step <= step));
    }

    /**
     * The drawing is another one: its probabilities in the past are computed again.
     *
     * @param {(step: number) => ArrayLike<number> | null} probeAt
     */
    probeAgain(probeAt) {
      this.#points.replace((all) => all.map((point) => ({ ...point, probe: probeAt(point.step) })));
    }
  }

  return { WatchHistory, WatchSeries };
})());

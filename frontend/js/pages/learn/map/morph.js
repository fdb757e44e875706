/**
 * Digits on their way to other places, and the drawing with them.
 */
MNIST.add('learn', (() => {
  const MILLISECONDS = 700;

  class MapMorph {
    #places;
    #drawing;
    #start = performance.now();

    /**
     * @param {Float64Array} places Where the digits come from.
     * @param {MapPlace | null} drawing
     */
    constructor(places, drawing) {
      this.#places = places;
      this.#drawing = drawing;
    }

    get isOver() {
      return performance.now() - this.#start >= MILLISECONDS;
    }

    /** @returns {number} From 0 to 1, slow at both ends. */
    get #progress() {
      const share = Math.min((performance.now() - this.#start) / MILLISECONDS, 1);
      return share * share * (3 - 2 * share);
    }

    /**
     * @param {Float64Array} goal
     * @returns {Float64Array} Where the digits are now.
     */
    placesTo(goal) {
      const progress = this.#progress;
      return goal.map((to, k) => this.#places[k] + progress * (to - this.#places[k]));
    }

    /**
     * @param {MapPlace} goal
     * @returns {MapPlace} Where the drawing is now.
     */
    drawingTo([x, y]) {
      const progress = this.#progress;
      const [fromX, fromY] = this.#drawing ?? [x, y];
      return [fromX + progress * (x - fromX), fromY + progress * (y - fromY)];
    }
  }

  return { MapMorph };
})());

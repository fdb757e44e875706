/**
 * Where a place on the map is on the screen. Pure: a camera never changes, a move gives another one.
 *
 * Places are in widths of the canvas from its middle, y upwards, so that all of them are in view
 * when nothing is magnified.
 */
MNIST.add('learn', (() => {
  const MAX_ZOOM = 16;
  /** Around all places there is room for half a thumbnail, in widths. */
  const MARGIN = 0.03;

  class MapCamera {
    /**
     * @param {number} width Of the canvas, in CSS pixels.
     * @param {number} height
     * @param {{zoom: number, x: number, y: number}} [view] x and y are what is in the middle.
     */
    constructor(width, height, { zoom, x, y } = { zoom: 1, x: 0, y: 0 }) {
      this.width = width;
      this.height = height;
      this.zoom = Math.min(Math.max(zoom, 1), MAX_ZOOM);
      // The view stays on the map.
      const room = (1 - 1 / this.zoom) / 2;
      this.x = Math.min(Math.max(x, -room), room);
      this.y = Math.min(Math.max(y, (-room * height) / width), (room * height) / width);
    }

    get isWhole() {
      return this.zoom === 1;
    }

    get isClosest() {
      return this.zoom === MAX_ZOOM;
    }

    /**
     * @param {number} x
     * @param {number} y
     * @returns {[number, number]} In CSS pixels.
     */
    toScreen(x, y) {
      return [
        this.width / 2 + (x - this.x) * this.zoom * this.width,
        this.height / 2 - (y - this.y) * this.zoom * this.width,
      ];
    }

    /**
     * @param {number} left In CSS pixels.
     * @param {number} top
     * @returns {[number, number]} The place that is there.
     */
    toMap(left, top) {
      return [
        this.x + (left - this.width / 2) / (this.zoom * this.width),
        this.y - (top - this.height / 2) / (this.zoom * this.width),
      ];
    }

    /**
     * @param {number} factor
     * @param {number} [left] What is here stays here.
     * @param {number} [top]
     * @returns {MapCamera}
     */
    zoomed(factor, left = this.width / 2, top = this.height / 2) {
      const [x, y] = this.toMap(left, top);
      const zoom = Math.min(Math.max(this.zoom * factor, 1), MAX_ZOOM);
      const pixels = zoom * this.width;
      return new MapCamera(this.width, this.height, {
        zoom,
        x: x - (left - this.width / 2) / pixels,
        y: y + (top - this.height / 2) / pixels,
      });
    }

    /**
     * @param {number} right By how many CSS pixels what is seen moves.
     * @param {number} down
     * @returns {MapCamera}
     */
    panned(right, down) {
      const pixels = this.zoom * this.width;
      const [x, y] = [this.x - right / pixels, this.y + down / pixels];
      return new MapCamera(this.width, this.height, { zoom: this.zoom, x, y });
    }

    /**
     * @param {number} x
     * @param {number} y
     * @returns {MapCamera} With this place in view; the same one if it is.
     */
    showing(x, y) {
      const [left, top] = this.toScreen(x, y);
      const isInside = left >= 0 && left <= this.width && top >= 0 && top <= this.height;
      return isInside ? this : new MapCamera(this.width, this.height, { zoom: this.zoom, x, y });
    }
  }

  /**
   * @param {Float64Array} places x and y of each digit, in the units of its space.
   * @param {number} aspect Height of the canvas by its width.
   * @returns {MapFit} What makes them places of a camera.
   */
  function mapFit(places, aspect) {
    const low = [Infinity, Infinity];
    const high = [-Infinity, -Infinity];
    places.forEach((value, k) => {
      low[k % 2] = Math.min(low[k % 2], value);
      high[k % 2] = Math.max(high[k % 2], value);
    });
    const [spreadX, spreadY] = [high[0] - low[0], high[1] - low[1]];
    const size = Math.max(spreadX / (1 - 2 * MARGIN), spreadY / (aspect - 2 * MARGIN));
    return { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, size: size > 0 ? size : 1 };
  }

  /**
   * @param {MapFit} fit
   * @param {ArrayLike<number>} places x and y of each.
   * @returns {Float64Array} The same in widths of the canvas.
   */
  function mapFitted({ x, y, size }, places) {
    return Float64Array.from(places, (value, k) => (value - (k % 2 === 0 ? x : y)) / size);
  }

  /**
   * @param {Float64Array} places
   * @param {number} from The index of a place.
   * @param {[number, number]} direction One step right and up, such as [0, −1] for down.
   * @param {(n: number) => boolean} isShown
   * @returns {number} The nearest in that direction; `from` if there is none.
   */
  function mapNext(places, from, [right, up], isShown) {
    let best = from;
    let least = Infinity;
    for (let n = 0; n < places.length / 2; n++) {
      if (n === from || !isShown(n)) continue;
      const dx = places[2 * n] - places[2 * from];
      const dy = places[2 * n + 1] - places[2 * from + 1];
      const ahead = dx * right + dy * up;
      const aside = Math.abs(dx * up) + Math.abs(dy * right);
      if (ahead <= 0 || aside > ahead) continue;
      const cost = ahead + 2 * aside;
      if (cost < least) [best, least] = [n, cost];
    }
    return best;
  }

  return { MapCamera, mapFit, mapFitted, mapNext };
})());

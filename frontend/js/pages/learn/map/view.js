/**
 * The map as one looks at it: what is in view, how digits move to their places, which one has the
 * focus. It knows places, and nothing of networks.
 */
MNIST.add('learn', (() => {
  const { elementById } = MNIST.core;
  const {
    MAP_ARROWS, MAP_KEY_ZOOM, MapCamera, MapGestures, MapMorph, MapPainter, mapFit, mapFitted, mapNext,
  } = MNIST.learn;
  /** A finger needs this much, in CSS pixels. */
  const TOUCH = 22;
  /** @type {Record<string, string>} */
  const TOOL_ARROWS = { left: 'ArrowLeft', right: 'ArrowRight', up: 'ArrowUp', down: 'ArrowDown' };

  class MapView {
    #canvas = elementById('map-canvas', HTMLCanvasElement);
    #marker = elementById('map-marker', HTMLElement);
    #speech = elementById('map-speech', HTMLElement);
    #painter = new MapPainter(this.#canvas, elementById('map-overlay', HTMLCanvasElement));
    #gestures;
    #model;
    #camera = new MapCamera(800, 500);
    /** x and y of each digit, in the units of its space. @type {Float64Array} */
    #raw = new Float64Array();
    #fit = mapFit(this.#raw, 1);
    /** The same in widths of the canvas. @type {Float64Array} */
    #places = new Float64Array();
    /** null if all are where they belong. @type {MNIST.learn.MapMorph | null} */
    #morph = null;
    /** @type {MapDrawing | null} */
    #drawing = null;
    /** @type {number | null} */
    #focused = null;
    #isDue = false;

    /**
     * @param {HTMLElement} section
     * @param {MapModel} model
     */
    constructor(section, model) {
      this.#model = model;
      this.#gestures = new MapGestures(this.#canvas, {
        pan: (right, down) => this.#look(this.#camera.panned(right, down)),
        zoom: (factor, left, top) => this.#look(this.#camera.zoomed(factor, left, top)),
        reset: () => this.#reset(),
        hover: (left, top) => {
          const n = this.#digitAt(left, top);
          this.#canvas.title = n === null ? '' : model.describe(n);
        },
        choose: (left, top) => this.#choose(this.#digitAt(left, top)),
        step: (direction) => this.#step(direction),
        show: () => this.#choose(this.#focused),
        start: () => this.#focus(this.#nearestToDrawing()),
      });
      this.#canvas.addEventListener('focus', () => {
        if (this.#canvas.matches(':focus-visible')) this.#focus(this.#focused ?? this.#nearestToDrawing());
      });
      for (const tool of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll('[data-map]'))) {
        tool.addEventListener('click', () => this.#use(tool.dataset.map ?? ''));
      }
      new ResizeObserver(() => this.#resize()).observe(this.#canvas);
    }

    /** @param {DigitSet} digits */
    load(digits) {
      this.#painter.load(digits);
    }

    /**
     * @param {Float64Array} places x and y of each digit.
     * @param {boolean} isGliding Whether they go there from where they are, and do not jump.
     */
    moveTo(places, isGliding) {
      if (places === this.#raw) return;
      const isCut = !isGliding || this.#raw.length === 0 || window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      const morph = isCut ? null : new MapMorph(this.#placesNow(), this.#drawingNow());
      this.#raw = places;
      this.#place();
      this.#morph = morph;
      this.schedule();
    }

    /** @param {MapDrawing | null} drawing In the same units; null if nothing is drawn. */
    showDrawing(drawing) {
      this.#drawing = drawing;
      this.#paintDrawing();
    }

    /** Digits are where they belong at once. */
    rest() {
      this.#morph = null;
    }

    /** The same, and they are painted there. */
    arrive() {
      if (this.#morph === null) return;
      this.rest();
      this.schedule();
    }

    /** Paints at the next frame. */
    schedule() {
      if (this.#isDue) return;
      this.#isDue = true;
      requestAnimationFrame(() => {
        this.#isDue = false;
        this.#paint();
      });
    }

    /** Fits the digits to the canvas as it is. */
    #place() {
      if (this.#raw.length === 0) return;
      this.#fit = mapFit(this.#raw, this.#camera.height / this.#camera.width);
      this.#places = mapFitted(this.#fit, this.#raw);
    }

    #resize() {
      const { clientWidth, clientHeight } = this.#canvas;
      if (clientWidth === 0) return; // the stage is not open
      this.#camera = new MapCamera(clientWidth, clientHeight, this.#camera);
      this.#painter.resize(clientWidth, clientHeight);
      this.#morph = null;
      this.#place();
      this.#paint();
    }

    #paint() {
      if (this.#places.length === 0) return;
      if (this.#morph?.isOver) this.#morph = null;
      this.#painter.paint(this.#camera, this.#placesNow(), this.#model);
      this.#paintDrawing();
      this.#showMarker();
      if (this.#morph !== null) this.schedule();
    }

    /** @returns {Float64Array} Where the digits are now. */
    #placesNow() {
      return this.#morph?.placesTo(this.#places) ?? this.#places;
    }

    /** @returns {MapPlace | null} Where the drawing is now. */
    #drawingNow() {
      if (this.#drawing === null) return null;
      const place = this.#fitted(this.#drawing.place);
      return this.#morph?.drawingTo(place) ?? place;
    }

    #paintDrawing() {
      const place = this.#drawingNow();
      if (this.#drawing === null || place === null) {
        this.#painter.paintDrawing(this.#camera, null);
        return;
      }
      // While digits move, only the dot moves with them.
      const { trail, neighbours } = this.#morph === null ? this.#drawing : { trail: [], neighbours: [] };
      this.#painter.paintDrawing(this.#camera, {
        place,
        trail: trail.map((point) => this.#fitted(point)),
        neighbours: neighbours.map((point) => this.#fitted(point)),
      });
    }

    /** @param {MapPlace} place */
    #fitted(place) {
      return /** @type {MapPlace} */ ([...mapFitted(this.#fit, place)]);
    }

    // ---------------------------------------------------------------- looking around

    /**
     * @param {MNIST.learn.MapCamera} camera
     * @returns {boolean} Whether that is another view.
     */
    #look(camera) {
      const { zoom, x, y } = this.#camera;
      if (camera.zoom === zoom && camera.x === x && camera.y === y) return false;
      this.#camera = camera;
      this.#canvas.classList.toggle('is-zoomed', !camera.isWhole);
      this.schedule();
      return true;
    }

    #reset() {
      return this.#look(new MapCamera(this.#camera.width, this.#camera.height));
    }

    /** @param {string} name Of a tool. */
    #use(name) {
      if (name === 'in') this.#look(this.#camera.zoomed(MAP_KEY_ZOOM));
      else if (name === 'out') this.#look(this.#camera.zoomed(1 / MAP_KEY_ZOOM));
      else if (name === 'reset') this.#reset();
      else this.#gestures.look(MAP_ARROWS[TOOL_ARROWS[name]]);
    }

    // ---------------------------------------------------------------- focus and choice

    /**
     * @param {number} left
     * @param {number} top
     * @returns {number | null} The digit that is there.
     */
    #digitAt(left, top) {
      const nearest = this.#nearestTo(this.#camera.toMap(left, top));
      if (nearest === null) return null;
      const [x, y] = this.#onScreen(nearest);
      const isNear = Math.hypot(x - left, y - top) < Math.max(MapPainter.sizeAt(this.#camera), TOUCH);
      return isNear ? nearest : null;
    }

    /** @param {number} n */
    #onScreen(n) {
      return this.#camera.toScreen(this.#places[2 * n], this.#places[2 * n + 1]);
    }

    /**
     * @param {MapPlace} place In widths of the canvas.
     * @returns {number | null} The nearest digit among those that are shown; null if there is none.
     */
    #nearestTo([x, y]) {
      let [best, least] = [/** @type {number | null} */ (null), Infinity];
      for (let n = 0; n < this.#places.length / 2; n++) {
        const distance = Math.hypot(this.#places[2 * n] - x, this.#places[2 * n + 1] - y);
        if (distance < least && this.#model.isShown(n)) [best, least] = [n, distance];
      }
      return best;
    }

    #nearestToDrawing() {
      return this.#nearestTo(this.#drawing === null ? [0, 0] : this.#fitted(this.#drawing.place));
    }

    /** @param {MapPlace} direction */
    #step(direction) {
      const from = this.#focused;
      if (from === null || !this.#model.isShown(from)) this.#focus(this.#nearestToDrawing());
      else this.#focus(mapNext(this.#places, from, direction, (n) => this.#model.isShown(n)));
    }

    /** @param {number | null} n Marks a digit, and reads it out. */
    #focus(n) {
      if (n === null) return;
      this.#focused = n;
      this.#look(this.#camera.showing(this.#places[2 * n], this.#places[2 * n + 1]));
      this.#speech.textContent = this.#model.describe(n);
      this.#showMarker();
    }

    /** @param {number | null} n */
    #choose(n) {
      if (n === null) return;
      this.#focused = n;
      this.#showMarker();
      this.#model.choose(n);
    }

    #showMarker() {
      this.#marker.hidden = this.#focused === null || this.#morph !== null;
      if (this.#focused === null) return;
      const [left, top] = this.#onScreen(this.#focused);
      const size = MapPainter.sizeAt(this.#camera) + 4;
      this.#marker.style.width = this.#marker.style.height = `${size}px`;
      this.#marker.style.transform = `translate(${left - size / 2}px, ${top - size / 2}px)`;
    }
  }

  return { MapView };
})());

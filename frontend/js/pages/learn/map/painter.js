/**
 * Paints the map: 1,000 digits as thumbnails on one canvas, the drawing with its trail and its
 * neighbours on a second one above it, so that a moving pen repaints only the second.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { contextOf } = MNIST.core;
  const { MAP_SIDE: SIDE, mapColour, mapTint } = MNIST.learn;
  /** Thumbnails in a row of the sheet from which they are copied. */
  const SHEET = 32;
  const PAPER = '#101114';
  /** What is not meant. */
  const FAINT = 0.13;
  const DOT = 6;
  /** How large its name is written. */
  const NAME = 13;
  /** A dot that is out of view is shown so far from the edge. */
  const EDGE = 14;
  /** On a map narrower than this a short name of it is enough. */
  const NARROW = 480;
  /** Names of the digits stand on the map until it is magnified this often. */
  const NAMED_UP_TO = 3;

  class MapPainter {
    #base;
    #overlay;
    #sheet = document.createElement('canvas');
    /** @type {Uint8Array} */
    #labels = new Uint8Array();
    #ratio = 1;

    /**
     * @param {HTMLCanvasElement} base
     * @param {HTMLCanvasElement} overlay Of the same size, above it.
     */
    constructor(base, overlay) {
      this.#base = base;
      this.#overlay = overlay;
    }

    /** @param {DigitSet} digits Those on the map. */
    load({ pixels, labels }) {
      this.#labels = labels;
      this.#sheet.width = SHEET * SIDE;
      this.#sheet.height = Math.ceil(labels.length / SHEET) * SIDE;
      const image = new ImageData(this.#sheet.width, this.#sheet.height);
      labels.forEach((label, n) => {
        const own = pixels.subarray(784 * n, 784 * (n + 1));
        mapTint(image, own, label, (n % SHEET) * SIDE, Math.floor(n / SHEET) * SIDE);
      });
      contextOf(this.#sheet).putImageData(image, 0, 0);
    }

    /**
     * @param {number} width In CSS pixels.
     * @param {number} height
     */
    resize(width, height) {
      this.#ratio = Math.min(window.devicePixelRatio, 2);
      for (const canvas of [this.#base, this.#overlay]) {
        canvas.width = Math.round(width * this.#ratio);
        canvas.height = Math.round(height * this.#ratio);
      }
    }

    /**
     * @param {MNIST.learn.MapCamera} camera
     * @returns {number} The side of a thumbnail in CSS pixels. It grows less than the map, so that
     *   digits which lie on each other come apart.
     */
    static sizeAt({ width, zoom }) {
      return Math.min(Math.max(width / 38, 11), 18) * zoom ** 0.55;
    }

    /**
     * @param {MNIST.learn.MapCamera} camera
     * @param {Float64Array} places In widths of the canvas.
     * @param {MapModel} model
     */
    paint(camera, places, { isShown, nameOf }) {
      const context = this.#cleared(this.#base);
      context.fillStyle = PAPER;
      context.fillRect(0, 0, camera.width, camera.height);
      const size = MapPainter.sizeAt(camera);
      let isNamed = false;
      // Those that are not meant come first, faintly.
      for (const isMeant of [false, true]) {
        context.globalAlpha = isMeant ? 1 : FAINT;
        this.#labels.forEach((label, n) => {
          if (isShown(n) !== isMeant) return;
          const [left, top] = camera.toScreen(places[2 * n], places[2 * n + 1]);
          if (left < -size || top < -size || left > camera.width + size || top > camera.height + size) return;
          context.drawImage(
            this.#sheet, (n % SHEET) * SIDE, Math.floor(n / SHEET) * SIDE, SIDE, SIDE,
            left - size / 2, top - size / 2, size, size,
          );
          const name = isMeant ? nameOf(n) : '';
          if (name === '') return;
          write(context, name, left, top + size / 2 + 9, 12, mapColour(label));
          isNamed = true;
        });
      }
      context.globalAlpha = 1;
      if (camera.zoom <= NAMED_UP_TO && !isNamed) this.#nameDigits(context, camera, places, isShown);
    }

    /**
     * Writes each digit where its images have their middle.
     *
     * @param {CanvasRenderingContext2D} context
     * @param {MNIST.learn.MapCamera} camera
     * @param {Float64Array} places
     * @param {(n: number) => boolean} isShown
     */
    #nameDigits(context, camera, places, isShown) {
      mapMiddles(places, this.#labels, isShown).forEach((middle, digit) => {
        if (middle !== null) write(context, String(digit), ...camera.toScreen(...middle), 30, mapColour(digit));
      });
    }

    /**
     * @param {MNIST.learn.MapCamera} camera
     * @param {MapDrawing | null} drawing null if nothing is drawn.
     */
    paintDrawing(camera, drawing) {
      const context = this.#cleared(this.#overlay);
      if (drawing === null) return;
      const place = camera.toScreen(...drawing.place);
      context.lineCap = 'round';
      context.strokeStyle = 'rgb(255 255 255 / 45%)';
      context.setLineDash([2, 4]);
      context.lineWidth = 1.25;
      for (const neighbour of drawing.neighbours) {
        const [left, top] = camera.toScreen(...neighbour);
        context.beginPath();
        context.moveTo(...place);
        context.lineTo(left, top);
        context.stroke();
      }
      context.setLineDash([]);
      for (const neighbour of drawing.neighbours) ring(context, ...camera.toScreen(...neighbour), 3.5, '#fff', PAPER);
      trail(context, drawing.trail.map((point) => camera.toScreen(...point)));
      // A drawing unlike all digits may lie off the map: then it is shown at the edge.
      const left = Math.min(Math.max(place[0], EDGE), camera.width - EDGE);
      const top = Math.min(Math.max(place[1], EDGE), camera.height - EDGE);
      ring(context, left, top, DOT, '#ff5a36', '#fff');
      const name = text(camera.width < NARROW ? 'map.you' : 'map.your-drawing');
      const isRight = left + DOT + 7 + widthOf(context, name, NAME) > camera.width;
      write(context, name, left + (isRight ? -1 : 1) * (DOT + 7), top, NAME, '#fff', isRight ? 'right' : 'left');
    }

    /** @param {HTMLCanvasElement} canvas */
    #cleared(canvas) {
      const context = contextOf(canvas);
      context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.imageSmoothingQuality = 'high';
      return context;
    }
  }

  /** @param {number} size */
  const fontOf = (size) => `700 ${size}px system-ui, sans-serif`;

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} words
   * @param {number} size
   */
  function widthOf(context, words, size) {
    context.font = fontOf(size);
    return context.measureText(words).width;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} words
   * @param {number} left
   * @param {number} top Of its middle.
   * @param {number} size
   * @param {string} colour
   * @param {CanvasTextAlign} [align]
   */
  function write(context, words, left, top, size, colour, align = 'center') {
    context.font = fontOf(size);
    context.textAlign = align;
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = size / 4;
    context.strokeStyle = PAPER;
    context.strokeText(words, left, top);
    context.fillStyle = colour;
    context.fillText(words, left, top);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} left
   * @param {number} top
   * @param {number} radius
   * @param {string} inside
   * @param {string} outside
   */
  function ring(context, left, top, radius, inside, outside) {
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.fillStyle = inside;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = outside;
    context.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {[number, number][]} points The oldest first; it is the faintest.
   */
  function trail(context, points) {
    context.strokeStyle = '#ff8f73';
    context.lineWidth = 2.5;
    for (let k = 1; k < points.length; k++) {
      context.globalAlpha = 0.1 + (0.9 * k) / points.length;
      context.beginPath();
      context.moveTo(...points[k - 1]);
      context.lineTo(...points[k]);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /**
   * @param {Float64Array} places
   * @param {Uint8Array} labels
   * @param {(n: number) => boolean} isShown
   * @returns {(MapPlace | null)[]} Where each digit's images have their middle; null for a digit of
   *   which none is shown.
   */
  function mapMiddles(places, labels, isShown) {
    const sums = Array.from({ length: 10 }, () => [0, 0, 0]);
    labels.forEach((label, n) => {
      if (!isShown(n)) return;
      sums[label][0] += places[2 * n];
      sums[label][1] += places[2 * n + 1];
      sums[label][2]++;
    });
    return sums.map(([x, y, count]) => (count === 0 ? null : [x / count, y / count]));
  }

  return { MapPainter, mapMiddles };
})());

/**
 * Finds the digits in an image that may hold several: a photographed number.
 *
 * Ink is told from its background as for one digit (preprocessing.js), and its connected pieces are
 * joined to digits by the rule for strokes (grouping.js). docs/preprocessing.md numbers the steps;
 * backend/mnist_recognizer/vision/segmentation.py follows them too, and both answer to
 * tests/golden/segmentation.json.
 *
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const {
    MNIST_GEOMETRY, cutOut, groupParts, inkBox, nearPairs, normaliseInk, separateInk, unite,
  } = MNIST.vision;

  const SEGMENTATION = Object.freeze({
    /** An image whose longest side is longer, in pixels, is shrunk first. */
    MAX_SIDE: 1024,
    /** Only the largest pieces of ink are looked at. */
    MAX_PIECES: 100,
    /** A piece with less area than this share of the tallest piece's height, squared, is a speck. */
    SPECK: 1 / 20,
    /** A digit whose longest side is shorter than this share of the tallest one's height is none. */
    MIN_DIGIT: 0.3,
    /** Distances are measured between this many pixels of each piece's edge. */
    EDGE_PIXELS: 128,
  });

  /**
   * Finds the digits in a grey image: dark ink on light or light on dark, any size.
   *
   * @param {ArrayLike<number>} grey `width * height` values from 0 (black) to 255, row by row.
   * @param {number} width
   * @param {number} height
   * @returns {{box: Box, pixels: Uint8Array}[]} In reading order: where each digit is, in pixels
   *   of the image, and its 784 grey values in MNIST's geometry. Empty if the image is blank.
   * @throws {RangeError} The sizes do not fit, or a value is not a number from 0 to 255.
   */
  function findDigits(grey, width, height) {
    const shrunk = shrinkImage(grey, width, height);
    const ink = separateInk(shrunk.grey, shrunk.width, shrunk.height);
    if (!ink) return [];
    const digits = takeApartPlainly({ ink, width: shrunk.width, height: shrunk.height });
    return digits.map(({ left, top, image }) => ({
      box: {
        x: left * shrunk.times,
        y: top * shrunk.times,
        width: image.width * shrunk.times,
        height: image.height * shrunk.times,
      },
      pixels: normaliseInk(image),
    }));
  }

  /** Which pieces of ink at the image's border are not digits. */
  const BORDER = Object.freeze({
    ALL_COUNT: 0,
    /** Strips along one side and into a corner: a table, a gutter, a frame. */
    NO_STRIPS: 1,
    /** Also what touches two sides, lies along one, or is longer than a third of the image. */
    NONE_LONG: 2,
  });

  /**
   * Takes ink apart into digits, without strips at the border unless there is nothing else.
   *
   * @param {InkImage} image
   * @returns {DigitInk[]} In reading order.
   */
  function takeApartPlainly(image) {
    const digits = takeApart(image, BORDER.NO_STRIPS);
    return digits.length > 0 ? digits : takeApart(image, BORDER.ALL_COUNT);
  }

  /**
   * Takes ink apart into digits.
   *
   * @param {InkImage} image
   * @param {number} border Which pieces at the image's border are not digits; see BORDER.
   * @returns {DigitInk[]} In reading order.
   */
  function takeApart({ ink, width, height }, border) {
    const all = inkBox(ink, width, height);
    if (all === null) return [];
    // Ink that fits into one of MNIST's images is one digit, even in pieces.
    if (Math.max(all.width, all.height) <= MNIST_GEOMETRY.SIZE) {
      return [{ left: all.left, top: all.top, image: cutOut(ink, width, all) }];
    }

    const { labels, pieces } = inkPieces(ink, width, height);
    let large = [...pieces.keys()].sort((a, b) => pieces[b].area - pieces[a].area || a - b);
    if (border !== BORDER.ALL_COUNT) {
      const isAtBorder = piecesAtBorder(labels, width, height, pieces, border);
      large = large.filter((i) => !isAtBorder[i]);
      if (large.length === 0) return [];
    }
    large.length = Math.min(large.length, SEGMENTATION.MAX_PIECES);
    const tallest = Math.max(...large.map((i) => pieces[i].bottom - pieces[i].top + 1));
    const speck = tallest * SEGMENTATION.SPECK;
    const kept = large.filter((i) => pieces[i].area >= speck * speck).sort((a, b) => a - b);
    /** @type {Extent[]} */
    const extents = kept.map((i) => pieces[i]);
    const edges = kept.map((i) => edgeOfPiece(labels, width, height, i, pieces[i]));
    const links = nearPairs(extents).map(([first, second]) => ({
      first,
      second,
      distance: nearestPoints(edges[first], edges[second]),
      ends: Infinity,
    }));
    const digits = groupParts(extents, links).map((parts) => {
      const own = new Set(parts.map((part) => kept[part]));
      return { own, extent: parts.map((part) => extents[part]).reduce((a, b) => unite(a, b)) };
    });
    const highest = Math.max(...digits.map(({ extent }) => extent.bottom - extent.top + 1));
    return digits.flatMap(({ own, extent }) => {
      const { left, top } = extent;
      const box = { left, top, width: extent.right - left + 1, height: extent.bottom - top + 1 };
      if (Math.max(box.width, box.height) < SEGMENTATION.MIN_DIGIT * highest) return [];
      const image = cutOut(ink, width, box);
      for (let y = 0; y < box.height; y++) {
        for (let x = 0; x < box.width; x++) {
          if (!own.has(labels[(top + y) * width + left + x])) image.ink[y * box.width + x] = 0;
        }
      }
      return [{ left, top, image }];
    });
  }

  /**
   * Tells which pieces are not digits but table edges, gutters or shadows at the image's border. A
   * piece lies along a side if more than half of its length touches it.
   *
   * @param {Int32Array} labels
   * @param {number} width
   * @param {number} height
   * @param {Extent[]} pieces
   * @param {number} border See BORDER.
   * @returns {boolean[]}
   */
  function piecesAtBorder(labels, width, height, pieces, border) {
    const sides = [
      { length: width, at: (/** @type {number} */ i) => i, isRow: true },
      { length: width, at: (/** @type {number} */ i) => (height - 1) * width + i, isRow: true },
      { length: height, at: (/** @type {number} */ i) => i * width, isRow: false },
      { length: height, at: (/** @type {number} */ i) => i * width + width - 1, isRow: false },
    ];
    const touched = pieces.map(() => 0);
    const liesAlong = pieces.map(() => false);
    for (const { length, at, isRow } of sides) {
      const counts = pieces.map(() => 0);
      for (let i = 0; i < length; i++) {
        const label = labels[at(i)];
        if (label >= 0) counts[label] += 1;
      }
      pieces.forEach(({ left, top, right, bottom }, label) => {
        if (counts[label] > 0) touched[label] += 1;
        if (2 * counts[label] > (isRow ? right - left + 1 : bottom - top + 1)) liesAlong[label] = true;
      });
    }
    return pieces.map(({ left, top, right, bottom }, label) => {
      if (border === BORDER.NO_STRIPS) return liesAlong[label] && touched[label] > 1;
      const isLong = 3 * (right - left + 1) > width || 3 * (bottom - top + 1) > height;
      return touched[label] > 1 || (touched[label] > 0 && (liesAlong[label] || isLong));
    });
  }

  /**
   * Shrinks a large image: each new pixel is the mean of a square of pixels.
   *
   * @param {ArrayLike<number>} grey
   * @param {number} width
   * @param {number} height
   * @returns {{grey: ArrayLike<number>, width: number, height: number, times: number}} How many times
   *   it became smaller stands beside it. What a last square would lack pixels for is left out.
   */
  function shrinkImage(grey, width, height) {
    const times = Math.ceil(Math.max(width, height) / SEGMENTATION.MAX_SIDE);
    if (!(times > 1) || grey.length !== width * height) return { grey, width, height, times: 1 };
    const columns = Math.max(Math.floor(width / times), 1);
    const rows = Math.max(Math.floor(height / times), 1);
    const across = Math.min(times, width);
    const down = Math.min(times, height);
    const small = new Float64Array(columns * rows);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        let sum = 0;
        for (let j = 0; j < down; j++) {
          const start = (y * times + j) * width + x * times;
          for (let i = start; i < start + across; i++) sum += Math.floor(grey[i] + 0.5);
        }
        small[y * columns + x] = Math.floor(sum / (across * down) + 0.5);
      }
    }
    return { grey: small, width: columns, height: rows, times };
  }

  /**
   * Finds the pieces of ink that hang together, also by corners.
   *
   * @param {ArrayLike<number>} ink `width * height` values; 0 is no ink.
   * @param {number} width
   * @param {number} height
   * @returns {{labels: Int32Array, pieces: (Extent & {area: number})[]}} The piece that each pixel
   *   belongs to, or -1; and the pieces' first and last columns and rows, and numbers of pixels. They
   *   are numbered in the order of their first pixels, row by row.
   */
  function inkPieces(ink, width, height) {
    const labels = new Int32Array(width * height).fill(-1);
    /** @type {(Extent & {area: number})[]} */
    const pieces = [];
    const waiting = new Int32Array(width * height);
    for (let start = 0; start < labels.length; start++) {
      if (ink[start] === 0 || labels[start] >= 0) continue;
      const label = pieces.length;
      const piece = { left: width, top: height, right: 0, bottom: 0, area: 0 };
      let count = 1;
      waiting[0] = start;
      labels[start] = label;
      while (count > 0) {
        const i = waiting[--count];
        const x = i % width;
        const y = (i - x) / width;
        piece.area += 1;
        piece.left = Math.min(piece.left, x);
        piece.right = Math.max(piece.right, x);
        piece.top = Math.min(piece.top, y);
        piece.bottom = Math.max(piece.bottom, y);
        for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, height - 1); v++) {
          for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, width - 1); u++) {
            const near = v * width + u;
            if (ink[near] === 0 || labels[near] >= 0) continue;
            labels[near] = label;
            waiting[count++] = near;
          }
        }
      }
      pieces.push(piece);
    }
    return { labels, pieces };
  }

  /**
   * Lists pixels of a piece's edge: those that have a neighbour to the left, right, above or below
   * that is not of the piece. Of many, a regular sample is taken.
   *
   * @param {Int32Array} labels Of the pixels; see `inkPieces`.
   * @param {number} width
   * @param {number} height
   * @param {number} label The piece.
   * @param {Extent} piece
   * @returns {PenPoint[]}
   */
  function edgeOfPiece(labels, width, height, label, piece) {
    const edge = [];
    for (let y = piece.top; y <= piece.bottom; y++) {
      for (let x = piece.left; x <= piece.right; x++) {
        const i = y * width + x;
        if (labels[i] !== label) continue;
        const inner =
          x > 0 && x < width - 1 && y > 0 && y < height - 1 &&
          labels[i - 1] === label && labels[i + 1] === label &&
          labels[i - width] === label && labels[i + width] === label;
        if (!inner) edge.push({ x, y });
      }
    }
    const every = Math.ceil(edge.length / SEGMENTATION.EDGE_PIXELS);
    return edge.filter((_, k) => k % every === 0);
  }

  /**
   * @param {PenPoint[]} some
   * @param {PenPoint[]} others
   * @returns {number} The least distance between two of them.
   */
  function nearestPoints(some, others) {
    let nearest = Infinity;
    for (const a of some) {
      for (const b of others) {
        const x = b.x - a.x;
        const y = b.y - a.y;
        nearest = Math.min(nearest, x * x + y * y);
      }
    }
    return Math.sqrt(nearest);
  }

  return { BORDER, findDigits, shrinkImage, takeApart, takeApartPlainly };
})());

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
    MNIST_GEOMETRY, centreByMass, groupParts, inkBox, nearPairs, resampleInk, separateInk, unite,
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
    const all = ink && inkBox(ink, shrunk.width, shrunk.height);
    if (!ink || !all) return [];
    const { times } = shrunk;
    /** @type {(box: {left: number, top: number, width: number, height: number}) => Box} */
    const inImage = (box) => ({
      x: box.left * times,
      y: box.top * times,
      width: box.width * times,
      height: box.height * times,
    });
    // What is no larger than MNIST's images is one digit, however broken.
    if (Math.max(all.width, all.height) <= MNIST_GEOMETRY.SIZE) {
      return [{ box: inImage(all), pixels: centreByMass(resampleInk(ink, shrunk.width, all)) }];
    }

    const { labels, pieces } = inkPieces(ink, shrunk.width, shrunk.height);
    const large = [...pieces.keys()].sort((a, b) => pieces[b].area - pieces[a].area || a - b);
    large.length = Math.min(large.length, SEGMENTATION.MAX_PIECES);
    const tallest = Math.max(...large.map((i) => pieces[i].bottom - pieces[i].top + 1));
    const speck = tallest * SEGMENTATION.SPECK;
    const kept = large.filter((i) => pieces[i].area >= speck * speck).sort((a, b) => a - b);
    /** @type {Extent[]} */
    const extents = kept.map((i) => pieces[i]);
    const edges = kept.map((i) => edgeOfPiece(labels, shrunk.width, shrunk.height, i, pieces[i]));
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
      const alone = new Float64Array(box.width * box.height);
      for (let y = 0; y < box.height; y++) {
        for (let x = 0; x < box.width; x++) {
          const i = (top + y) * shrunk.width + left + x;
          if (own.has(labels[i])) alone[y * box.width + x] = ink[i];
        }
      }
      const inside = { left: 0, top: 0, width: box.width, height: box.height };
      return [{ box: inImage(box), pixels: centreByMass(resampleInk(alone, box.width, inside)) }];
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
   * that is not of the piece. Of many, every so many-th is taken.
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

  return { findDigits };
})());

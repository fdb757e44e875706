/**
 * Removes ruled and squared lines from ink: straight lines from one side of the image to the opposite
 * one. Where ink crosses a ruling, the ink is higher than the ruling is thick, and stays.
 *
 * backend/mnist_recognizer/vision/rulings.py does the same arithmetic in the same order.
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  /** Lines rise by up to this many steps of 1/128 of their length, either way. */
  const SLOPES = 24;
  const STEEPEST = 128;
  /** A ruling has ink on at least this share of its length, */
  const COVERED = 0.5;
  /** and some of it within this share of both ends. */
  const ENDS = 0.12;
  const MAX_RULINGS = 60;
  /** Where more of the image is inked than this, there is something else than digits and lines. */
  const MAX_INKED = 0.25;
  /** Its ink is at most this many pixels above or below the line. */
  const NEAR = 2;

  /**
   * @param {InkImage} image
   * @returns {InkImage | null} Without rulings, horizontal and vertical; null if there are none.
   */
  function removeRulings(image) {
    const inked = image.ink.reduce((count, level) => count + (level > 0 ? 1 : 0), 0);
    if (inked > MAX_INKED * image.ink.length) return null;
    const sideways = transposed(image);
    const rows = findRulings(image);
    const columns = findRulings(sideways);
    if (rows.length === 0 && columns.length === 0) return null;
    const { width, height } = image;
    const kept = { ink: image.ink.slice(), width, height };
    rows.forEach((line) => erase(kept, image, line));
    if (columns.length === 0) return kept;
    const turned = transposed(kept);
    columns.forEach((line) => erase(turned, sideways, line));
    return transposed(turned);
  }

  /**
   * @param {InkImage} image
   * @returns {{slope: number, row: number}[]} Lines that run from left to right: their row at the left
   *   end, and by how many 128ths of its length each falls.
   */
  function findRulings({ ink, width, height }) {
    const inked = [];
    for (let i = 0; i < ink.length; i++) if (ink[i] > 0) inked.push(i);
    const found = [];
    for (let slope = -SLOPES; slope <= SLOPES; slope++) {
      const counts = new Int32Array(height);
      const west = new Uint8Array(height);
      const east = new Uint8Array(height);
      for (const i of inked) {
        const x = i % width;
        const row = (i - x) / width - Math.floor((slope * x + STEEPEST / 2) / STEEPEST);
        if (row < 0 || row >= height) continue;
        counts[row] += 1;
        if (x < ENDS * width) west[row] = 1;
        if (x >= width - ENDS * width) east[row] = 1;
      }
      for (let row = 0; row < height; row++) {
        if (counts[row] >= COVERED * width && west[row] && east[row]) {
          found.push({ count: counts[row], slope, row });
        }
      }
    }
    found.sort((a, b) => b.count - a.count || a.slope - b.slope || a.row - b.row);
    /** @type {{slope: number, row: number}[]} */
    const chosen = [];
    /** @param {number} slope */
    const fall = (slope) => Math.floor((slope * width) / STEEPEST);
    for (const { slope, row } of found) {
      if (chosen.length === MAX_RULINGS) break;
      const isNew = chosen.every((other) => {
        const atEnd = row + fall(slope) - other.row - fall(other.slope);
        return Math.max(Math.abs(row - other.row), Math.abs(atEnd)) > NEAR;
      });
      if (isNew) chosen.push({ slope, row });
    }
    return chosen;
  }

  /**
   * Erases the ink of a ruling, except where other ink crosses it.
   *
   * @param {InkImage} kept Is changed.
   * @param {InkImage} image Before anything was erased.
   * @param {{slope: number, row: number}} line
   */
  function erase(kept, { ink, width, height }, { slope, row }) {
    const runs = [];
    for (let x = 0; x < width; x++) {
      const middle = row + Math.floor((slope * x + STEEPEST / 2) / STEEPEST);
      const near = [0, -1, 1, -2, 2].find((down) => {
        const y = middle + down;
        return y >= 0 && y < height && ink[y * width + x] > 0;
      });
      if (near === undefined) continue;
      let top = middle + near;
      let end = top + 1;
      while (top > 0 && ink[(top - 1) * width + x] > 0) top -= 1;
      while (end < height && ink[end * width + x] > 0) end += 1;
      runs.push({ x, top, end });
    }
    const sizes = runs.map(({ top, end }) => end - top).sort((a, b) => a - b);
    const thickness = sizes[(sizes.length - 1) >> 1];
    for (const { x, top, end } of runs) {
      if (end - top > 1.5 * thickness + 1) continue;
      for (let y = top; y < end; y++) kept.ink[y * width + x] = 0;
    }
  }

  /**
   * @param {InkImage} image
   * @returns {InkImage} With rows for columns.
   */
  function transposed({ ink, width, height }) {
    const turned = new Float64Array(ink.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) turned[x * height + y] = ink[y * width + x];
    }
    return { ink: turned, width: height, height: width };
  }

  return { removeRulings };
})());

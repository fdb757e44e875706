/**
 * Which parts of a drawing or image belong to one digit, and in which order digits are read.
 *
 * The parts are pen strokes (`groupStrokes`) or pieces of connected ink (segmentation.js). The rule
 * knows nothing but their extents and distances (stroke-distance.js). docs/preprocessing.md numbers the steps;
 * backend/mnist_recognizer/vision/grouping.py follows them too, and both answer to
 * tests/golden/segmentation.json.
 *
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const {
    MNIST_GEOMETRY, NO_EXTENT, StrokeMemory, distanceBetween, extentOf, thinStroke,
  } = MNIST.vision;

  /** Distances are shares of the height of the taller of two; the rest says of what it is a share. */
  const GROUPING = Object.freeze({
    /** Of the height of both together: what is not higher is a part of a digit, such as a flag. */
    PART: 0.35,
    /** A part joins what is this near. */
    PART_NEAR: 0.45,
    /** Of the lesser height: one lies above the other if they share no more of it, */
    ABOVE: 0.2,
    /** and at least this much of the lesser width. */
    COLUMN: 0.5,
    /** Then they join if they are this near; two lines of digits are farther apart. */
    ABOVE_NEAR: 0.3,
    /** Of the height of both together: what is higher may be a digit of its own. */
    DIGIT: 0.7,
    /** What is lower joins what is this near: the two strokes of a four. */
    NEAR: 0.22,
    /** Two that may be digits join if they are this near and share COLUMN of the lesser width, */
    DIGIT_NEAR: 0.1,
    /** or if each begins and ends this near to the other's ends: the halves of a zero. */
    ENDS_NEAR: 0.15,
    /** Digits of one line share at most this much of the narrower one's width. */
    SAME_LINE: 0.25,
    /** Of a stroke's longest side: points nearer to the one before are left out. */
    THINNED: 1 / 32,
    /** Of the length of all strokes together: the same. */
    MIN_STEP: 1 / 1024,
  });

  /**
   * Tells which strokes belong to one digit.
   *
   * @param {ReadonlyArray<ReadonlyArray<PenPoint>>} strokes One array of points for each stroke.
   * @param {MNIST.vision.StrokeMemory} [memory] Of the drawing, where it is asked about again and again.
   * @returns {number[][]} The strokes' indices, one array for each digit, in reading order: line by
   *   line, from left to right. Strokes without points are in none.
   * @throws {RangeError} A coordinate is not a number within ±1e9.
   */
  function groupStrokes(strokes, memory = new StrokeMemory()) {
    for (const stroke of strokes) {
      for (const { x, y } of stroke) {
        if (!(Math.abs(x) <= MNIST_GEOMETRY.FARTHEST && Math.abs(y) <= MNIST_GEOMETRY.FARTHEST)) {
          throw new RangeError(`A point at (${x}, ${y}) is not within ±${MNIST_GEOMETRY.FARTHEST}.`);
        }
      }
    }
    const drawn = [...strokes.keys()].filter((i) => strokes[i].length > 0);
    const extents = drawn.map((i) => extentOf(strokes[i]));
    let path = 0;
    for (const i of drawn) {
      const stroke = strokes[i];
      for (let k = 1; k < stroke.length; k++) path += distanceBetween(stroke[k - 1], stroke[k]);
    }
    const lines = drawn.map((i, part) => {
      const { left, top, right, bottom } = extents[part];
      const longest = Math.max(right - left, bottom - top);
      const step = Math.max(longest * GROUPING.THINNED, path * GROUPING.MIN_STEP);
      return memory.line(strokes[i], thinStroke(strokes[i], step));
    });
    // No two are joined that are farther apart than a share of all ink's height.
    const all = extents.reduce((a, b) => unite(a, b), NO_EXTENT);
    const farthest = GROUPING.PART_NEAR * (all.bottom - all.top);
    const links = nearPairs(extents)
      .map(([first, second]) => {
        const { distance, ends } = memory.between(lines[first], lines[second]);
        return { first, second, distance, ends };
      })
      .filter(({ distance }) => distance <= farthest);
    return groupParts(extents, links).map((parts) => parts.map((part) => drawn[part]));
  }

  /**
   * Joins parts of digits, the nearest first, and puts the digits in reading order.
   *
   * @param {ReadonlyArray<Extent>} extents Of the parts.
   * @param {Link[]} links Of those pairs of parts that may be joined.
   * @returns {number[][]} The parts of each digit, ascending.
   */
  function groupParts(extents, links) {
    let nearestFirst = [...links].sort(
      (a, b) => a.distance - b.distance || a.first - b.first || a.second - b.second,
    );
    const groupOf = extents.map((_, part) => part);
    const joined = [...extents];
    for (let again = true; again; ) {
      again = false;
      for (const { first, second, distance, ends } of nearestFirst) {
        const [a, b] = [groupOf[first], groupOf[second]];
        if (a === b || !belongTogether(joined[a], joined[b], distance, ends)) continue;
        const [low, high] = a < b ? [a, b] : [b, a];
        joined[low] = unite(joined[low], joined[high]);
        groupOf.forEach((group, part) => {
          if (group === high) groupOf[part] = low;
        });
        again = true;
      }
      nearestFirst = nearestFirst.filter(({ first, second }) => groupOf[first] !== groupOf[second]);
    }
    const groups = [...new Set(groupOf)];
    return readingOrder(groups.map((group) => joined[group])).map((i) =>
      [...groupOf.keys()].filter((part) => groupOf[part] === groups[i]),
    );
  }

  /**
   * @param {Extent} a
   * @param {Extent} b
   * @param {number} distance Between two of their parts.
   * @param {number} ends How far the ends of these parts are from each other; see `endsDistance`.
   * @returns {boolean} Whether both belong to one digit.
   */
  function belongTogether(a, b, distance, ends) {
    const together = Math.max(a.bottom, b.bottom) - Math.min(a.top, b.top);
    const lower = Math.min(a.bottom - a.top, b.bottom - b.top);
    const taller = Math.max(a.bottom - a.top, b.bottom - b.top);
    if (lower <= GROUPING.PART * together) return distance <= GROUPING.PART_NEAR * taller;
    const narrower = Math.min(a.right - a.left, b.right - b.left);
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const sameColumn = across >= GROUPING.COLUMN * narrower;
    if (sameColumn && down <= GROUPING.ABOVE * lower) return distance <= GROUPING.ABOVE_NEAR * taller;
    if (lower <= GROUPING.DIGIT * together) return distance <= GROUPING.NEAR * taller;
    return (
      (sameColumn && distance <= GROUPING.DIGIT_NEAR * taller) || ends <= GROUPING.ENDS_NEAR * taller
    );
  }

  /**
   * Sorts digits line by line, from left to right. A digit belongs to the line whose last digit so
   * far it stands beside, so that lines may climb or fall. Lines that are not one above the other are
   * one line with an uneven baseline.
   *
   * @param {ReadonlyArray<Extent>} extents
   * @returns {number[]} Their indices.
   */
  function readingOrder(extents) {
    const byLeft = [...extents.keys()].sort(
      (a, b) => extents[a].left - extents[b].left || extents[a].top - extents[b].top || a - b,
    );
    /** @type {number[][]} */
    const lines = [];
    for (const i of byLeft) {
      const { top, bottom } = extents[i];
      /** @type {number[] | undefined} */
      let own;
      let most = -Infinity;
      for (const line of lines) {
        const last = extents[line[line.length - 1]];
        const shared = Math.min(bottom, last.bottom) - Math.max(top, last.top);
        const needed = Math.min(bottom - top, last.bottom - last.top) / 2;
        if (shared >= needed && shared > most) {
          own = line;
          most = shared;
        }
      }
      if (own) own.push(i);
      else lines.push([i]);
    }
    /** @type {(line: number[]) => number} */
    const middle = (line) =>
      line.reduce((sum, i) => sum + (extents[i].top + extents[i].bottom), 0) / line.length;
    /** @type {number[][]} */
    const merged = [];
    for (const line of lines.sort((a, b) => middle(a) - middle(b))) {
      const upper = merged[merged.length - 1];
      if (upper && areOneLine(extents, upper, line)) {
        const both = new Set([...upper, ...line]);
        merged[merged.length - 1] = byLeft.filter((i) => both.has(i));
      } else {
        merged.push(line);
      }
    }
    return merged.flat();
  }

  /**
   * @param {ReadonlyArray<Extent>} extents
   * @param {number[]} upper
   * @param {number[]} lower
   * @returns {boolean} Whether no digit stands above another, and all are within twice the tallest's
   *   height: then it is one line with an uneven baseline.
   */
  function areOneLine(extents, upper, lower) {
    for (const i of upper) {
      for (const j of lower) {
        const [a, b] = [extents[i], extents[j]];
        const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const narrower = Math.min(a.right - a.left, b.right - b.left);
        if (shared > narrower * GROUPING.SAME_LINE) return false;
      }
    }
    const both = [...upper, ...lower].map((i) => extents[i]);
    const tallest = Math.max(...both.map(({ top, bottom }) => bottom - top));
    const together =
      Math.max(...both.map(({ bottom }) => bottom)) - Math.min(...both.map(({ top }) => top));
    return together <= 2 * tallest;
  }

  /**
   * @param {Extent} a
   * @param {Extent} b
   * @returns {Extent} What holds both.
   */
  function unite(a, b) {
    return {
      left: Math.min(a.left, b.left),
      top: Math.min(a.top, b.top),
      right: Math.max(a.right, b.right),
      bottom: Math.max(a.bottom, b.bottom),
    };
  }

  /**
   * Lists the pairs of parts that may be joined: those no farther apart than the tallest is high.
   *
   * @param {ReadonlyArray<Extent>} extents
   * @returns {[number, number][]}
   */
  function nearPairs(extents) {
    const tallest = extents.reduce((most, { top, bottom }) => Math.max(most, bottom - top), 0);
    /** @type {[number, number][]} */
    const pairs = [];
    extents.forEach((a, first) => {
      for (let second = first + 1; second < extents.length; second++) {
        const b = extents[second];
        const across = Math.max(a.left, b.left) - Math.min(a.right, b.right);
        const down = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
        if (across <= tallest && down <= tallest) pairs.push([first, second]);
      }
    });
    return pairs;
  }

  return { groupStrokes, groupParts, unite, nearPairs };
})());

/**
 * Distances of a point from rows of numbers, and its nearest neighbours among them. Pure functions.
 */
MNIST.add('nn', (() => {
  /** |r|² of each row, once it has been asked for. @type {WeakMap<object, Float64Array>} */
  const known = new WeakMap();

  /**
   * |x − r|² = |r|² + Σ x·(x − 2r). Where x is 0, which most pixels are, nothing is added.
   *
   * @param {ArrayLike<number>} rows `n · width` numbers, row by row, that never change.
   * @param {ArrayLike<number>} point `width` numbers.
   * @returns {Float64Array} The squared Euclidean distance of each row.
   */
  function squaredDistances(rows, point) {
    const width = point.length;
    const filled = Uint16Array.from(Array.from(point).keys()).filter((i) => point[i] !== 0);
    const distances = squaredLengths(rows, width).slice();
    for (let n = 0; n < distances.length; n++) {
      let sum = distances[n];
      for (let k = 0; k < filled.length; k++) {
        const i = filled[k];
        sum += point[i] * (point[i] - 2 * rows[n * width + i]);
      }
      distances[n] = Math.max(sum, 0); // rounding may lead below 0
    }
    return distances;
  }

  /**
   * @param {ArrayLike<number>} rows
   * @param {number} width
   */
  function squaredLengths(rows, width) {
    const before = known.get(rows);
    if (before !== undefined && before.length * width === rows.length) return before;
    const lengths = new Float64Array(rows.length / width);
    for (let n = 0; n < lengths.length; n++) {
      for (let i = n * width; i < (n + 1) * width; i++) lengths[n] += rows[i] * rows[i];
    }
    known.set(rows, lengths);
    return lengths;
  }

  /**
   * @param {ArrayLike<number>} rows `n · width` numbers, row by row, that never change.
   * @param {ArrayLike<number>} point `width` numbers.
   * @param {number} count
   * @returns {Neighbour[]} The rows with the smallest Euclidean distance, the nearest first.
   */
  function nearestRows(rows, point, count) {
    /** With squared distances. @type {Neighbour[]} */
    const nearest = [];
    squaredDistances(rows, point).forEach((distance, index) => {
      if (nearest.length === count && distance >= nearest[count - 1].distance) return;
      const place = nearest.findIndex((other) => other.distance > distance);
      nearest.splice(place < 0 ? nearest.length : place, 0, { index, distance });
      nearest.length = Math.min(nearest.length, count);
    });
    return nearest.map(({ index, distance }) => ({ index, distance: Math.sqrt(distance) }));
  }

  return { squaredDistances, nearestRows };
})());

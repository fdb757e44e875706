/**
 * The nearest neighbours of a point among rows of numbers. Pure functions.
 */
MNIST.add('nn', (() => {
  /** After so many numbers it is worth asking whether a row can still be among the nearest. */
  const PIECE = 28;

  /**
   * @param {ArrayLike<number>} rows `n · width` numbers, row by row.
   * @param {ArrayLike<number>} point `width` numbers.
   * @param {number} count
   * @returns {Neighbour[]} The rows with the smallest Euclidean distance, the nearest first.
   */
  function nearestRows(rows, point, count) {
    const width = point.length;
    /** With squared distances. @type {Neighbour[]} */
    const nearest = [];
    for (let n = 0; n < rows.length / width; n++) {
      const limit = nearest.length < count ? Infinity : nearest[count - 1].distance;
      const distance = squaredDistance(rows, n * width, point, limit);
      if (distance >= limit) continue;
      const place = nearest.findIndex((other) => other.distance > distance);
      nearest.splice(place < 0 ? nearest.length : place, 0, { index: n, distance });
      nearest.length = Math.min(nearest.length, count);
    }
    return nearest.map(({ index, distance }) => ({ index, distance: Math.sqrt(distance) }));
  }

  /**
   * @param {ArrayLike<number>} rows
   * @param {number} start
   * @param {ArrayLike<number>} point
   * @param {number} limit The sum stops when it is larger.
   */
  function squaredDistance(rows, start, point, limit) {
    const width = point.length;
    let sum = 0;
    for (let from = 0; from < width && sum < limit; from += PIECE) {
      const end = Math.min(from + PIECE, width);
      for (let i = from; i < end; i++) {
        const difference = rows[start + i] - point[i];
        sum += difference * difference;
      }
    }
    return sum;
  }

  return { nearestRows };
})());

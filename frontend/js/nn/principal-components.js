/**
 * Principal component analysis: the directions in which rows of numbers vary most. Pure functions.
 *
 * They are the eigenvectors of the covariance matrix with the largest eigenvalues. Orthogonal
 * iteration finds them: multiply, make orthonormal again, repeat. What takes long is a generator,
 * which yields every few milliseconds, so that a page can draw a frame in between.
 */
MNIST.add('nn', (() => {
  /** So many rows are added to the covariance between two yields. */
  const ROWS = 40;
  const MAX_ITERATIONS = 1_000;
  /** The axes are found when none of their numbers moves more than this. */
  const TOLERANCE = 1e-10;

  /**
   * @param {ArrayLike<number>} rows `n · width` numbers, row by row.
   * @param {number} width
   * @param {number} [count] How many directions.
   * @returns {Generator<void, PrincipalComponents>}
   */
  function* principalComponents(rows, width, count = 2) {
    const { mean, covariance } = yield* covarianceOf(rows, width);
    /** @type {Float64Array[]} */
    let axes = Array.from({ length: count }, (_, k) => {
      return Float64Array.from({ length: width }, (_, i) => ((7 * i + 3 * k) % 11) - 5.5);
    });
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      const next = orthonormal(axes.map((axis) => product(covariance, axis)));
      const moved = Math.max(...next.map((axis, k) => distance(axis, axes[k])));
      axes = next;
      if (moved < TOLERANCE) break;
      yield;
    }
    const variances = axes.map((axis) => dot(axis, product(covariance, axis)));
    let total = 0;
    for (let i = 0; i < width; i++) total += covariance[i * width + i];
    return { mean, axes: axes.map(withPositiveMaximum), variances, total };
  }

  /**
   * @param {ArrayLike<number>} rows
   * @param {number} width
   * @returns {Generator<void, {mean: Float64Array, covariance: Float64Array}>}
   */
  function* covarianceOf(rows, width) {
    const count = rows.length / width;
    const mean = new Float64Array(width);
    const covariance = new Float64Array(width * width);
    const filled = new Uint16Array(width);
    for (let n = 0; n < count; n++) {
      // Most numbers are 0, white paper or a neuron that is off, and add nothing.
      let size = 0;
      for (let i = 0; i < width; i++) {
        if (rows[n * width + i] !== 0) filled[size++] = i;
      }
      for (let p = 0; p < size; p++) {
        const i = filled[p];
        const value = rows[n * width + i] / count;
        mean[i] += value;
        for (let q = 0; q < size; q++) covariance[i * width + filled[q]] += value * rows[n * width + filled[q]];
      }
      if (n % ROWS === ROWS - 1) yield;
    }
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) covariance[i * width + j] -= mean[i] * mean[j];
    }
    return { mean, covariance };
  }

  /**
   * @param {Float64Array} matrix Square.
   * @param {Float64Array} vector
   */
  function product(matrix, vector) {
    const width = vector.length;
    const result = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += matrix[i * width + j] * vector[j];
      result[i] = sum;
    }
    return result;
  }

  /**
   * Gram–Schmidt.
   *
   * @param {Float64Array[]} vectors
   * @returns {Float64Array[]} Of length 1 and at right angles; all zeros where nothing is left.
   */
  function orthonormal(vectors) {
    /** @type {Float64Array[]} */
    const result = [];
    for (const vector of vectors) {
      const rest = vector.slice();
      for (const earlier of result) {
        const share = dot(earlier, rest);
        for (let i = 0; i < rest.length; i++) rest[i] -= share * earlier[i];
      }
      const length = Math.sqrt(dot(rest, rest));
      result.push(rest.map((value) => (length > 1e-12 ? value / length : 0)));
    }
    return result;
  }

  /**
   * @param {Float64Array} axis
   * @returns {Float64Array} An axis has no sign of its own: the largest number is made positive.
   */
  function withPositiveMaximum(axis) {
    const largest = axis.reduce((max, value) => (Math.abs(value) > Math.abs(max) ? value : max), 0);
    return axis.map((value) => (largest < 0 ? -value : value));
  }

  /**
   * @param {PrincipalComponents} components
   * @param {ArrayLike<number>} point
   * @returns {number[]} Where a point lies along each axis; exact for a new point too.
   */
  function placeOf({ mean, axes }, point) {
    return axes.map((axis) => {
      let sum = 0;
      for (let i = 0; i < axis.length; i++) sum += (point[i] - mean[i]) * axis[i];
      return sum;
    });
  }

  /**
   * @param {Float64Array} one
   * @param {Float64Array} other
   */
  function dot(one, other) {
    let sum = 0;
    for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
    return sum;
  }

  /**
   * @param {Float64Array} one
   * @param {Float64Array} other
   */
  function distance(one, other) {
    let max = 0;
    for (let i = 0; i < one.length; i++) max = Math.max(max, Math.abs(one[i] - other[i]));
    return max;
  }

  return { principalComponents, placeOf };
})());

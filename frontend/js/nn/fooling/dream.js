/**
 * What the network likes best: gradient ascent on the image for a chosen digit, once with all 784
 * pixels free, once held within real handwriting of that digit.
 */
MNIST.add('nn', (() => {
  const { forwardPass, inputGradient, lengthOf, softmaxOf, toGrey, toUnit } = MNIST.nn;
  /** How far a step goes: in all pixels together, and in deviations of handwriting. */
  const [FREE_STEP, WITHIN_STEP] = [0.3, 0.15];

  /**
   * The log-odds of a digit: z_d − log Σ exp(z_other). It grows without end, unlike the probability.
   *
   * @param {Network} network
   * @param {ArrayLike<number>} x
   * @param {number} digit
   * @returns {{logOdds: number, slopes: Float64Array}} And its gradient with respect to x.
   */
  function logOddsOf(network, x, digit) {
    const pass = forwardPass(network, x);
    const scores = pass.sums[pass.sums.length - 1];
    const others = Array.from(scores, (z, k) => (k === digit ? -Infinity : z));
    const max = Math.max(...others);
    const sum = others.reduce((total, z) => total + Math.exp(z - max), 0);
    const scoreSlopes = softmaxOf(others).map((share) => -share);
    scoreSlopes[digit] = 1;
    return { logOdds: scores[digit] - max - Math.log(sum), slopes: inputGradient(network, pass, scoreSlopes) };
  }

  /**
   * @param {Network} network
   * @param {number} digit
   * @param {Uint8Array} start
   * @param {number} steps
   * @returns {Generator<Uint8Array, void>} The image before the first step, and after each.
   */
  function* dreamFreely(network, digit, start, steps) {
    let x = toUnit(start);
    yield start;
    for (let step = 0; step < steps; step++) {
      const { slopes } = logOddsOf(network, x, digit);
      const rate = FREE_STEP / (lengthOf(slopes) || 1);
      x = x.map((value, i) => Math.min(1, Math.max(0, value + rate * slopes[i])));
      yield toGrey(x);
    }
  }

  /**
   * The principal components of some images, from the eigenvectors of their Gram matrix, which is
   * smaller than the covariance of 784 pixels.
   *
   * @param {ReadonlyArray<Uint8Array>} images
   * @param {number} count How many components.
   * @returns {Generator<void, HandwritingSpan>} Pauses often.
   */
  function* handwritingSpan(images, count) {
    const mean = new Float64Array(784);
    for (const image of images) image.forEach((grey, i) => (mean[i] += grey / 255 / images.length));
    const centred = images.map((image) => Float64Array.from(image, (grey, i) => grey / 255 - mean[i]));
    /** @type {Float64Array[]} */
    const gram = [];
    for (const one of centred) {
      gram.push(Float64Array.from(centred, (other) => dot(one, other) / images.length));
      yield;
    }
    const { values, vectors } = yield* eigenvectorsOf(gram);
    const order = values.map((_, k) => k).sort((one, other) => values[other] - values[one]);
    const largest = order.slice(0, count).filter((k) => values[k] > 1e-9);
    const axes = largest.map((k) => {
      const axis = new Float64Array(784);
      centred.forEach((image, n) => image.forEach((value, i) => (axis[i] += vectors[n][k] * value)));
      const length = lengthOf(axis);
      // One unit along an axis is one standard deviation of the handwriting.
      return axis.map((value) => (value / length) * Math.sqrt(values[k]));
    });
    return { mean, axes };
  }

  /**
   * @param {ArrayLike<number>} one
   * @param {ArrayLike<number>} other
   */
  function dot(one, other) {
    let sum = 0;
    for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
    return sum;
  }

  /**
   * Jacobi's method: rotations that make a symmetric matrix diagonal.
   *
   * @param {Float64Array[]} symmetric Changed.
   * @returns {Generator<void, {values: number[], vectors: Float64Array[]}>} The k-th eigenvector is
   *   column k.
   */
  function* eigenvectorsOf(symmetric) {
    const size = symmetric.length;
    const vectors = symmetric.map((_, i) => Float64Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)));
    for (let sweep = 0; sweep < 12; sweep++) {
      for (let p = 0; p < size; p++) {
        for (let q = p + 1; q < size; q++) rotate(symmetric, vectors, p, q);
        yield;
      }
    }
    return { values: symmetric.map((row, i) => row[i]), vectors };
  }

  /**
   * @param {Float64Array[]} matrix
   * @param {Float64Array[]} vectors
   * @param {number} p
   * @param {number} q
   */
  function rotate(matrix, vectors, p, q) {
    if (Math.abs(matrix[p][q]) < 1e-14) return;
    const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
    const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    const cosine = 1 / Math.sqrt(tangent * tangent + 1);
    const sine = tangent * cosine;
    for (const rows of [matrix, vectors]) {
      for (const row of rows) [row[p], row[q]] = [cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]];
    }
    const [one, other] = [matrix[p].slice(), matrix[q].slice()];
    for (let k = 0; k < matrix.length; k++) {
      matrix[p][k] = cosine * one[k] - sine * other[k];
      matrix[q][k] = sine * one[k] + cosine * other[k];
    }
  }

  /**
   * @param {Network} network
   * @param {number} digit
   * @param {HandwritingSpan} span Of real images of this digit.
   * @param {Uint8Array} start The place in the span that is nearest to it is the first image.
   * @param {number} steps
   * @returns {Generator<Uint8Array, void>} The image before the first step, and after each.
   */
  function* dreamWithin(network, digit, { mean, axes }, start, steps) {
    const offset = toUnit(start).map((value, i) => value - mean[i]);
    // As far from the mean as a real digit is, and no farther.
    const reach = Math.sqrt(axes.length);
    let place = within(Float64Array.from(axes, (axis) => dot(axis, offset) / dot(axis, axis)), reach);
    for (let step = 0; step <= steps; step++) {
      const x = mean.map((value, i) => {
        return Math.min(1, Math.max(0, axes.reduce((sum, axis, k) => sum + place[k] * axis[i], value)));
      });
      yield toGrey(x);
      const { slopes } = logOddsOf(network, x, digit);
      const direction = Float64Array.from(axes, (axis) => dot(axis, slopes));
      const rate = WITHIN_STEP / (lengthOf(direction) || 1);
      place = within(place.map((value, k) => value + rate * direction[k]), reach);
    }
  }

  /**
   * @param {Float64Array} place
   * @param {number} reach
   * @returns {Float64Array} Drawn back to at most this distance from 0.
   */
  function within(place, reach) {
    const share = Math.min(1, reach / (lengthOf(place) || 1));
    return place.map((value) => share * value);
  }

  return { dreamFreely, dreamWithin, handwritingSpan, logOddsOf };
})());

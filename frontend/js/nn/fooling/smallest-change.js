/**
 * The smallest change of all pixels together that makes the network read a chosen digit: projected
 * gradient ascent inside a ball (Madry et al., "Towards deep learning models resistant to adversarial
 * attacks", 2018), and a bisection for the ball's size.
 */
MNIST.add('nn', (() => {
  const { answerTo, differenceOf, forwardPass, toGrey, toUnit } = MNIST.nn;
  /** Gradient steps for one size. */
  const STEPS = 40;
  /** The gradient's work between two pauses. */
  const STEPS_A_SLICE = 2;
  /** How often the interval of sizes is halved. */
  const HALVINGS = 9;
  /** The first size that is tried, for each measure; each next one is twice as large. */
  const FIRST_SIZE = { euclidean: 0.25, largest: 1 / 64 };
  const LAST_SIZE = { euclidean: 32, largest: 1 };

  /**
   * @param {Network} network
   * @param {Uint8Array} pixels The network's input.
   * @param {number} target The digit that it should read.
   * @param {ChangeMeasure} measure
   * @param {(changed: Uint8Array) => boolean} [isFooled] When an image is what is looked for; as it
   *   stands, when the network reads the target.
   * @returns {Generator<Uint8Array | null, Uint8Array | null>} Yields the best image so far, also in
   *   the middle of a size; at last the image with the smallest change that was found, in whole grey
   *   values. null: none was found.
   */
  function* smallestChange(network, pixels, target, measure, isFooled) {
    const isDone = isFooled ?? ((changed) => answerTo(network, changed) === target);
    if (isDone(pixels)) return pixels;
    const ascent = { network, x: toUnit(pixels), target, measure, isDone };
    /** @type {Uint8Array | null} */
    let best = null;
    let [low, high] = [0, FIRST_SIZE[measure]];
    while (best === null && high <= LAST_SIZE[measure]) {
      best = yield* changeWithin(ascent, high, best);
      if (best === null) [low, high] = [high, 2 * high];
    }
    for (let k = 0; k < HALVINGS && best !== null; k++) {
      const size = (low + high) / 2;
      const found = yield* changeWithin(ascent, size, best);
      if (found === null) low = size;
      else [best, high] = [found, size];
    }
    return best;
  }

  /**
   * @param {Ascent} ascent
   * @param {number} size
   * @param {Uint8Array | null} best Shown meanwhile.
   * @returns {Generator<Uint8Array | null, Uint8Array | null>}
   */
  function* changeWithin(ascent, size, best) {
    let moved = ascent.x;
    for (let step = 1; step <= STEPS; step++) {
      moved = ascended(ascent, moved, size);
      const grey = toGrey(moved);
      if (ascent.isDone(grey)) return grey;
      if (step % STEPS_A_SLICE === 0) yield best;
    }
    return null;
  }

  /**
   * One step up the gradient, then back into the ball and to what ink can be: 0 to 1.
   *
   * @param {Ascent} ascent
   * @param {Float64Array} moved
   * @param {number} size
   * @returns {Float64Array}
   */
  function ascended({ network, x, target, measure }, moved, size) {
    const pass = forwardPass(network, moved);
    const { slopes } = differenceOf(network, pass, target, rivalOf(pass, target));
    const clip = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));
    // What is paper cannot become lighter, and full ink not darker.
    const open = slopes.map((slope, i) => ((slope > 0 ? moved[i] >= 1 : moved[i] <= 0) ? 0 : slope));
    const rate = size / 8;
    if (measure === 'largest') {
      return moved.map((value, i) => {
        const next = value + rate * Math.sign(open[i]);
        return clip(Math.min(x[i] + size, Math.max(x[i] - size, next)));
      });
    }
    const scale = rate / (lengthOf(open) || 1);
    const change = moved.map((value, i) => clip(value + scale * open[i]) - x[i]);
    const share = Math.min(1, size / (lengthOf(change) || 1));
    return x.map((value, i) => value + share * change[i]);
  }

  /**
   * @param {FullPass} pass
   * @param {number} target
   * @returns {number} The digit with the largest score but for the target.
   */
  function rivalOf({ sums }, target) {
    const scores = sums[sums.length - 1];
    let rival = target === 0 ? 1 : 0;
    scores.forEach((z, digit) => {
      if (digit !== target && z > scores[rival]) rival = digit;
    });
    return rival;
  }

  /**
   * @param {ArrayLike<number>} vector
   * @returns {number} Its Euclidean length.
   */
  function lengthOf(vector) {
    let sum = 0;
    for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
    return Math.sqrt(sum);
  }

  /**
   * @param {Uint8Array} from
   * @param {Uint8Array} to
   * @returns {{change: Float64Array, euclidean: number, largest: number}} From −1 to 1, pixel by
   *   pixel, and its two sizes.
   */
  function changeBetween(from, to) {
    const change = Float64Array.from(to, (grey, i) => (grey - from[i]) / 255);
    const largest = change.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    return { change, euclidean: lengthOf(change), largest };
  }

  /**
   * Adds random noise of the same size as a change, for comparison.
   *
   * @param {Uint8Array} pixels
   * @param {{euclidean: number, largest: number}} sizes
   * @param {ChangeMeasure} measure Which of the sizes is the same.
   * @param {{next(): number, normal(): number}} random
   * @returns {Uint8Array}
   */
  function withRandomNoise(pixels, sizes, measure, random) {
    const x = toUnit(pixels);
    if (measure === 'largest') {
      return toGrey(x.map((value) => value + (random.next() < 0.5 ? -1 : 1) * sizes.largest));
    }
    const noise = x.map(() => random.normal());
    const added = (/** @type {number} */ scale) => x.map((value, i) => Math.min(1, Math.max(0, value + scale * noise[i])));
    // What would be below paper or above ink is cut off, so the scale grows until the size is right.
    let scale = sizes.euclidean / lengthOf(noise);
    for (let k = 0; k < 8; k++) {
      const length = lengthOf(added(scale).map((value, i) => value - x[i]));
      if (length > 0) scale *= sizes.euclidean / length;
    }
    return toGrey(added(scale));
  }

  return { changeBetween, lengthOf, smallestChange, withRandomNoise };
})());

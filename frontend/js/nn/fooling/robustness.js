/**
 * How well the network reads test digits that are turned, shifted, thickened or made noisy, with and
 * without the page's own steps before it: centring and straightening.
 *
 * Here the change comes before those steps, as it would on paper. Elsewhere in this folder it comes
 * after them.
 */
MNIST.add('nn', (() => {
  const { doubtAbout, forward, networkInput, randomSource } = MNIST.nn;
  const { addNoise, centreByMass, rotate, shift, thicken } = MNIST.vision;
  const PIXELS = 784;
  /** Digits between two pauses. */
  const SLICE = 5;
  /** Normal numbers; the noise of digit n is a window of them. */
  const NOISE_LENGTH = PIXELS * 20;
  /** How far one digit's window is from the next. */
  const NOISE_STEP = 13;

  /** @type {Float64Array | null} */
  let noise = null;

  /**
   * @param {Uint8Array} pixels
   * @param {Distortion} distortion
   * @param {number} [n] Which noise is added.
   * @returns {Uint8Array} Thickened, turned, shifted and made noisy, in this order.
   */
  function distorted(pixels, { rotation, shift: right, thickness, noise: deviation }, n = 0) {
    let image = pixels;
    if (thickness !== 0) image = thicken(image, thickness);
    if (rotation !== 0) image = rotate(image, rotation);
    if (right !== 0) image = shift(image, right, 0);
    if (deviation !== 0) image = addNoise(image, deviation, noiseOf(n));
    return image;
  }

  /** @param {number} n */
  function noiseOf(n) {
    if (noise === null) {
      const random = randomSource(1);
      noise = Float64Array.from({ length: NOISE_LENGTH }, () => random.normal());
    }
    const start = (n * NOISE_STEP) % (NOISE_LENGTH - PIXELS);
    return noise.subarray(start, start + PIXELS);
  }

  /**
   * @param {Network} network
   * @param {Uint8Array} pixels
   * @returns {Uint8Array} Centred, and straightened if the network reads straightened images.
   */
  function normalised(network, pixels) {
    return networkInput(network, centreByMass(pixels));
  }

  /**
   * @param {Network} network
   * @param {Rejection | null} rejection
   * @param {DigitSet} digits
   * @param {Distortion} distortion
   * @param {boolean} isNormalised Whether the page's own steps come after the distortion.
   * @returns {Generator<RobustnessCount, RobustnessCount>} Yields the count so far after every few digits.
   */
  function* countDistorted(network, rejection, digits, distortion, isNormalised) {
    const count = { total: 0, right: 0, refused: 0, wrong: 0 };
    for (let n = 0; n < digits.labels.length; n++) {
      const image = distorted(digits.pixels.subarray(n * PIXELS, (n + 1) * PIXELS), distortion, n);
      const input = isNormalised ? normalised(network, image) : image;
      const pass = forward(network, input);
      const isRight = pass.logits.indexOf(Math.max(...pass.logits)) === digits.labels[n];
      const isRefused = rejection !== null && doubtAbout(rejection, pass, input) !== null;
      count.total++;
      if (isRight) count.right++;
      if (isRefused) count.refused++;
      if (!isRight && !isRefused) count.wrong++;
      if (count.total % SLICE === 0) yield { ...count };
    }
    return count;
  }

  return { countDistorted, distorted, normalised };
})());

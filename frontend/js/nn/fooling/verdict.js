/**
 * What the page makes of an image that is made to fool it: what the network reads, how sure it is,
 * and whether the out-of-distribution detector refuses the image. Pure functions: nothing here
 * touches the page.
 *
 * Every image in this folder is the network's input: 784 grey values after the page has centred and
 * straightened what was drawn (networkInput). A change is made after those steps, so nothing undoes it.
 */
MNIST.add('nn', (() => {
  const { digitScore, doubtAbout, forward, predictionFrom } = MNIST.nn;

  /**
   * @param {Network} network
   * @param {Rejection | null} rejection null where the network has no detector: nothing is refused.
   * @param {Uint8Array} pixels The network's input.
   * @returns {FoolVerdict}
   */
  function judge(network, rejection, pixels) {
    const pass = forward(network, pixels);
    const { digit, confidence, probabilities } = predictionFrom(pass.probabilities);
    if (rejection === null) {
      return { digit, confidence, probabilities, isAccepted: true, doubt: null, score: null, minScore: null };
    }
    const doubt = doubtAbout(rejection, pass, pixels);
    const score = digitScore(rejection, pass);
    const { minScore } = rejection;
    return { digit, confidence, probabilities, isAccepted: doubt === null, doubt, score, minScore };
  }

  /**
   * @param {Network} network
   * @param {Uint8Array} pixels
   * @returns {number} The digit with the largest score.
   */
  function answerTo(network, pixels) {
    const { logits } = forward(network, pixels);
    return logits.indexOf(Math.max(...logits));
  }

  /**
   * @param {ArrayLike<number>} x Numbers from 0 to 1.
   * @returns {Uint8Array} The nearest image of whole grey values.
   */
  function toGrey(x) {
    return Uint8Array.from(x, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  }

  /**
   * @param {Uint8Array} pixels
   * @returns {Float64Array} Numbers from 0 to 1.
   */
  function toUnit(pixels) {
    return Float64Array.from(pixels, (grey) => grey / 255);
  }

  return { answerTo, judge, toGrey, toUnit };
})());

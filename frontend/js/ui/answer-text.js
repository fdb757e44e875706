/**
 * An answer in words: how sure it is, what else it could be, and who gave it. Pure functions.
 */
MNIST.add('ui', (() => {
  /**
   * @param {number} share 0 to 1.
   * @returns {string} With one decimal, and never 0% or 100%: softmax gives neither, only rounding.
   */
  function formatPercent(share) {
    if (share < 0.001) return '<0.1%';
    if (share > 0.999) return '>99.9%';
    return `${(100 * share).toFixed(1)}%`;
  }

  /**
   * @param {number} share 0 to 1.
   * @returns {string} In whole numbers, where there is little room; never 0% or 100% either.
   */
  function roundPercent(share) {
    if (share < 0.005) return '<1%';
    if (share > 0.995) return '>99%';
    return `${Math.round(100 * share)}%`;
  }

  /**
   * @param {Prediction} prediction
   * @returns {boolean} Whether it is not accepted only because it could be either of two digits.
   */
  function isAmbiguous({ isAccepted, reason }) {
    return !isAccepted && reason.startsWith('This could be ');
  }

  /**
   * @param {Prediction} prediction
   * @returns {string} The digit, or ? for what is none.
   */
  function shortAnswer(prediction) {
    return prediction.isAccepted || isAmbiguous(prediction) ? String(prediction.digit) : '?';
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one.
   * @returns {number} 0 to 1: how likely all of them are right.
   */
  function jointConfidence(predictions) {
    return predictions.reduce((product, { confidence }) => product * confidence, 1);
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} A few words: how sure, or what is the matter.
   */
  function headline(predictions) {
    const refused = predictions.filter(({ isAccepted }) => !isAccepted);
    if (refused.length === 0) return `${formatPercent(jointConfidence(predictions))} confident`;
    if (refused.every(isAmbiguous)) return 'Not sure';
    return predictions.length === 1 ? 'Not a digit?' : 'Not all digits?';
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} The answer, to be read aloud.
   */
  function describeAloud(predictions) {
    const [{ digit, isAccepted }] = predictions;
    const title = headline(predictions);
    const rest = `${title}${title.endsWith('?') ? '' : '.'} ${describeReading(predictions)}`;
    if (predictions.length > 1) return `It reads ${predictions.map(shortAnswer).join(' ')}, ${rest}`;
    return isAccepted ? `It is ${article(digit)} ${digit}, ${rest}` : rest;
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} A sentence or two on how far to trust it.
   */
  function describeReading(predictions) {
    if (predictions.length === 1) return describeCertainty(predictions[0]);
    const confidences = predictions.map(({ confidence }) => confidence);
    const least = confidences.indexOf(Math.min(...confidences));
    const count = `${predictions.length} digits.`;
    const refused = predictions.findIndex(({ isAccepted }) => !isAccepted);
    if (refused >= 0) return `The ${ordinal(refused + 1)}: ${describeCertainty(predictions[refused])}`;
    if (confidences[least] >= 0.98) return `${count} Almost certain of each.`;
    const { digit, probabilities } = predictions[least];
    const second = secondDigit(predictions[least]);
    return (
      `${count} Least sure of the ${ordinal(least + 1)}: ` +
      `${digit} (${formatPercent(probabilities[digit])}), or else ${article(second)} ${second}.`
    );
  }

  /**
   * @param {FoundWay} way
   * @returns {string} What was done to find the ink of an image; empty if it was plain to see.
   */
  function describeWay({ background, rotation, rulings }) {
    return [
      background === 'local' && 'The light is uneven: each place was compared with the paper around it.',
      rulings && 'Ruled lines were taken out.',
      rotation !== 0 && `The image was turned to the ${rotation === 90 ? 'right' : 'left'}.`,
    ].filter(Boolean).join(' ');
  }

  /**
   * @param {number} place From 1.
   * @returns {string}
   */
  function ordinal(place) {
    const names = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];
    return names[place - 1] ?? `${place}th`;
  }

  /**
   * @param {number} digit
   * @returns {string}
   */
  function article(digit) {
    return digit === 8 ? 'an' : 'a';
  }

  /**
   * @param {Prediction} prediction
   * @returns {number} The digit that is likeliest after the answer.
   */
  function secondDigit({ digit, probabilities }) {
    const others = probabilities.map((share, other) => (other === digit ? -1 : share));
    return others.indexOf(Math.max(...others));
  }

  /**
   * @param {Prediction} prediction
   * @returns {string} A sentence or two on how far to trust it.
   */
  function describeCertainty(prediction) {
    const { confidence, isAccepted, reason } = prediction;
    const second = secondDigit(prediction);
    const other = `${article(second)} ${second}`;
    if (!isAccepted) return isAmbiguous(prediction) ? `${reason} Try drawing it again.` : reason;
    if (confidence >= 0.98) return 'Almost certain.';
    if (confidence >= 0.8) return `Fairly sure. If not, then ${other}.`;
    if (confidence >= 0.5) return `Not sure: it could also be ${other}.`;
    return `A guess, with ${other} close behind. Try drawing it again.`;
  }

  /** @type {Record<AnswerSource, string>} */
  const SOURCE_NAMES = { page: 'this page', api: 'the API', own: 'your own copy' };

  /**
   * @param {AnswerSource} source
   * @param {number} milliseconds
   * @returns {string} Who answered, and how long that took.
   */
  function describeSource(source, milliseconds) {
    const exact = milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);
    return `Read by ${SOURCE_NAMES[source]} in ${milliseconds < 0.1 ? '<0.1' : exact} ms`;
  }

  return { formatPercent, roundPercent, shortAnswer, headline, describeAloud, describeReading, describeCertainty, describeSource, describeWay };
})());

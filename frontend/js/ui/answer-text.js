/**
 * An answer in words: how sure it is, what else it could be, and who gave it. Pure functions.
 */
MNIST.add('ui', (() => {
  const { number, percent, text } = MNIST.words;

  /**
   * @param {number} share 0 to 1.
   * @returns {string} With one decimal, and never 0% or 100%: softmax gives neither, only rounding.
   */
  function formatPercent(share) {
    if (share < 0.001) return `<${percent(0.001, 1)}`;
    if (share > 0.999) return `>${percent(0.999, 1)}`;
    return percent(share, 1);
  }

  /**
   * @param {number} share 0 to 1.
   * @returns {string} In whole numbers, where there is little room; never 0% or 100% either.
   */
  function roundPercent(share) {
    if (share < 0.005) return `<${percent(0.01)}`;
    if (share > 0.995) return `>${percent(0.99)}`;
    return percent(share);
  }

  /**
   * @param {Prediction} prediction
   * @returns {boolean} Whether it is not accepted only because it could be either of two digits.
   */
  function isAmbiguous({ isAccepted, doubt }) {
    return !isAccepted && doubt?.kind === 'ambiguous';
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
   * @returns {'sure' | 'unsure' | 'not-a-digit' | 'not-all-digits' | 'no-digits'}
   */
  function verdictOn(predictions) {
    const refused = predictions.filter(({ isAccepted }) => !isAccepted);
    if (refused.length === 0) return 'sure';
    if (refused.every(isAmbiguous)) return 'unsure';
    if (predictions.length === 1) return 'not-a-digit';
    const isNone = refused.length === predictions.length && !refused.some(isAmbiguous);
    return isNone ? 'no-digits' : 'not-all-digits';
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} A few words: how sure, or what is the matter.
   */
  function headline(predictions) {
    return text(`common.title-${verdictOn(predictions)}`, { share: formatPercent(jointConfidence(predictions)) });
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} The answer, to be read aloud.
   */
  function describeAloud(predictions) {
    const count = predictions.length === 1 ? 'one' : 'several';
    const answer = text(`common.aloud-${count}-${verdictOn(predictions)}`, {
      count: predictions[0].digit,
      answers: predictions.map(shortAnswer).join(' '),
      share: formatPercent(jointConfidence(predictions)),
    });
    return joined(answer, describeReading(predictions));
  }

  /**
   * @param {ReadonlyArray<Prediction>} predictions At least one, left to right.
   * @returns {string} A sentence or two on how far to trust it.
   */
  function describeReading(predictions) {
    if (predictions.length === 1) return describeCertainty(predictions[0]);
    if (verdictOn(predictions) === 'no-digits') return text('common.none-of', { count: predictions.length });
    const confidences = predictions.map(({ confidence }) => confidence);
    const least = confidences.indexOf(Math.min(...confidences));
    const refused = predictions.findIndex(({ isAccepted }) => !isAccepted);
    if (refused >= 0) {
      return text('common.refused-place', { count: refused + 1, doubt: describeCertainty(predictions[refused]) });
    }
    const found = text('common.digits-found', { count: predictions.length });
    if (confidences[least] >= 0.98) return joined(found, text('common.certain-of-each'));
    const { digit, probabilities } = predictions[least];
    const share = formatPercent(probabilities[digit]);
    const other = withArticle(secondDigit(predictions[least]));
    return joined(found, text('common.least-sure', { count: least + 1, digit, share, other }));
  }

  /**
   * @param {FoundWay} way
   * @returns {string} What was done to find the ink of an image, and whether a digit is cut; empty if
   *   it was plain to see.
   */
  function describeWay({ background, rotation, rulings, isCut }) {
    const sentences = [];
    if (background === 'local') sentences.push(text('common.way-local'));
    if (rulings) sentences.push(text('common.way-rulings'));
    if (rotation !== 0) sentences.push(text(rotation === 90 ? 'common.way-right' : 'common.way-left'));
    if (isCut) sentences.push(text('common.way-cut'));
    return joined(...sentences);
  }

  /**
   * @param {...string} sentences
   * @returns {string} One after another.
   */
  function joined(...sentences) {
    return sentences.filter((sentence) => sentence !== '').join(text('common.between-sentences'));
  }

  /**
   * @param {number} digit
   * @returns {string} Such as "an 8".
   */
  function withArticle(digit) {
    return text('common.a-digit', { count: digit });
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
   * @param {Doubt} doubt
   * @returns {string} A sentence on why an image is not accepted.
   */
  function describeDoubt(doubt) {
    if (doubt.kind === 'other') return doubt.reason;
    if (doubt.kind !== 'ambiguous') return text(`common.doubt-${doubt.kind}`);
    const [one, other] = doubt.digits.map(withArticle);
    return text('common.doubt-ambiguous', { one, other });
  }

  /**
   * @param {Prediction} prediction
   * @returns {string} A sentence or two on how far to trust it.
   */
  function describeCertainty(prediction) {
    const { confidence, isAccepted, doubt } = prediction;
    if (!isAccepted) {
      const sentence = doubt === null ? '' : describeDoubt(doubt);
      return isAmbiguous(prediction) ? joined(sentence, text('common.try-again')) : sentence;
    }
    if (confidence >= 0.98) return text('common.almost-certain');
    const other = withArticle(secondDigit(prediction));
    if (confidence >= 0.8) return text('common.fairly-sure', { other });
    if (confidence >= 0.5) return text('common.could-also-be', { other });
    return joined(text('common.guess', { other }), text('common.try-again'));
  }

  /**
   * @param {AnswerSource} source
   * @param {number} milliseconds
   * @returns {string} Who answered, and how long that took.
   */
  function describeSource(source, milliseconds) {
    const time = milliseconds < 0.1 ? `<${number(0.1)}` : number(milliseconds, milliseconds < 10 ? 1 : 0);
    return text(`common.read-by-${source}`, { time });
  }

  return {
    formatPercent, roundPercent, shortAnswer, headline, joined, withArticle,
    describeAloud, describeReading, describeCertainty, describeDoubt, describeSource, describeWay,
  };
})());

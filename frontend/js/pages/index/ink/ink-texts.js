/**
 * What "How the ink was found" says. Pure functions: nothing here touches the page.
 */
MNIST.add('index', (() => {
  const { text } = MNIST.words;
  const { roundPercent } = MNIST.ui;

  /**
   * @param {Prediction | null} prediction
   * @param {number} place From 1.
   * @param {number} all
   * @returns {string} What a box holds, such as "Digit 2 of 5: 7, 93% sure".
   */
  function nameOfBox(prediction, place, all) {
    if (prediction === null) return text('ink.box', { place, all });
    const { digit, confidence, isAccepted, doubt } = prediction;
    const kind = isAccepted ? 'sure' : doubt?.kind === 'ambiguous' ? 'unsure' : 'refused';
    return text(`ink.box-${kind}`, { place, all, digit, share: roundPercent(confidence) });
  }

  /**
   * @param {Finding} finding
   * @param {InkTone} tone
   * @param {boolean} hasDim Whether ink was found that belongs to none of the digits.
   * @param {boolean} isUpright Whether somebody has turned the photo.
   * @returns {string[]} What was done to find the ink, one sentence a step.
   */
  function stepsOf({ background, rulings, rotation, isCut, digits, image }, tone, hasDim, isUpright) {
    if (image === null) return [text('ink.blank')];
    const steps = [text(`ink.tone-${tone}`), text(`ink.background-${background}`)];
    if (rulings) steps.push(text('common.way-rulings'));
    if (rotation !== 0) steps.push(text(rotation === 90 ? 'common.way-right' : 'common.way-left'));
    if (isUpright) steps.push(text('ink.upright'));
    steps.push(text('ink.found', { count: digits.length }));
    if (isCut) steps.push(text('common.way-cut'));
    if (hasDim) steps.push(text('ink.dim'));
    return steps;
  }

  return { nameOfBox, stepsOf };
})());

/**
 * What can be set about a training, and within which limits. Pure functions.
 */
MNIST.add('learn', (() => {
  const { number, text: say } = MNIST.words;
  /** @type {WatchSettings} */
  const WATCH_START = Object.freeze({
    hidden: Object.freeze([128, 64]),
    initialisation: 'he',
    seed: 1,
    optimizer: 'sgd',
    learningRate: 0.1,
    batchSize: 32,
    weightDecay: 0,
    dropout: 0,
    distortions: false,
    spoiledLabels: 0,
    examples: 5000,
  });

  const WATCH_CHOICES = Object.freeze({
    batchSize: [1, 8, 32, 128, 512],
    examples: [1, 10, 100, 300, 1000, 2000, 5000],
    weightDecay: [0, 0.0001, 0.001, 0.01, 0.1],
    learningRate: { min: 1e-5, max: 10 },
    hidden: { min: 1, max: 256, layers: 3 },
  });

  /**
   * @param {string} text Such as "128, 64".
   * @returns {number[] | string} The sizes; else what is wrong with the text.
   */
  function readHidden(text) {
    const { min, max, layers } = WATCH_CHOICES.hidden;
    const parts = text.trim().split(/[\s,;x×-]+/).filter((part) => part !== '');
    if (parts.length === 0 || parts.length > layers) return say('watch.hidden-count', { layers });
    const sizes = parts.map(Number);
    const areGood = sizes.every((size) => Number.isInteger(size) && size >= min && size <= max);
    return areGood ? sizes : say('watch.hidden-size', { min, max });
  }

  /**
   * @param {number} rate
   * @returns {string} With two significant figures, and no exponent.
   */
  function rateText(rate) {
    return number(rate, { maximumFractionDigits: Math.max(0, 1 - Math.floor(Math.log10(rate) + 1e-9)) });
  }

  /**
   * @param {Partial<WatchSettings>} change
   * @returns {boolean} Whether it concerns how the network begins.
   */
  function needsNewNetwork(change) {
    return 'hidden' in change || 'initialisation' in change || 'seed' in change;
  }

  return { WATCH_START, WATCH_CHOICES, readHidden, rateText, needsNewNetwork };
})());

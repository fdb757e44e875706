/**
 * Recipes that work and recipes that go wrong, each with its reason.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { WATCH_START } = MNIST.learn;

  /** @type {readonly WatchPreset[]} */
  const WATCH_PRESETS = Object.freeze([
    {
      id: 'plain',
      name: text('watch.preset-plain'),
      isGood: true,
      reason: text('watch.reason-plain'),
      settings: {},
    },
    {
      id: 'momentum',
      name: text('watch.preset-momentum'),
      isGood: true,
      reason: text('watch.reason-momentum'),
      settings: { optimizer: 'momentum', learningRate: 0.02 },
    },
    {
      id: 'adam',
      name: text('watch.preset-adam'),
      isGood: true,
      reason: text('watch.reason-adam'),
      settings: { optimizer: 'adam', learningRate: 0.001 },
    },
    {
      id: 'distorted',
      name: text('watch.preset-distorted'),
      isGood: true,
      reason: text('watch.reason-distorted'),
      settings: { optimizer: 'adam', learningRate: 0.001, distortions: true },
    },
    {
      id: 'rate-high',
      name: text('watch.preset-rate-high'),
      isGood: false,
      reason: text('watch.reason-rate-high'),
      settings: { learningRate: 10 },
    },
    {
      id: 'rate-low',
      name: text('watch.preset-rate-low'),
      isGood: false,
      reason: text('watch.reason-rate-low'),
      settings: { learningRate: 0.0001 },
    },
    {
      id: 'zeros',
      name: text('watch.preset-zeros'),
      isGood: false,
      reason: text('watch.reason-zeros'),
      settings: { initialisation: 'zeros' },
    },
    {
      id: 'huge',
      name: text('watch.preset-huge'),
      isGood: false,
      reason: text('watch.reason-huge'),
      settings: { initialisation: 'huge' },
    },
    {
      id: 'by-heart',
      name: text('watch.preset-by-heart'),
      isGood: false,
      reason: text('watch.reason-by-heart'),
      settings: { examples: 100, batchSize: 8 },
    },
    {
      id: 'labels',
      name: text('watch.preset-labels'),
      isGood: false,
      reason: text('watch.reason-labels'),
      settings: { spoiledLabels: 1 },
    },
  ]);

  /**
   * @param {WatchPreset} preset
   * @param {number} seed
   * @returns {WatchSettings}
   */
  function settingsOf({ settings }, seed) {
    return { ...WATCH_START, seed, ...settings };
  }

  return { WATCH_PRESETS, settingsOf };
})());

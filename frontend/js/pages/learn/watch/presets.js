/**
 * Recipes that work and recipes that go wrong, each with its reason.
 */
MNIST.add('learn', (() => {
  const { WATCH_START } = MNIST.learn;

  /** @type {readonly WatchPreset[]} */
  const WATCH_PRESETS = Object.freeze([
    {
      id: 'plain',
      name: 'Plain gradient descent',
      isGood: true,
      reason: 'Each step moves every weight against its gradient, times the learning rate. Nothing else is needed: '
        + 'He’s start keeps the signals of all layers about equally strong, and 0.1 is neither too long a step nor too short.',
      settings: {},
    },
    {
      id: 'momentum',
      name: 'Momentum: keep rolling',
      isGood: true,
      reason: 'A step also keeps nine tenths of the step before. Where gradients agree, it speeds up; where they '
        + 'zigzag, they cancel. The first epoch goes much further than without.',
      settings: { optimizer: 'momentum', learningRate: 0.02 },
    },
    {
      id: 'adam',
      name: 'Adam: a step size for each weight',
      isGood: true,
      reason: 'Adam divides each weight’s step by how large its gradients usually are. Weights of pixels that seldom '
        + 'have ink move too. So a small learning rate is enough, and it works for most networks.',
      settings: { optimizer: 'adam', learningRate: 0.001 },
    },
    {
      id: 'distorted',
      name: 'A new distortion in each epoch',
      isGood: true,
      reason: 'Every digit is turned, scaled and moved a little, each time in another way. The network cannot learn '
        + 'them by heart. Training accuracy grows more slowly, test accuracy ends higher.',
      settings: { optimizer: 'adam', learningRate: 0.001, distortions: true },
    },
    {
      id: 'rate-high',
      name: 'Learning rate 10',
      isGood: false,
      reason: 'Each step jumps far beyond the valley that the gradient points into. The loss grows instead of falling, '
        + 'until neurons die or a number is no longer finite.',
      settings: { learningRate: 10 },
    },
    {
      id: 'rate-low',
      name: 'Learning rate 0.0001',
      isGood: false,
      reason: 'The direction is right, but each step is a thousand times too short. After an epoch hardly anything '
        + 'has changed.',
      settings: { learningRate: 0.0001 },
    },
    {
      id: 'zeros',
      name: 'Start with all weights zero',
      isGood: false,
      reason: 'Every hidden neuron computes 0, so each weight’s gradient is 0 as well. Only the ten output biases '
        + 'learn: how frequent each digit is. Random numbers at the start are what makes neurons differ.',
      settings: { initialisation: 'zeros' },
    },
    {
      id: 'huge',
      name: 'Start with huge weights',
      isGood: false,
      reason: 'The first answers are wrong with full certainty, so the first gradients are enormous. The steps that '
        + 'follow switch neurons off for good.',
      settings: { initialisation: 'huge' },
    },
    {
      id: 'by-heart',
      name: 'A hundred examples',
      isGood: false,
      reason: 'The network has a thousand weights for each example, so it learns them by heart: training accuracy '
        + 'reaches 100%, test accuracy stays far below. That gap is called overfitting.',
      settings: { examples: 100, batchSize: 8 },
    },
    {
      id: 'labels',
      name: 'All labels wrong',
      isGood: false,
      reason: 'Every training digit has a wrong label. A network learns what it is shown, so on test digits it does '
        + 'no better than guessing, or worse: it has learned which digit an image is not.',
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

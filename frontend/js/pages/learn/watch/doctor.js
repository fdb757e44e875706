/**
 * Names what goes wrong with a training, why, and what helps. Pure functions.
 */
MNIST.add('learn', (() => {
  const { WATCH_CHOICES, deadShares, rateText } = MNIST.learn;
  const { countParameters } = MNIST.nn;
  /** The loss of a network that gives each digit a tenth. */
  const GUESSING = Math.log(10);
  /** Before so many steps there is little to say. */
  const FIRST_STEPS = 20;
  /** With fewer examples than this there are digits that it has never seen. */
  const FEW = 50;
  /** The mean of so many of the latest points: a batch alone may be lucky. */
  const WINDOW = 8;
  /** How many digits of the training set a gap may be, as a share, and from where training is by heart. */
  const [GAP, BY_HEART] = [0.07, 0.97];

  /**
   * Each looks at a case and returns what it found; the first ones explain the later ones.
   *
   * @type {((patient: Readonly<WatchCase>, now: {loss: number, accuracy: number, step: number}) => WatchFinding | null)[]}
   */
  const CHECKS = [zeroStart, hugeStart, brokenNumbers, wrongLabels, rateTooHigh, deadNeurons, rateTooLow, oneClass, gap];

  /**
   * @param {WatchCase} patient
   * @returns {WatchFinding[]} What it found, the cause before its consequences.
   */
  function examine(patient) {
    const latest = patient.points.filter(({ loss }) => loss !== null).slice(-WINDOW);
    const last = latest.at(-1);
    if (last === undefined) return [];
    /** @param {'loss' | 'accuracy'} name */
    const mean = (name) => latest.reduce((sum, point) => sum + (point[name] ?? 0), 0) / latest.length;
    const now = { loss: mean('loss'), accuracy: mean('accuracy'), step: last.step };
    return CHECKS.map((check) => check(patient, now)).filter((finding) => finding !== null);
  }

  /** @param {Readonly<WatchCase>} patient @returns {WatchFinding | null} */
  function zeroStart({ settings }) {
    if (settings.initialisation !== 'zeros') return null;
    return {
      id: 'zeros',
      title: 'All weights began at zero.',
      reason: 'Every hidden neuron computes 0 for every digit, so the gradient of each weight is 0 too. Only the ten '
        + 'output biases move. Neurons become different only if they begin different.',
      fix: { text: 'Start with He’s random numbers', change: { initialisation: 'he' }, restart: true },
    };
  }

  /** @param {Readonly<WatchCase>} patient @returns {WatchFinding | null} */
  function brokenNumbers({ settings, stopped }) {
    if (stopped !== 'broken') return null;
    return {
      id: 'broken',
      title: 'The learning rate is too high: the numbers grew beyond all bounds.',
      reason: `With a learning rate of ${rateText(settings.learningRate)} each step was too long and the next gradient even `
        + 'larger, until the sums were hardly numbers any more. From there on nothing can be learned.',
      fix: slower(settings),
    };
  }

  /** @param {Readonly<WatchCase>} patient @returns {WatchFinding | null} */
  function hugeStart({ settings, points }) {
    if (settings.initialisation !== 'huge') return null;
    const worst = Math.max(...points.slice(0, WINDOW).map(({ loss }) => loss ?? 0));
    if (worst < 2 * GUESSING) return null;
    return {
      id: 'huge',
      title: 'The weights began far too large.',
      reason: `Its first answers were certain and wrong: the loss was ${worst.toFixed(1)}, and guessing has `
        + `${GUESSING.toFixed(1)}. Such errors make enormous gradients, which switch neurons off.`,
      fix: { text: 'Start with He’s random numbers', change: { initialisation: 'he' }, restart: true },
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{step: number}} now @returns {WatchFinding | null} */
  function wrongLabels({ settings }, { step }) {
    if (settings.spoiledLabels < 0.3 || step < FIRST_STEPS) return null;
    return {
      id: 'labels',
      title: 'Many labels are wrong.',
      reason: `${Math.round(100 * settings.spoiledLabels)}% of the training digits say that they are another digit. `
        + 'The network believes them: what it learns about those is wrong on every test digit.',
      fix: { text: 'Correct the labels', change: { spoiledLabels: 0 }, restart: true },
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{loss: number, step: number}} now @returns {WatchFinding | null} */
  function rateTooHigh({ settings, points }, { loss, step }) {
    if (step < FIRST_STEPS || settings.initialisation === 'huge' || settings.initialisation === 'zeros') return null;
    const best = Math.min(...points.map((point) => point.loss ?? Infinity));
    // Guessing would be better than that, or it was far better before.
    const isWorse = loss > 1.15 * GUESSING || (best < 0.5 * GUESSING && loss > 0.98 * GUESSING);
    const isStuck = settings.learningRate >= 1 && loss > 0.95 * GUESSING;
    if (!isWorse && !isStuck) return null;
    return {
      id: 'rate-high',
      title: 'The learning rate is too high.',
      reason: `The loss is ${loss.toFixed(2)}; a network that only guesses has ${GUESSING.toFixed(2)}. A gradient holds only `
        + 'close to where it was computed, and these steps go far beyond.',
      fix: slower(settings),
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{step: number}} now @returns {WatchFinding | null} */
  function deadNeurons({ settings, surveyed }, { step }) {
    if (surveyed === null || step < FIRST_STEPS || settings.initialisation === 'zeros') return null;
    const layers = deadShares(surveyed);
    const worst = layers.reduce((one, other) => (other.dead / other.of > one.dead / one.of ? other : one));
    if (worst.dead / worst.of < 0.25) return null;
    const layer = layers.indexOf(worst) + 1;
    return {
      id: 'dead',
      title: `${worst.dead} of the ${worst.of} neurons of layer ${layer} are dead.`,
      reason: 'Their sums are below 0 for every digit, so ReLU makes 0 of them. A neuron that is off gets no gradient and '
        + 'cannot come back. A step that was too long put them there.',
      fix: slower(settings),
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{loss: number, accuracy: number}} now @returns {WatchFinding | null} */
  function rateTooLow({ settings, points }, { loss, accuracy }) {
    if (settings.initialisation === 'zeros' || settings.spoiledLabels >= 0.3) return null;
    const last = points[points.length - 1];
    if (last.epoch < 1 || last.step < 3 * FIRST_STEPS || accuracy > 0.6) return null;
    const isSlow = loss > 0.8 * GUESSING && loss < 1.15 * GUESSING;
    if (!isSlow || settings.learningRate > 0.05) return null;
    const learningRate = Math.min(settings.learningRate * 10, WATCH_CHOICES.learningRate.max);
    return {
      id: 'rate-low',
      title: 'The learning rate is too low.',
      reason: `After ${last.step.toLocaleString('en')} steps the loss is still ${loss.toFixed(2)}. The direction is right, but each `
        + 'step is so short that the valley stays out of reach.',
      fix: { text: `Go on with a learning rate of ${rateText(learningRate)}`, change: { learningRate }, restart: false },
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{step: number}} now @returns {WatchFinding | null} */
  function oneClass({ settings, surveyed }, { step }) {
    if (surveyed === null || step < 2 * FIRST_STEPS) return null;
    const most = Math.max(...surveyed.answers);
    if (most < 0.9 * surveyed.digits) return null;
    const digit = surveyed.answers.indexOf(most);
    return {
      id: 'one-class',
      title: `It answers ${digit} to almost everything.`,
      reason: `${most} of ${surveyed.digits} test digits are read as ${digit}. ${settings.examples < FEW
        ? `It has seen ${settings.examples === 1 ? 'one digit' : `${settings.examples} digits`}, and knows no other answer.`
        : 'The scores hardly depend on the image any more: what is left is the output bias of a frequent digit.'}`,
      fix: settings.examples < FEW
        ? { text: 'Train on 1,000 examples', change: { examples: 1000 }, restart: true }
        : slower(settings),
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{accuracy: number}} now @returns {WatchFinding | null} */
  function gap({ settings, points }, { accuracy }) {
    const test = points.at(-1)?.test ?? null;
    if (test === null || accuracy < BY_HEART || accuracy - test < GAP) return null;
    return {
      id: 'gap',
      title: settings.examples === 1
        ? 'It knows its only digit by heart.' : `It knows its ${settings.examples.toLocaleString('en')} digits by heart.`,
      reason: `It reads ${(100 * accuracy).toFixed(1)}% of the digits that it trained on and ${(100 * test).toFixed(1)}% of others. `
        + `With ${countParameters([784, ...settings.hidden, 10]).toLocaleString('en')} numbers it can learn each of them instead of what they share.`,
      fix: settings.examples < 5000
        ? { text: 'Go on with 5,000 examples', change: { examples: 5000, batchSize: 32 }, restart: false }
        : { text: 'Go on with distortions', change: { distortions: true }, restart: false },
    };
  }

  /** @param {WatchSettings} settings @returns {WatchFix | null} */
  function slower(settings) {
    const learningRate = settings.learningRate / 10;
    if (learningRate < WATCH_CHOICES.learningRate.min) return null;
    // A rate that is far too high is not cured by one tenth of it.
    const good = { sgd: 0.1, momentum: 0.02, adam: 0.001 }[settings.optimizer];
    const next = Math.min(learningRate, good);
    return { text: `Start again with a learning rate of ${rateText(next)}`, change: { learningRate: next }, restart: true };
  }

  return { examine };
})());

/**
 * Names what goes wrong with a training, why, and what helps. Pure functions.
 */
MNIST.add('learn', (() => {
  const { number, percent, text } = MNIST.words;
  const { WATCH_CHOICES, deadShares, rateText } = MNIST.learn;
  const { countParameters } = MNIST.nn;
  /** The loss of a network that gives each digit a tenth. */
  const GUESSING = Math.log(10);
  /** From where on dropout and weight decay take more than they give. */
  const [MUCH_DROPOUT, MUCH_DECAY] = [0.6, 0.1];
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
  const CHECKS = [
    zeroStart, hugeStart, brokenNumbers, wrongLabels, muchDropout, muchDecay, rateTooHigh, deadNeurons,
    rateTooLow, oneClass, gap,
  ];

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
      title: text('watch.found-zeros'),
      reason: text('watch.why-zeros'),
      fix: { text: text('watch.fix-he'), change: { initialisation: 'he' }, restart: true },
    };
  }

  /** @param {Readonly<WatchCase>} patient @returns {WatchFinding | null} */
  function brokenNumbers({ settings, stopped }) {
    if (stopped !== 'broken') return null;
    return {
      id: 'broken',
      title: text('watch.found-broken'),
      reason: text('watch.why-broken', { rate: rateText(settings.learningRate) }),
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
      title: text('watch.found-huge'),
      reason: text('watch.why-huge', { loss: number(worst, 1), guessing: number(GUESSING, 1) }),
      fix: { text: text('watch.fix-he'), change: { initialisation: 'he' }, restart: true },
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{step: number}} now @returns {WatchFinding | null} */
  function wrongLabels({ settings }, { step }) {
    if (settings.spoiledLabels < 0.3 || step < FIRST_STEPS) return null;
    return {
      id: 'labels',
      title: text('watch.found-labels'),
      reason: text('watch.why-labels', { share: percent(settings.spoiledLabels) }),
      fix: { text: text('watch.fix-labels'), change: { spoiledLabels: 0 }, restart: true },
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
      title: text('watch.found-rate-high'),
      reason: text('watch.why-rate-high', { loss: number(loss, 2), guessing: number(GUESSING, 2) }),
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
      title: text('watch.found-dead', { count: worst.dead, all: worst.of, layer }),
      reason: text('watch.why-dead'),
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
      title: text('watch.found-rate-low'),
      reason: text('watch.why-rate-low', { steps: last.step, loss: number(loss, 2) }),
      fix: { text: text('watch.fix-faster', { rate: rateText(learningRate) }), change: { learningRate }, restart: false },
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{step: number}} now @returns {WatchFinding | null} */
  function oneClass({ settings, surveyed }, { step }) {
    if (surveyed === null || step < 2 * FIRST_STEPS) return null;
    const most = Math.max(...surveyed.answers);
    if (most < 0.9 * surveyed.digits) return null;
    const digit = surveyed.answers.indexOf(most);
    const read = { most, all: surveyed.digits, digit };
    return {
      id: 'one-class',
      title: text('watch.found-one-class', { digit }),
      reason: settings.examples < FEW
        ? text('watch.why-few', { ...read, count: settings.examples }) : text('watch.why-one-class', read),
      fix: settings.examples < FEW
        ? { text: text('watch.fix-thousand'), change: { examples: 1000 }, restart: true }
        : slower(settings),
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{accuracy: number}} now @returns {WatchFinding | null} */
  function gap({ settings, points }, { accuracy }) {
    const test = points.at(-1)?.test ?? null;
    if (test === null || accuracy < BY_HEART || accuracy - test < GAP) return null;
    return {
      id: 'gap',
      title: text('watch.found-gap', { count: settings.examples }),
      reason: text('watch.why-gap', {
        own: percent(accuracy, 1), others: percent(test, 1), parameters: countParameters([784, ...settings.hidden, 10]),
      }),
      fix: settings.examples < 5000
        ? { text: text('watch.fix-more'), change: { examples: 5000, batchSize: 32 }, restart: false }
        : { text: text('watch.fix-distort'), change: { distortions: true }, restart: false },
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{step: number}} now @returns {WatchFinding | null} */
  function muchDropout({ settings, points }, { step }) {
    if (settings.dropout < MUCH_DROPOUT || step < 2 * FIRST_STEPS || readsWell(points)) return null;
    return {
      id: 'dropout',
      title: text('watch.found-dropout'),
      reason: text('watch.why-dropout', { share: percent(settings.dropout) }),
      fix: { text: text('watch.fix-dropout', { share: percent(0.2) }), change: { dropout: 0.2 }, restart: true },
    };
  }

  /** @param {Readonly<WatchCase>} patient @param {{step: number}} now @returns {WatchFinding | null} */
  function muchDecay({ settings, points }, { step }) {
    if (settings.weightDecay < MUCH_DECAY || step < 2 * FIRST_STEPS || readsWell(points)) return null;
    const decay = number(settings.weightDecay, { maximumSignificantDigits: 2 });
    return {
      id: 'decay',
      title: text('watch.found-decay'),
      reason: text('watch.why-decay', { decay }),
      fix: { text: text('watch.fix-decay'), change: { weightDecay: 0 }, restart: false },
    };
  }

  /**
   * @param {ReadonlyArray<WatchPoint>} points
   * @returns {boolean} Whether it reads as many test digits as a healthy network, as last measured.
   */
  function readsWell(points) {
    return (points.at(-1)?.test ?? 0) > 0.9;
  }

  /** @param {WatchSettings} settings @returns {WatchFix | null} */
  function slower(settings) {
    const learningRate = settings.learningRate / 10;
    if (learningRate < WATCH_CHOICES.learningRate.min) return null;
    // A rate that is far too high is not cured by one tenth of it.
    const good = { sgd: 0.1, momentum: 0.02, adam: 0.001 }[settings.optimizer];
    const next = Math.min(learningRate, good);
    return { text: text('watch.fix-slower', { rate: rateText(next) }), change: { learningRate: next }, restart: true };
  }

  return { examine };
})());

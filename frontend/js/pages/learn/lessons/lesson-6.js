/**
 * Lesson 6: watch it learn.
 */
MNIST.add('learn', (() => {
  const { percent, text } = MNIST.words;
  const { LESSON_FACTS } = MNIST.data;
  const EPOCHS = 5;
  /** Nobody would call less a network that reads. */
  const [READS, GUESSES] = [0.5, 0.2];

  /**
   * @param {string} name
   * @param {LessonValues} [values]
   */
  const say = (name, values) => text(`lesson6.${name}`, values);

  /** @param {MNIST.learn.LessonWorld} world */
  function epochOf({ run }) {
    return run?.history.last?.epoch ?? 0;
  }

  /** @param {MNIST.learn.LessonWorld} world Whether a network with the usual settings has not learned yet. */
  function isFresh({ run }) {
    if (run === null || (run.history.last?.step ?? 0) > 0) return false;
    const { settings } = run;
    return settings.learningRate === 0.1 && settings.optimizer === 'sgd' && settings.initialisation === 'he'
      && settings.examples === 5000 && settings.batchSize === 32 && settings.spoiledLabels === 0;
  }

  /** @param {MNIST.learn.LessonWorld} world Whether it rests and has been measured there. */
  function isMeasured({ run }) {
    return run !== null && !run.isRunning && run.history.last !== null && run.history.tests.at(-1)?.step === run.history.last.step;
  }

  /** @param {MNIST.learn.LessonWorld} world The share of test digits that is read right. */
  function testAccuracy({ run }) {
    return run?.history.tests.at(-1)?.accuracy ?? null;
  }

  /**
   * @param {MNIST.learn.LessonWorld} world
   * @param {number} epoch
   * @returns {number | null} The share of test digits that was read right closest to that epoch.
   */
  function testAccuracyAt({ run }, epoch) {
    const tests = [...(run?.history.tests ?? [])].sort((one, other) => Math.abs(one.epoch - epoch) - Math.abs(other.epoch - epoch));
    return tests[0]?.accuracy ?? null;
  }

  /**
   * @param {MNIST.learn.LessonWorld} world
   * @param {number} epoch
   */
  function isTestedAt({ run }, epoch) {
    return (run?.history.tests ?? []).some((test) => test.epoch >= epoch - 0.01);
  }

  /** @param {MNIST.learn.LessonWorld} world How often the answer for the drawing changed. */
  function changesOfMind({ run }) {
    const answers = (run?.history.points ?? []).filter(({ epoch, probe }) => probe !== null && epoch <= EPOCHS)
      .map(({ probe }) => {
        const shares = Array.from(/** @type {ArrayLike<number>} */ (probe));
        return shares.indexOf(Math.max(...shares));
      });
    return answers.filter((answer, n) => n > 0 && answer !== answers[n - 1]).length;
  }

  /**
   * @param {string} preset A recipe of the stage.
   * @param {number} epochs
   * @param {(world: MNIST.learn.LessonWorld) => boolean} isRecipe
   * @returns {Pick<Required<LessonStep>, 'ready' | 'act'>} A new network, trained in that way.
   */
  const train = (preset, epochs, isRecipe) => ({
    ready: (world) => isRecipe(world) && (world.run?.stopped === 'broken' || (isMeasured(world) && epochOf(world) >= epochs)),
    act: (world) => {
      if (!isRecipe(world) || epochOf(world) >= epochs) world.choose('#watch-preset', preset);
      world.run?.advance({ epochs });
    },
  });

  /**
   * @param {string} preset
   * @returns {string} What selects its name.
   */
  const recipe = (preset) => `#watch-preset option[value="${preset}"]`;

  /** @type {LessonStep[]} */
  const steps = [
    {
      id: 'fresh', kind: 'do', stage: 'watch', target: '.watch-transport', needs: ['training'],
      ready: isFresh,
      act: (world) => {
        world.run?.pause(); // one that runs would go on with the new network
        world.choose('#watch-preset', 'plain');
      },
      values: (world) => ({ recipe: world.nameOf(recipe('plain')) }),
    },
    {
      id: 'nothing', kind: 'predict', stage: 'watch', target: '.watch-figures', hides: '.watch-pictures', needs: ['training'],
      question: { kind: 'number', min: 0, max: 100, step: 0.1, unit: 'percent', tolerance: 0.05 },
      ready: (world) => testAccuracyAt(world, 0) !== null,
      truth: (world) => testAccuracyAt(world, 0),
    },
    {
      id: 'epoch', kind: 'predict', stage: 'watch', target: '[data-run="epochs"]', needs: ['training'],
      question: { kind: 'number', min: 0, max: 100, step: 0.1, unit: 'percent', tolerance: 0.04 },
      ready: (world) => isTestedAt(world, 1),
      act: ({ run }) => run?.advance({ epochs: 1 }),
      truth: (world) => testAccuracyAt(world, 1),
      values: (world) => ({ usual: percent(LESSON_FACTS.training.firstEpoch, 1), button: world.nameOf('[data-run="epochs"]') }),
    },
    {
      id: 'mind', kind: 'predict', stage: 'watch', target: '.is-ribbon', needs: ['training', 'ink'],
      question: { kind: 'number', min: 0, max: 200, tolerance: 5 },
      ready: (world) => isTestedAt(world, EPOCHS) || (isMeasured(world) && world.run?.stopped !== null),
      act: (world) => world.run?.advance({ epochs: Math.max(1, EPOCHS - Math.floor(epochOf(world))) }),
      truth: changesOfMind, keepsRun: true,
      values: (world) => ({
        epochs: EPOCHS, accuracy: percent(testAccuracyAt(world, EPOCHS) ?? 0, 1), usual: percent(LESSON_FACTS.training.fiveEpochs, 1),
        shipped: percent(LESSON_FACTS.accuracy, 1),
      }),
    },
    {
      id: 'rate', kind: 'predict', stage: 'watch', target: '#watch-accuracy', needs: ['training'],
      question: { kind: 'choice', choices: () => ['faster', 'same', 'worse'] },
      ...train('rate-high', 1, ({ run }) => run?.settings.learningRate === 10),
      truth: (world) => {
        const accuracy = testAccuracy(world) ?? 0;
        return accuracy < READS ? 'worse' : accuracy > LESSON_FACTS.training.firstEpoch ? 'faster' : 'same';
      },
      values: (world) => ({ accuracy: percent(testAccuracy(world) ?? 0, 1), recipe: world.nameOf(recipe('rate-high')) }),
    },
    {
      id: 'zeros', kind: 'predict', stage: 'watch', target: '#watch-accuracy', needs: ['training'],
      question: { kind: 'choice', choices: () => ['same', 'later', 'never'] },
      ...train('zeros', 2, ({ run }) => run?.settings.initialisation === 'zeros'),
      truth: (world) => {
        const accuracy = testAccuracy(world) ?? 0;
        return accuracy < GUESSES ? 'never' : accuracy < LESSON_FACTS.training.firstEpoch ? 'later' : 'same';
      },
      values: (world) => ({ accuracy: percent(testAccuracy(world) ?? 0, 1), recipe: world.nameOf(recipe('zeros')) }),
    },
    {
      id: 'is', kind: 'check', stage: 'watch',
      question: { kind: 'choice', choices: () => ['rules', 'images', 'weights'] },
      truth: () => 'weights',
      values: () => ({ parameters: LESSON_FACTS.parameters }),
    },
  ];

  return { LESSON_6: { number: 6, minutes: 9, steps, say } };
})());

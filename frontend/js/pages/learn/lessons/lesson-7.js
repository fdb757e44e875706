/**
 * Lesson 7: by heart, or understood?
 */
MNIST.add('learn', (() => {
  const { percent, text } = MNIST.words;
  const { LESSON_FACTS } = MNIST.data;
  const [EXAMPLES, EPOCHS, WRONG_EPOCHS, MORE_IMAGES] = [100, 20, 30, 15_000];
  const RECIPE = '#watch-preset option[value="by-heart"]';
  /** What would show how well it reads other digits. */
  const ELSEWHERE = '.watch-main, #watch-accuracy, #watch-result, #watch-finding';

  /**
   * @param {string} name
   * @param {LessonValues} [values]
   */
  const say = (name, values) => text(`lesson7.${name}`, values);

  /** @param {MNIST.learn.LessonWorld} world */
  function epochOf({ run }) {
    return run?.history.last?.epoch ?? 0;
  }

  /** @param {MNIST.learn.LessonWorld} world Whether it rests, and has been measured there. */
  function isMeasured({ run }) {
    return run !== null && !run.isRunning && run.history.last !== null && run.history.tests.at(-1)?.step === run.history.last.step;
  }

  /**
   * @param {MNIST.learn.LessonWorld} world
   * @param {number} spoiledLabels
   */
  function learnsByHeart({ run }, spoiledLabels) {
    return run?.settings.examples === EXAMPLES && run.settings.spoiledLabels === spoiledLabels;
  }

  /**
   * @param {number} spoiledLabels
   * @param {number} epochs
   * @returns {Pick<Required<LessonStep>, 'ready' | 'act'>} A new network that sees a hundred digits again and again.
   */
  const byHeart = (spoiledLabels, epochs) => ({
    ready: (world) => {
      const isDone = epochOf(world) >= epochs || (world.run?.stopped ?? null) !== null;
      return learnsByHeart(world, spoiledLabels) && isDone && isMeasured(world);
    },
    act: (world) => {
      if (!learnsByHeart(world, spoiledLabels)) {
        world.choose('#watch-preset', 'by-heart');
        if (spoiledLabels > 0) world.run?.change({ spoiledLabels });
      }
      world.run?.advance({ epochs });
    },
  });

  /** @param {MNIST.learn.LessonWorld} world */
  function trainingAccuracy({ run }) {
    return run?.history.last?.accuracy ?? null;
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function testAccuracy({ run }) {
    return run?.history.tests.at(-1)?.accuracy ?? null;
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function accuracies(world) {
    return {
      examples: EXAMPLES, epochs: EPOCHS,
      training: percent(trainingAccuracy(world) ?? 0, 1), test: percent(testAccuracy(world) ?? 0, 1),
    };
  }

  /** Asks for a share in percent. */
  const SHARE = /** @type {const} */ ({ kind: 'number', min: 0, max: 100, step: 0.1, unit: 'percent' });

  /** @type {LessonStep[]} */
  const steps = [
    {
      id: 'recipe', kind: 'do', stage: 'watch', target: '.watch-settings', needs: ['training'],
      ready: (world) => learnsByHeart(world, 0) && epochOf(world) === 0,
      act: (world) => {
        world.run?.pause(); // one that runs would go on with the new network
        world.choose('#watch-preset', 'by-heart');
      },
      values: (world) => ({ examples: EXAMPLES, recipe: world.nameOf(RECIPE) }),
    },
    {
      id: 'heart', kind: 'predict', stage: 'watch', target: '#watch-play', covers: ELSEWHERE, needs: ['training'],
      question: { ...SHARE, tolerance: 0.03 },
      ...byHeart(0, EPOCHS), truth: trainingAccuracy, values: accuracies,
    },
    {
      id: 'others', kind: 'predict', stage: 'watch', target: '.watch-pictures', hides: ELSEWHERE, needs: ['training'],
      question: { ...SHARE, tolerance: 0.05 },
      ...byHeart(0, EPOCHS), truth: testAccuracy,
      values: (world) => ({ ...accuracies(world), usual: percent(LESSON_FACTS.byHeart.test, 1) }),
    },
    {
      id: 'more', kind: 'predict', stage: 'watch', target: '#watch-examples', needs: ['training'],
      prepare: ({ run }, memory) => {
        memory.start = run?.history.last?.step ?? 0;
        memory.before = percent(run?.history.tests.at(-1)?.accuracy ?? 0, 1);
      },
      question: { ...SHARE, tolerance: 0.03 },
      ready: (world, { start }) => {
        const { history, settings } = /** @type {MNIST.learn.WatchRun} */ (world.run);
        const images = ((history.last?.step ?? 0) - start) * settings.batchSize;
        return settings.examples === 5000 && images >= MORE_IMAGES - settings.batchSize && isMeasured(world);
      },
      act: (world) => {
        world.choose('#watch-examples', '5000');
        world.run?.advance({ images: MORE_IMAGES });
      },
      truth: testAccuracy,
      values: (world, { before }) => ({
        before, images: MORE_IMAGES, field: world.nameOf('#watch-examples'), usual: percent(LESSON_FACTS.byHeart.more, 1),
      }),
    },
    {
      id: 'wrong', kind: 'predict', stage: 'watch', target: '#watch-spoiled', covers: ELSEWHERE, needs: ['training'],
      question: { kind: 'choice', choices: () => ['learns', 'half', 'fails'] },
      ...byHeart(1, WRONG_EPOCHS),
      truth: (world) => {
        const accuracy = trainingAccuracy(world) ?? 0;
        return accuracy > 0.9 ? 'learns' : accuracy > 0.3 ? 'half' : 'fails';
      },
      values: (world) => ({
        ...accuracies(world), epochs: WRONG_EPOCHS, recipe: world.nameOf(RECIPE), field: world.nameOf('#watch-spoiled'),
      }),
    },
    {
      id: 'nonsense', kind: 'predict', stage: 'watch', target: '.watch-pictures', hides: ELSEWHERE, needs: ['training'],
      question: { ...SHARE, tolerance: 0.05 },
      ...byHeart(1, WRONG_EPOCHS), truth: testAccuracy, values: accuracies,
    },
    {
      id: 'which', kind: 'check', stage: 'watch',
      question: { kind: 'choice', choices: () => ['training', 'test', 'loss'] },
      truth: () => 'test',
    },
  ];

  return { LESSON_7: { number: 7, minutes: 9, steps, say } };
})());

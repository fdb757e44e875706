/**
 * Lesson 8: fooled, and sure of it.
 */
MNIST.add('learn', (() => {
  const { percent, text } = MNIST.words;
  const { LESSON_FACTS } = MNIST.data;
  const IMAGES = 1000;

  /**
   * @param {string} name
   * @param {LessonValues} [values]
   */
  const say = (name, values) => text(`lesson8.${name}`, values);

  /**
   * @param {string} name
   * @returns {(world: MNIST.learn.LessonWorld) => void} Opens that experiment.
   */
  const open = (name) => (world) => {
    if (world.fool?.name !== name) world.press(`input[name="fool-experiment"][value="${name}"]`);
  };

  /**
   * @param {MNIST.learn.LessonWorld} world
   * @param {string} experiment
   */
  function nameOf(world, experiment) {
    return world.nameOf(`[name="fool-experiment"][value="${experiment}"]`);
  }

  /** @param {MNIST.learn.LessonWorld} world */
  const toggled = ({ fool }) => fool?.experimentNamed('pixels')?.toggled ?? { own: [], isFooled: false, found: null };

  /** @param {MNIST.learn.LessonWorld} world */
  const noise = ({ fool }) => (fool?.name === 'noise' ? fool.experimentNamed('noise')?.tally ?? null : null);

  /** @param {MNIST.learn.LessonWorld} world */
  const dream = ({ fool }) => (fool?.name === 'dream' ? fool.experimentNamed('dream')?.end ?? null : null);

  /** @type {LessonStep[]} */
  const steps = [
    {
      id: 'hand', kind: 'predict', stage: 'fool', target: '.fool-hand', needs: ['digit', 'shipped', 'digits'],
      prepare: open('pixels'),
      question: { kind: 'number', min: 1, max: 100, tolerance: 3 },
      ready: (world) => toggled(world).isFooled,
      truth: (world) => toggled(world).own.length,
      values: ({ answer, share }) => ({ digit: answer, share: percent(share, 1) }),
    },
    {
      id: 'gradient', kind: 'predict', stage: 'fool', target: '.fool-by-hand > :last-child', hides: '.fool-machine', needs: ['digit', 'shipped', 'digits'],
      prepare: open('pixels'),
      question: { kind: 'number', min: 1, max: 40, tolerance: 2 },
      ready: (world) => (toggled(world).found?.length ?? 0) > 0,
      act: (world) => {
        open('pixels')(world);
        world.press('.fool-search');
      },
      truth: (world) => toggled(world).found?.length ?? null,
      values: (world) => ({
        digit: world.answer, button: world.nameOf('.fool-search'), median: LESSON_FACTS.fooling.pixels, digits: LESSON_FACTS.fooling.digits,
      }),
    },
    {
      id: 'noise', kind: 'predict', stage: 'fool', target: '.fool-nav', needs: ['shipped', 'digits'],
      prepare: open('pixels'),
      question: { kind: 'number', min: 0, max: IMAGES, tolerance: 100 },
      ready: (world) => noise(world)?.total === IMAGES,
      act: open('noise'),
      truth: (world) => noise(world)?.sure ?? null,
      values: (world) => ({ images: IMAGES, experiment: nameOf(world, 'noise'), refused: IMAGES - (noise(world)?.passed.length ?? 0) }),
    },
    {
      id: 'dream', kind: 'predict', stage: 'fool', target: '.fool-nav', needs: ['shipped', 'digits'],
      question: { kind: 'choice', choices: () => ['refuses', 'accepts'] },
      ready: (world) => dream(world) !== null,
      act: open('dream'),
      truth: (world) => (dream(world)?.isAccepted ? 'accepts' : 'refuses'),
      values: (world) => ({
        experiment: nameOf(world, 'dream'), digit: dream(world)?.digit ?? 0, share: percent(dream(world)?.confidence ?? 0, 1),
        accepted: LESSON_FACTS.fooling.dreams.accepted, all: LESSON_FACTS.fooling.dreams.all,
      }),
    },
    {
      id: 'sure', kind: 'check', stage: 'fool',
      question: { kind: 'choice', choices: () => ['right', 'likeliest', 'digit'] },
      truth: () => 'likeliest',
    },
  ];

  return { LESSON_8: { number: 8, minutes: 8, steps, say } };
})());

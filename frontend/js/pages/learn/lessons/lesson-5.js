/**
 * Lesson 5: blame flows back.
 */
MNIST.add('learn', (() => {
  const { number, percent, text } = MNIST.words;
  const { backwardPass } = MNIST.nn;
  const { targetOf } = MNIST.learn;
  const { LESSON_FACTS } = MNIST.data;
  const RATE = 0.05;
  /** Of the seven steps, from 0. */
  const [OUTPUT_ERROR, LAYER_2, ALL] = [2, 4, 6];

  /**
   * @param {string} name
   * @param {LessonValues} [values]
   */
  const say = (name, values) => text(`lesson5.${name}`, values);

  /** @param {MNIST.learn.LessonWorld} world */
  function gradient({ network, state }) {
    return backwardPass(network, state.pass, targetOf(state));
  }

  /** @param {MNIST.learn.LessonWorld} world The second likeliest digit. */
  function runnerUp({ answer, state }) {
    const others = Array.from(state.pass.probabilities, (share, digit) => (digit === answer ? -1 : share));
    return others.indexOf(Math.max(...others));
  }

  /** @param {MNIST.learn.LessonWorld} world A digit that the network does not expect, for steps that need one. */
  function needTarget(world) {
    if (world.state.target === null || world.state.target === world.answer) world.change({ target: runnerUp(world) });
  }

  /**
   * @param {number} blameStep
   * @returns {Pick<Required<LessonStep>, 'ready' | 'act'>}
   */
  const goTo = (blameStep) => ({
    ready: ({ state }) => state.blameStep >= blameStep,
    act: (world) => world.change({ blameStep, weight: null }),
  });

  /**
   * @param {boolean} isMixing
   * @returns {Pick<Required<LessonStep>, 'prepare' | 'ready' | 'act' | 'truth'>} Ten steps, with old digits or without.
   */
  const tenSteps = (isMixing) => ({
    prepare: (world) => {
      needTarget(world);
      world.change({ learningRate: RATE });
    },
    ready: (world) => lastKey(world) === 'steps-10' && isMixed() === isMixing && world.accuracyOf(world.network) !== null,
    act: (world) => {
      if (world.state.versions.length > 1) world.host.restore();
      if (isMixed() !== isMixing) world.press('#mix');
      world.press('#ten-steps');
    },
    truth: (world) => world.accuracyOf(world.network),
  });

  function isMixed() {
    return document.querySelector('#mix:checked') !== null;
  }

  /** @param {MNIST.learn.LessonWorld} world What was done to the network last. */
  function lastKey({ state }) {
    return state.versions[state.versions.length - 1].key;
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function targetValues(world) {
    const target = targetOf(world.state);
    return { digit: world.answer, target, share: percent(world.state.pass.probabilities[target], 1), rate: number(RATE, 2) };
  }

  /**
   * @param {MNIST.learn.LessonWorld} world
   * @param {number} blameStep
   */
  function stepNames(world, blameStep) {
    return { next: world.nameOf('#blame-next'), stage: world.nameOf(`#blame-bar li:nth-child(${blameStep + 1}) button`) };
  }

  /** @type {LessonStep[]} */
  const steps = [
    {
      id: 'wish', kind: 'do', stage: 'blame', target: '#targets', needs: ['ink', 'shipped'],
      prepare: (world) => world.change({ blameStep: 0, weight: null, target: null }),
      ready: ({ answer, state }) => state.target !== null && state.target !== answer,
      act: (world) => world.change({ target: runnerUp(world) }),
      values: ({ answer }) => ({ digit: answer }),
    },
    {
      id: 'error', kind: 'predict', stage: 'blame', target: '#blame-bar', needs: ['ink', 'shipped'],
      prepare: (world) => {
        needTarget(world);
        world.change({ blameStep: 0, weight: null });
      },
      question: { kind: 'number', min: -1, max: 1, step: 0.01, tolerance: 0.02, decimals: 2 },
      ...goTo(OUTPUT_ERROR),
      truth: (world) => gradient(world).deltas[2][targetOf(world.state)],
      values: (world) => {
        const share = world.state.pass.probabilities[targetOf(world.state)];
        return { ...targetValues(world), ...stepNames(world, OUTPUT_ERROR), probability: number(share, 3) };
      },
    },
    {
      id: 'share', kind: 'predict', stage: 'blame', target: '#blame-bar', needs: ['ink', 'shipped'],
      prepare: (world) => {
        needTarget(world);
        world.change({ blameStep: OUTPUT_ERROR, weight: null });
      },
      question: { kind: 'number', min: 0, max: 64, tolerance: 6 },
      ...goTo(LAYER_2),
      truth: (world) => gradient(world).deltas[1].filter((delta) => delta !== 0).length,
      values: (world) => stepNames(world, LAYER_2),
    },
    {
      id: 'paper', kind: 'predict', stage: 'blame', target: '#blame-bar', needs: ['ink', 'shipped'],
      prepare: (world) => {
        needTarget(world);
        world.change({ blameStep: LAYER_2, weight: null });
      },
      question: { kind: 'choice', choices: () => ['large', 'small', 'zero'] },
      ...goTo(ALL),
      truth: (world) => {
        const [dW] = gradient(world).dW;
        const isPaper = (/** @type {number} */ k) => world.state.pass.activations[0][Math.floor(k / 128)] === 0;
        return dW.every((value, k) => value === 0 || !isPaper(k)) ? 'zero' : 'small';
      },
      values: (world) => ({ ...stepNames(world, ALL), paper: world.state.pass.activations[0].filter((x) => x === 0).length }),
    },
    {
      id: 'step', kind: 'predict', stage: 'blame', target: '#one-step', needs: ['ink', 'shipped'],
      prepare: (world, memory) => {
        needTarget(world);
        world.change({ learningRate: RATE });
        memory.target = targetOf(world.state);
      },
      question: { kind: 'number', min: 0, max: 100, step: 0.1, unit: 'percent', tolerance: 0.1 },
      ready: (world) => lastKey(world) === 'steps-1' && world.state.versions.length === 2,
      act: (world) => {
        if (world.state.versions.length > 1) world.host.restore();
        world.press('#one-step');
      },
      truth: ({ state }) => state.pass.probabilities[targetOf(state)],
      values: (world) => ({ ...targetValues(world), button: world.nameOf('#one-step') }),
    },
    {
      id: 'forget', kind: 'predict', stage: 'blame', target: '#ten-steps', needs: ['ink', 'shipped', 'digits'],
      question: { kind: 'number', min: 0, max: 100, step: 0.1, unit: 'percent', tolerance: 0.08 },
      ...tenSteps(false),
      values: (world) => ({
        ...targetValues(world), button: world.nameOf('#ten-steps'), before: percent(LESSON_FACTS.accuracy, 1),
        mean: percent(LESSON_FACTS.forgetting.alone, 1), drawings: LESSON_FACTS.forgetting.digits,
      }),
    },
    {
      id: 'mix', kind: 'predict', stage: 'blame', target: '#mix', needs: ['ink', 'shipped', 'digits'],
      question: { kind: 'number', min: 0, max: 100, step: 0.1, unit: 'percent', tolerance: 0.04 },
      ...tenSteps(true),
      values: (world) => ({
        button: world.nameOf('#ten-steps'), mix: world.nameOf('#mix'),
        mean: percent(LESSON_FACTS.forgetting.mixed, 1), alone: percent(LESSON_FACTS.forgetting.alone, 1),
      }),
    },
    {
      id: 'is', kind: 'check', stage: 'blame',
      question: { kind: 'choice', choices: () => ['size', 'speed', 'wrong'] },
      truth: () => 'speed',
    },
  ];

  return { LESSON_5: { number: 5, minutes: 10, steps, say } };
})());

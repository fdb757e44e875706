/**
 * Lesson 2: one neuron is one sum.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { describeEdit, forwardPass } = MNIST.nn;
  const { termsOf } = MNIST.learn;
  const { LESSON_FACTS } = MNIST.data;
  const TERMS = 3;
  const BENCH = '#surgery summary';

  /**
   * @param {string} name
   * @param {LessonValues} [values]
   */
  const say = (name, values) => text(`lesson2.${name}`, values);

  /**
   * @param {MNIST.learn.LessonWorld} world
   * @returns {{z: number, bias: number, now: number}} Of the selected neuron: its sum and bias as it
   *   came, and its sum with all changes.
   */
  function sumOf({ shipped, state }) {
    const { layer, neuron } = state.selected;
    const { sums } = forwardPass(shipped, state.pass.activations[0]);
    return { z: sums[layer][neuron], bias: shipped.layers[layer].b[neuron], now: state.pass.sums[layer][neuron] };
  }

  /**
   * @param {number} factor
   * @returns {(world: MNIST.learn.LessonWorld) => boolean} Whether the neuron's weights are as they came, times that.
   */
  const isScaled = (factor) => (world) => {
    const { z, bias, now } = sumOf(world);
    return Math.abs(now - (factor * (z - bias) + bias)) < 1e-3;
  };

  /**
   * @param {number} value
   * @returns {(world: MNIST.learn.LessonWorld) => void}
   */
  const scale = (value) => (world) => {
    world.host.restore();
    const edit = /** @type {const} */ ({ kind: 'scale', ...world.state.selected, value });
    world.edit([edit], describeEdit(edit));
  };

  /** @param {MNIST.learn.LessonWorld} world */
  function isOn({ state: { selected, pass } }) {
    return selected.layer === 0 && pass.activations[1][selected.neuron] > 0;
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function selectStrongest(world) {
    const [, first] = world.state.pass.activations;
    world.change({ selected: { layer: 0, neuron: first.indexOf(Math.max(...first)) }, sumStep: 0 });
  }

  /** @param {MNIST.learn.LessonWorld} world A neuron of layer 1 that is on, for steps that need one. */
  function needOn(world) {
    if (!isOn(world)) selectStrongest(world);
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function zAndBias(world) {
    const { z, bias, now } = sumOf(world);
    const { layer, neuron } = world.state.selected;
    return { neuron, z: number(z, 2), bias: number(bias, 2), products: number(z - bias, 2), now: number(now, 2), layer: layer + 1 };
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function terms({ network, state }) {
    return termsOf(network, state.pass, state.selected).length;
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function neuronsOn({ state }) {
    return state.pass.activations[1].filter((a) => a > 0).length;
  }

  /** @type {LessonStep[]} */
  const steps = [
    {
      id: 'choose', kind: 'do', stage: 'think', target: '.flow-first', needs: ['ink', 'shipped'],
      prepare: (world) => world.change({ selected: { layer: 2, neuron: world.answer }, sumStep: 0 }),
      ready: isOn,
      act: selectStrongest,
    },
    {
      id: 'terms', kind: 'predict', stage: 'think', target: '#neuron', needs: ['ink', 'shipped'],
      prepare: needOn,
      question: { kind: 'choice', choices: () => ['all', 'ink', 'few'] },
      truth: (world) => {
        const ink = world.state.pass.activations[0].filter((x) => x > 0).length;
        return terms(world) === ink ? 'ink' : 'few';
      },
      values: (world) => ({ neuron: world.state.selected.neuron, ink: terms(world), zeros: 784 - terms(world) }),
    },
    {
      id: 'follow', kind: 'do', stage: 'think', target: '#sum-bench', needs: ['ink', 'shipped'],
      prepare: needOn,
      ready: ({ state }) => state.sumStep >= TERMS,
      act: (world) => world.change({ sumStep: Math.max(world.state.sumStep, TERMS) }),
      values: zAndBias,
    },
    {
      id: 'double', kind: 'predict', stage: 'think', target: '#surgery', needs: ['ink', 'shipped'],
      prepare: needOn,
      question: { kind: 'number', min: -1000, max: 1000, step: 0.01, tolerance: 0.05, decimals: 2 },
      ready: isScaled(2), act: scale(2),
      truth: (world) => sumOf(world).now,
      values: (world) => ({ ...zAndBias(world), bench: world.nameOf(BENCH), button: world.nameOf('[data-scale="2"]') }),
    },
    {
      id: 'turn', kind: 'predict', stage: 'think', target: '#surgery', needs: ['ink', 'shipped'],
      prepare: needOn,
      question: { kind: 'choice', choices: () => ['negative', 'zero', 'positive'] },
      ready: isScaled(-1), act: scale(-1),
      truth: ({ state: { selected, pass } }) => (pass.activations[selected.layer + 1][selected.neuron] > 0 ? 'positive' : 'zero'),
      values: (world) => ({ ...zAndBias(world), bench: world.nameOf(BENCH), button: world.nameOf('[data-scale="-1"]') }),
    },
    {
      id: 'on', kind: 'predict', stage: 'think', target: '.flow-first', needs: ['ink', 'shipped'],
      question: { kind: 'number', min: 0, max: 128, tolerance: 8 },
      truth: neuronsOn,
      values: () => ({ mean: Math.round(LESSON_FACTS.on.mean), low: LESSON_FACTS.on.low, high: LESSON_FACTS.on.high }),
    },
    {
      id: 'is', kind: 'check', stage: 'think',
      question: { kind: 'choice', choices: () => ['shape', 'sum', 'copy'] },
      truth: () => 'sum',
    },
  ];

  return { LESSON_2: { number: 2, minutes: 8, steps, say } };
})());

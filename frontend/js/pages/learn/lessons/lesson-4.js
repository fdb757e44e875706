/**
 * Lesson 4: surgery. Neurons share the work, and some of them carry more than others.
 */
MNIST.add('learn', (() => {
  const { percent, text } = MNIST.words;
  const { randomSource } = MNIST.nn;
  const { LESSON_FACTS } = MNIST.data;
  const { random, chosen } = LESSON_FACTS.surgery;

  /**
   * @param {string} name
   * @param {LessonValues} [values]
   */
  const say = (name, values) => text(`lesson4.${name}`, values);

  /**
   * @param {readonly number[]} neurons Of layer 1.
   * @returns {Edit[]}
   */
  function switchOff(neurons) {
    return neurons.map((neuron) => ({ kind: 'off', layer: 0, neuron }));
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function drawLots(world) {
    const neurons = Array.from({ length: 128 }, (_, n) => n);
    randomSource(Math.floor(2 ** 31 * Math.random())).shuffle(neurons);
    world.host.restore();
    world.edit(switchOff(neurons.slice(0, random.neurons)), say('random-change', { neurons: random.neurons }));
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function switchChosenOff(world) {
    world.host.restore();
    world.edit(switchOff(chosen.neurons), say('chosen-change', { neurons: chosen.neurons.join(', ') }));
  }

  /**
   * @param {number} count
   * @returns {(world: MNIST.learn.LessonWorld) => boolean} Whether so many neurons of layer 1 are off for good, and it is measured.
   */
  const areOff = (count) => (world) => countOff(world) === count && world.accuracyOf(world.network) !== null;

  /** @param {MNIST.learn.LessonWorld} world */
  function countOff({ network }) {
    const [{ W, b, inputs, outputs }] = network.layers;
    const isOff = (/** @type {number} */ neuron) => {
      if (b[neuron] !== 0) return false;
      for (let i = 0; i < inputs; i++) if (W[i * outputs + neuron] !== 0) return false;
      return true;
    };
    return Array.from({ length: outputs }, (_, neuron) => neuron).filter(isOff).length;
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function accuracy(world) {
    return world.accuracyOf(world.network);
  }

  /**
   * Layer 2 hands its neurons straight to the scores, so what is lost without one of them is a
   * difference of products.
   *
   * @param {MNIST.learn.LessonWorld} world
   * @returns {number[]} For each neuron of layer 2, how far the answer is ahead without it.
   */
  function leadsWithout({ answer, shipped, state }) {
    const { W, outputs } = shipped.layers[2];
    const scores = state.pass.sums[2];
    return Array.from(state.pass.activations[2], (a, neuron) => {
      const left = Array.from(scores, (z, digit) => z - a * W[neuron * outputs + digit]);
      return left[answer] - Math.max(...left.filter((_, digit) => digit !== answer));
    });
  }

  /** @param {MNIST.learn.LessonWorld} world The neuron of layer 2 that the answer needs most. */
  function neededMost(world) {
    const leads = leadsWithout(world);
    return leads.indexOf(Math.min(...leads));
  }

  /** @type {LessonStep[]} */
  const steps = [
    {
      id: 'whole', kind: 'see', stage: 'think', target: '#accuracy', needs: ['digits', 'shipped'],
      values: (world) => ({ accuracy: percent(world.accuracyOf(world.shipped) ?? LESSON_FACTS.accuracy, 1), parameters: LESSON_FACTS.parameters }),
    },
    {
      id: 'random', kind: 'predict', stage: 'think', target: '.flow-first', needs: ['digits', 'shipped'],
      question: { kind: 'number', min: 0, max: 100, step: 0.1, unit: 'percent', tolerance: 0.04 },
      ready: areOff(random.neurons), act: drawLots, truth: accuracy,
      values: () => ({
        neurons: random.neurons, draws: random.draws,
        mean: percent(random.mean, 1), low: percent(random.low, 1), high: percent(random.high, 1),
      }),
    },
    {
      id: 'chosen', kind: 'predict', stage: 'think', target: '.flow-first', needs: ['digits', 'shipped'],
      question: { kind: 'number', min: 0, max: 100, step: 0.1, unit: 'percent', tolerance: 0.04 },
      ready: areOff(chosen.neurons.length), act: switchChosenOff, truth: accuracy,
      values: () => ({
        neurons: chosen.neurons.join(', '), accuracy: percent(chosen.accuracy, 1), mean: percent(random.mean, 1), random: random.neurons,
      }),
    },
    {
      id: 'needed', kind: 'predict', stage: 'think', target: '.flow-second', needs: ['digit', 'shipped'],
      prepare: (world) => world.change({ selected: { layer: 2, neuron: world.answer }, sumStep: 0 }),
      question: { kind: 'neuron', layer: 1 },
      truth: neededMost,
      grade: (guess, _, world) => {
        const leads = leadsWithout(world);
        const rank = leads.filter((lead) => lead < leads[Number(guess)]).length;
        return rank === 0 ? 'right' : rank < 5 ? 'near' : 'off';
      },
      values: (world) => ({ digit: world.answer }),
    },
    {
      id: 'without', kind: 'predict', stage: 'think', target: '.flow-outputs', needs: ['digit', 'shipped'],
      prepare: (world, memory) => {
        memory.neuron = neededMost(world);
        memory.digit = world.answer;
        world.change({ selected: { layer: 1, neuron: memory.neuron }, sumStep: 0 });
      },
      question: { kind: 'choice', choices: () => ['stays', 'changes'] },
      ready: ({ state }, { neuron }) => state.versions.length > 1 && state.pass.activations[2][neuron] === 0,
      act: (world, { neuron }) => {
        world.edit([{ kind: 'off', layer: 1, neuron }], say('without-change', { neuron }));
      },
      truth: ({ answer }, { digit }) => (answer === digit ? 'stays' : 'changes'),
      values: ({ state }, { neuron, digit }) => ({ neuron, digit, share: percent(state.pass.probabilities[digit], 1) }),
    },
    {
      id: 'why', kind: 'check', stage: 'think',
      question: { kind: 'choice', choices: () => ['idle', 'shared', 'copies'] },
      truth: () => 'shared',
    },
  ];

  return { LESSON_4: { number: 4, minutes: 8, steps, say } };
})());

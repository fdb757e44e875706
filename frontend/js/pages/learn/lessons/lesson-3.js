/**
 * Lesson 3: why 4 and not 9.
 */
MNIST.add('learn', (() => {
  const { number, percent, text } = MNIST.words;
  const { forwardPass, ledgerOf } = MNIST.nn;
  const { networkOf, rowsOf, withPass } = MNIST.learn;
  const { LESSON_FACTS } = MNIST.data;
  const [DIGIT, RIVAL] = [4, 9];
  /** In the place of a digit. */
  const NOTHING_YET = 10;

  /**
   * @param {string} name
   * @param {LessonValues} [values]
   */
  const say = (name, values) => text(`lesson3.${name}`, values);

  /** @param {MNIST.learn.LessonWorld} world */
  function ledger({ network, state }) {
    return ledgerOf(network, state.pass, DIGIT, RIVAL);
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function regions(world) {
    return rowsOf(ledger(world), 'regions').rows.map(({ value }, region) => ({ value, region })).filter(({ value }) => value !== 0);
  }

  /** @param {MNIST.learn.LessonWorld} world The part of the image that speaks most for 9. */
  function againstMost(world) {
    const [first] = regions(world).sort((one, other) => one.value - other.value);
    return first === undefined || first.value >= 0 ? 'none' : String(first.region);
  }

  /** @param {MNIST.learn.LessonWorld} world How far 4 is ahead of 9 on blank paper. */
  function blankLead({ network }) {
    const scores = forwardPass(network, new Float64Array(784)).sums[2];
    return scores[DIGIT] - scores[RIVAL];
  }

  /**
   * @param {LearnState} state
   * @returns {LearnState} With as much ink taken off, the strongest for 4 first, as the answer needs to change.
   */
  function erasedByEvidence(state) {
    const { pixels } = ledgerOf(networkOf(state), state.pass, DIGIT, RIVAL);
    const order = Array.from(pixels.keys()).filter((i) => state.pixels[i] > 0).sort((one, other) => pixels[other] - pixels[one]);
    let next = state;
    for (const pixel of order) {
      next = withPass({ ...next, erased: new Set([...next.erased, pixel]) });
      if (!reads(next)) break;
    }
    return next;
  }

  /** @param {LearnState} state Whether it is read as a 4. */
  function reads({ pass }) {
    return pass.probabilities[DIGIT] === Math.max(...pass.probabilities);
  }

  /** @param {LearnState} state As drawn. */
  function whole(state) {
    return withPass({ ...state, erased: new Set() });
  }

  /** Compares the two, by region and evidence. @param {MNIST.learn.LessonWorld} world */
  function compare(world) {
    world.change({ digit: DIGIT, rival: RIVAL, list: 'regions', map: 'evidence' });
    for (const radio of ['regions', 'evidence']) world.press(`#why input[value="${radio}"]`);
  }

  /** @param {MNIST.learn.LessonWorld} world */
  function leadValues(world) {
    const { difference } = ledger(world);
    const { probabilities } = world.state.pass;
    return {
      lead: number(Math.abs(difference), 2),
      count: difference >= 0 ? 1 : 0,
      four: percent(probabilities[DIGIT], 1),
      nine: percent(probabilities[RIVAL], 1),
    };
  }

  /** @type {LessonStep[]} */
  const steps = [
    {
      id: 'four', kind: 'do', stage: 'why', target: '#pad-frame',
      prepare: compare,
      ready: (world, memory) => !world.isEmpty && world.answer === DIGIT && (!world.isExample || memory.isTaken === true),
      act: ({ host }, memory) => {
        host.drawn.showExample();
        memory.isTaken = true;
      },
      values: ({ answer, isEmpty, isExample }) => ({ count: isEmpty || isExample ? NOTHING_YET : answer }),
    },
    { id: 'lead', kind: 'see', stage: 'why', target: '#why-headline', needs: ['ink', 'whole', 'shipped'], prepare: compare, values: leadValues },
    {
      id: 'blank', kind: 'predict', stage: 'why', needs: ['shipped'],
      question: { kind: 'choice', choices: () => ['four', 'nine', 'equal'] },
      truth: (world) => {
        const lead = blankLead(world);
        return Math.abs(lead) < 0.005 ? 'equal' : lead > 0 ? 'four' : 'nine';
      },
      values: (world) => ({ lead: number(Math.abs(blankLead(world)), 2) }),
    },
    {
      id: 'region', kind: 'predict', stage: 'why', target: '.why-columns', hides: '.why-columns', needs: ['ink', 'whole', 'shipped'],
      prepare: compare,
      question: { kind: 'choice', choices: (world) => [...regions(world).map(({ region }) => String(region)), 'none'] },
      truth: againstMost,
      values: (world) => {
        const values = regions(world).map(({ value }) => value);
        return { evidence: number(Math.abs(Math.min(0, ...values)), 2), most: number(Math.max(0, ...values), 2) };
      },
    },
    {
      id: 'erase', kind: 'predict', stage: 'why', target: '.why-figure', needs: ['digit', 'whole', 'shipped'],
      prepare: compare,
      question: { kind: 'number', min: 1, max: 400, tolerance: 6 },
      ready: ({ state }) => state.erased.size > 0 && !reads(state),
      act: (world) => world.change(erasedByEvidence(whole(world.state))),
      truth: ({ state }) => state.erased.size,
      found: (world) => ({ digit: world.answer, best: erasedByEvidence(whole(world.state)).erased.size }),
    },
    {
      id: 'sum', kind: 'check', stage: 'why', target: '#ledger-check', needs: ['ink', 'shipped'],
      question: { kind: 'choice', choices: () => ['exactly', 'nearly', 'no'] },
      truth: (world) => {
        const { biasParts, difference, pixels } = ledger(world);
        const total = pixels.reduce((sum, value) => sum + value, biasParts[0]);
        return Math.abs(total - difference) < 0.001 ? 'exactly' : 'nearly';
      },
      values: () => {
        const { fours, nines } = LESSON_FACTS;
        return { fours: fours.count, nines: nines.count, count: fours.asNine + nines.asFour };
      },
    },
  ];

  return { LESSON_3: { number: 3, minutes: 8, steps, say } };
})());

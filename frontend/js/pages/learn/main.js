/**
 * Finds the page's elements and connects its pieces: one state, one render.
 */
MNIST.add('learn', (() => {
  const { afterFirstPaint, elementById } = MNIST.core;
  const { batchGradient, describeEdit, loadShippedNetwork, networkInput } = MNIST.nn;
  const { BRUSH_SIGMA, ImageInput, connectPad, findOnPad } = MNIST.draw;
  const { Announcer, Note, Shortcuts, ThemeSwitch, theme } = MNIST.ui;
  const {
    BLAME_STEPS, Blame, CodeStrip, Flow, FollowSum, Hero, Inspector, Meter, SoftmaxBench, SurgeryBench,
    TableDialog, Why, digitAt, element, gridTable, initialState, loadDigits, loadNeurons,
    networkOf, percent, plain, restored, signed, stepsOfSum, targetOf, undone, withDrawing, withEdit,
    withPass, withSteps,
  } = MNIST.learn;
  /** How many steps "ten steps" takes, and how many old digits are mixed in with each. */
  const [TEN, OLD_DIGITS] = [10, 31];
  /** A slow hand needs this long for a term of a sum. */
  const MILLISECONDS_A_TERM = 900;
  const STAGES = /** @type {const} */ (['think', 'why', 'blame']);

  /** @param {string} id */
  const button = (id) => elementById(id, HTMLButtonElement);
  const hero = new Hero();
  const announcer = new Announcer(elementById('announcer', HTMLElement));
  const tables = new TableDialog(elementById('table-dialog', HTMLDialogElement));
  const helpDialog = elementById('help-dialog', HTMLDialogElement);
  const stepReport = elementById('step-report', HTMLElement);
  const isMixing = elementById('mix', HTMLInputElement);

  const note = new Note(elementById('note', HTMLElement));
  const { drawing, frame, commands, recolour } = connectPad((text) => announcer.say(text));
  const images = new ImageInput(
    (image) => drawing.show(image),
    (reason) => note.show(reason),
  );
  images.listenTo(elementById('image', HTMLInputElement));
  images.listenTo(elementById('camera', HTMLInputElement));
  images.listenToPage(frame);

  /** @type {LearnState | null} null until the weights have come. */
  let state = null;
  /** @type {NeuronData | null} */
  let neurons = null;
  /** @type {MNIST.learn.Meter | null} */
  let meter = null;
  /** @type {DigitSet | null} */
  let training = null;
  let isRenderDue = false;
  /** The timer that plays a sum. */
  let player = 0;

  const inspector = new Inspector(select);
  const flow = new Flow(
    (selected) => {
      select(selected);
      inspector.open();
    },
    (pixel) => {
      if (state?.selected.layer === 0) surgery.choose(pixel);
    },
  );
  const sum = new FollowSum();
  const surgery = new SurgeryBench((edit) => {
    if (state === null) return;
    const next = withEdit(state, edit, describeEdit(edit));
    if (next === null) note.show('That is too large for the network to compute with. Take a smaller number.');
    else {
      note.hide();
      set(next);
    }
  });
  const softmax = new SoftmaxBench((temperature) => change({ temperature }));
  const why = new Why((part) => {
    if (state === null) return;
    set('erased' in part ? withPass({ ...state, ...part }) : { ...state, ...part });
  });
  const blame = new Blame(change);
  const strip = new CodeStrip(scheduleRender);

  /** @param {NeuronPlace} selected */
  function select(selected) {
    stop();
    change({ selected, sumStep: 0 });
  }

  /** @param {Partial<LearnState>} part */
  function change(part) {
    if (state !== null) set({ ...state, ...part });
  }

  /** @param {LearnState} next */
  function set(next) {
    state = next;
    scheduleRender();
  }

  /** Shows the state: once a frame at most. */
  function scheduleRender() {
    if (isRenderDue) return;
    isRenderDue = true;
    requestAnimationFrame(() => {
      isRenderDue = false;
      render();
    });
  }

  function render() {
    if (state === null) return;
    hero.render(state, meter);
    for (const stage of STAGES) {
      elementById(stage, HTMLElement).hidden = state.stage !== stage;
      const tab = button(`tab-${stage}`);
      tab.setAttribute('aria-selected', String(state.stage === stage));
      tab.tabIndex = state.stage === stage ? 0 : -1;
    }
    if (state.stage === 'think') {
      flow.render(state);
      inspector.render(state, neurons);
      sum.render(state);
      surgery.render(state);
      softmax.render(state);
    }
    if (state.stage === 'why') why.render(state);
    if (state.stage === 'blame') blame.render(state);
    strip.render(state, state.stage === 'blame' ? blame.looked : null);
  }

  // ------------------------------------------------------------------ drawing

  let isReadingDue = false;
  /** Whether the drawing is the first one that the page shows. */
  let isFirst = false;
  /** Whether the pad shows the example that the page begins with. */
  let isExample = false;

  function read() {
    isReadingDue = false;
    if (state === null) return;
    const digits = findOnPad(drawing);
    const [found] = digits;
    if (digits.length > 1) note.show(`Only the first of ${digits.length} digits is explained here.`);
    const original = state.versions[0].network;
    const pixels = found === undefined ? new Uint8Array(784) : networkInput(original, found.pixels);
    const next = withDrawing(state, pixels);
    stepReport.textContent = '';
    const [, first] = next.pass.activations;
    // The page begins with the neuron that has most to say.
    const neuron = first.indexOf(Math.max(...first));
    state = isFirst ? { ...next, selected: { layer: 0, neuron } } : next;
    render(); // in the frame that reads
    isFirst = false;
    announcer.sayAtRest(() => (drawing.isPenDown ? null : hero.text));
  }

  drawing.addEventListener('change', () => {
    images.forget();
    note.hide();
    if (drawing.isEmpty || drawing.image !== null) isExample = false;
    if (isReadingDue) return;
    isReadingDue = true;
    requestAnimationFrame(read);
  });
  // The first stroke of one's own takes the place of the example.
  const makeRoom = () => {
    const isPen = document.querySelector('input[name="tool"][value="pen"]:checked') !== null;
    if (isExample && isPen) drawing.clear();
  };
  const pad = elementById('pad', HTMLCanvasElement);
  pad.addEventListener('pointerdown', makeRoom, { capture: true });
  pad.addEventListener('keydown', (event) => {
    if (event.key === ' ') makeRoom();
  }, { capture: true });
  const showSample = () => void images.takeSample();
  const showHelp = () => helpDialog.showModal();
  button('sample').addEventListener('click', showSample);
  button('help').addEventListener('click', showHelp);

  // ------------------------------------------------------------------ stages, steps, changes

  /** @param {LearnState['stage']} stage */
  function open(stage) {
    stop();
    change({ stage });
  }

  for (const stage of STAGES) {
    const tab = button(`tab-${stage}`);
    tab.addEventListener('click', () => open(stage));
    tab.addEventListener('keydown', (event) => {
      const at = STAGES.indexOf(stage);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: STAGES.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = STAGES[(to + STAGES.length) % STAGES.length];
      open(next);
      button(`tab-${next}`).focus();
    });
  }

  /** @param {number} steps How far a sum, or the seven steps, go on. */
  function go(steps) {
    if (state === null) return;
    if (state.stage === 'blame') {
      // After the last step comes the first.
      const blameStep = Math.max(state.blameStep + steps, 0) % BLAME_STEPS.length;
      change({ blameStep, weight: null });
      announcer.say(`${blameStep + 1} of ${BLAME_STEPS.length}: ${BLAME_STEPS[blameStep].name}`);
    } else if (state.stage === 'think') {
      const all = stepsOfSum(state);
      const sumStep = Math.min(Math.max(state.sumStep + steps, 0), all.length);
      change({ sumStep });
      if (sumStep > 0) announcer.say(all[sumStep - 1].text);
      if (sumStep === all.length) stop();
    }
  }

  function play() {
    if (player !== 0) return stop();
    if (state !== null && state.sumStep >= stepsOfSum(state).length) change({ sumStep: 0 });
    button('sum-play').textContent = 'Pause';
    player = window.setInterval(() => go(1), MILLISECONDS_A_TERM);
    return go(1);
  }

  function stop() {
    window.clearInterval(player);
    player = 0;
    button('sum-play').textContent = 'Play';
  }

  function undo() {
    stepReport.textContent = '';
    if (state !== null) set(undone(state));
  }

  button('sum-back').addEventListener('click', () => go(-1));
  button('sum-next').addEventListener('click', () => go(1));
  button('sum-play').addEventListener('click', play);
  button('sum-skip').addEventListener('click', () => {
    stop();
    go(Infinity);
  });
  button('blame-back').addEventListener('click', () => go(-1));
  button('blame-next').addEventListener('click', () => go(1));
  button('undo-change').addEventListener('click', undo);
  button('restore').addEventListener('click', () => {
    stepReport.textContent = '';
    if (state !== null) set(restored(state));
  });

  /**
   * Takes steps of gradient descent on the drawing, alone or with old digits mixed in.
   *
   * @param {number} count
   */
  async function learn(count) {
    if (state === null) return;
    const from = state;
    if (from.pixels.every((grey) => grey === 0)) {
      stepReport.textContent = 'Draw a digit first: there is nothing to learn from an empty pad.';
      return;
    }
    const target = targetOf(from);
    const own = { x: from.pass.activations[0], target };
    let network = networkOf(from);
    const gradients = [];
    for (let step = 0; step < count; step++) {
      const batch = isMixing.checked && training !== null ? [own, ...oldDigits(training, step)] : [own];
      const gradient = batchGradient(network, batch);
      gradients.push(gradient);
      network = MNIST.nn.descend(network, gradient, from.learningRate);
      // Between two steps the page stays quick. Who changes something meanwhile ends the steps.
      await new Promise((done) => setTimeout(done));
      if (state !== from) return;
    }
    const mixed = isMixing.checked ? `, with ${OLD_DIGITS} old digits in each` : ', on this drawing alone';
    const text = `${count === 1 ? 'One step' : `${count} steps`} towards ${target}${mixed}`;
    const before = from.pass.probabilities[target];
    // The target stays what it was, also when the network changes its mind.
    const next = withSteps({ ...from, target }, gradients, text);
    if (next === null) {
      stepReport.textContent = 'The step was too long: the numbers grew beyond all bounds. Take a smaller η.';
      return;
    }
    set(next);
    const after = next.pass.probabilities[target];
    const change = `The probability of ${target} went from ${percent(before)} to ${percent(after)}.`;
    const report = `${text}. ${change} ${warningAfter(next, before, after)}`.trim();
    stepReport.textContent = report;
    announcer.say(report);
  }

  /**
   * @param {LearnState} next After the steps.
   * @param {number} before The target's probability.
   * @param {number} after
   * @returns {string} What went wrong, if something did.
   */
  function warningAfter({ pass }, before, after) {
    if (pass.activations[2].every((a) => a === 0)) {
      return 'Every neuron of layer 2 is off now, so nothing can be learned any more. Undo, and take a smaller η.';
    }
    return after < before ? 'The step was too long and jumped past the goal. Undo, and take a smaller η.' : '';
  }

  /**
   * @param {DigitSet} digits
   * @param {number} step
   */
  function oldDigits(digits, step) {
    return Array.from({ length: OLD_DIGITS }, (_, k) => {
      const n = (step * OLD_DIGITS + k) % digits.labels.length;
      return { x: Float32Array.from(digitAt(digits, n), (grey) => grey / 255), target: digits.labels[n] };
    });
  }

  button('one-step').addEventListener('click', () => void learn(1));
  button('ten-steps').addEventListener('click', () => void learn(TEN));
  button('undo-step').addEventListener('click', undo);

  // ------------------------------------------------------------------ tables, keys, theme

  /** @type {Record<string, (now: LearnState) => TableContent>} */
  const TABLES = {
    flow: Flow.table,
    weights: (now) => {
      const { layer, neuron } = now.selected;
      const { inputs, outputs, W } = networkOf(now).layers[layer];
      const weights = Float64Array.from({ length: inputs }, (_, i) => W[i * outputs + neuron]);
      return gridTable(weights, [28, 16, 8][layer], 'Weights of the neuron', (w) => signed(w, 3));
    },
    why: () => why.table(),
    gradients: () => blame.table(),
    errors: (now) => {
      const { deltas } = /** @type {LookedAt} */ (blame.looked).gradient;
      const rows = Array.from(deltas[2], (delta, digit) => {
        return [String(digit), plain(now.pass.probabilities[digit], 4), signed(delta, 4)];
      });
      return { title: 'Error of each output', head: ['digit', 'ŷ', 'δ = ŷ − y'], rows };
    },
  };
  for (const opener of document.querySelectorAll('[data-table]')) {
    const name = /** @type {HTMLElement} */ (opener).dataset.table ?? '';
    opener.addEventListener('click', () => {
      if (state !== null) tables.open(TABLES[name](state));
    });
  }

  new Shortcuts(
    {
      ...commands,
      r: showSample,
      z: undo,
      o: () => button('edit-off').click(),
      n: () => go(1),
      b: () => go(-1),
      '?': showHelp,
    },
    elementById('single-keys', HTMLInputElement),
  );
  // Space and the arrows go on and back wherever they have no other meaning.
  document.addEventListener('keydown', (event) => {
    if (event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ' ': 1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    go(step);
  });
  new ThemeSwitch(document.querySelectorAll('input[name="theme"]'), theme, recolour);

  // ------------------------------------------------------------------ loading

  async function load() {
    const { network } = await loadShippedNetwork();
    state = initialState(network);
    isFirst = true;
    if (drawing.isEmpty) {
      drawing.load(EXAMPLE);
      isExample = true;
    } else read();
    render();
    const [digits, data] = await Promise.all([loadDigits(), loadNeurons()]);
    meter = new Meter(digits.test, scheduleRender);
    training = digits.training;
    neurons = data;
    scheduleRender();
  }

  /** A 4 that is nearly a 9, so that every stage has something to say. @type {Stroke[]} */
  const EXAMPLE = [
    [[12.5, 5.4], [10, 5.8], [9.2, 8.2], [8.6, 10.6], [8.4, 12.6], [9.4, 13.8], [12.4, 13.8], [15.4, 13.2], [17.6, 12.2]],
    [[18.2, 6.2], [17.8, 10], [17.2, 14.4], [16.6, 18.6], [16, 22.4]],
  ].map((points) => ({ sigma: BRUSH_SIGMA, points: points.map(([x, y]) => ({ x, y })) }));

  afterFirstPaint(() => {
    load().catch((error) => {
      hero.showError(`The page could not load its numbers: ${error.message} Reload it to try again.`);
    });
  });

  const page = {
    get state() {
      return state;
    },
    get accuracy() {
      return state === null ? null : (meter?.accuracyOf(networkOf(state)) ?? null);
    },
    render,
  };
  return { drawing, page };
})());

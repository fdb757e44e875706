/**
 * Connects the page's pieces: one state, one render.
 */
MNIST.add('learn', (() => {
  const { afterFirstPaint, elementById, whenIdleOnce } = MNIST.core;
  const { connectLanguageSwitch, text } = MNIST.words;
  const { loadShippedNetwork, networkInput } = MNIST.nn;
  const { Announcer, Note, Shortcuts, ThemeSwitch, theme } = MNIST.ui;
  const {
    BlameStage, CodeStrip, DrawnDigit, Hero, LaterStage, LessonDoor, Meter, ShareDoor, StageTabs, TableDialog, ThinkStage, WhyStage,
    initialState, loadDigits, loadNeurons, networkOf, restored, undone, withDrawing,
  } = MNIST.learn;

  /** @type {LearnState | null} null until the weights have come. */
  let state = null;
  /** @type {MNIST.learn.Meter | null} */
  let meter = null;
  let isRenderDue = false;

  const hero = new Hero();
  const announcer = new Announcer(elementById('announcer', HTMLElement));
  const note = new Note(elementById('note', HTMLElement));
  const tables = new TableDialog(elementById('table-dialog', HTMLDialogElement));
  const helpDialog = elementById('help-dialog', HTMLDialogElement);
  const tabs = new StageTabs(elementById('tabs', HTMLElement), open);
  /** @param {string} sentence */
  const announce = (sentence) => announcer.say(sentence);

  /** @returns {LearnState} */
  function getState() {
    if (state === null) throw new Error('The weights have not come yet.');
    return state;
  }

  /** @param {Partial<LearnState>} part */
  function change(part) {
    const before = getState();
    state = { ...before, ...part };
    if (state.versions !== before.versions) announcer.sayAtRest(describeChange);
    scheduleRender();
  }

  /** @returns {string | null} What was changed by hand, and what is read now; steps of descent have a report of their own. */
  function describeChange() {
    const { versions } = getState();
    const { text: changed, edits } = versions[versions.length - 1];
    if (versions.length === 1) return hero.text;
    return edits === undefined ? null : text('learn.changed', { changed, reading: hero.text });
  }

  /** Shows the state: once a frame at most. */
  function scheduleRender() {
    if (isRenderDue) return;
    isRenderDue = true;
    requestAnimationFrame(() => {
      if (isRenderDue) render();
    });
  }

  // ------------------------------------------------------------------ stages

  /**
   * @param {HTMLElement} section
   * @returns {StageHost}
   */
  function hostOf(section) {
    return {
      section,
      getState,
      change,
      get shipped() {
        return getState().versions[0].network;
      },
      announce: (text) => {
        if (!lessons.isVeiling) announce(text);
      },
      note: (sentence) => (sentence === '' ? note.hide() : note.show(sentence)),
      tables,
    };
  }

  const think = new ThinkStage(hostOf(tabs.panelOf('think')));
  const why = new WhyStage(hostOf(tabs.panelOf('why')));
  const blame = new BlameStage(hostOf(tabs.panelOf('blame')));
  const strip = new CodeStrip(scheduleRender);
  /** @type {Partial<Record<StageName, Stage>>} */
  const stages = { think, why, blame };
  for (const name of tabs.names) {
    stages[name] ??= new LaterStage(tabs.tabOf(name), hostOf(tabs.panelOf(name)), scheduleRender);
  }
  tabs.show(tabs.named ?? 'think');

  /** @param {StageName} stage */
  function open(stage) {
    if (state === null) return;
    if (state.stage !== stage) stages[state.stage]?.leave();
    const label = elementById(`tab-${stage}`, HTMLButtonElement).textContent.trim();
    elementById('stage-title', HTMLElement).textContent = /[?？]$/.test(label) ? label : text('learn.heading-of', { stage: label });
    change({ stage });
    stages[stage]?.open?.();
  }

  function render() {
    if (state === null) return;
    isRenderDue = false;
    hero.render(state, meter);
    tabs.show(state.stage);
    stages[state.stage]?.render(state);
    lessons.render();
    links.render();
    renderCode();
  }

  const renderCode = whenIdleOnce(() => {
    const now = getState();
    strip.render(now, now.stage === 'blame' ? blame.looked : null);
  }, 100);

  // ------------------------------------------------------------------ drawing

  /** Whether the drawing is the first one that the page shows. */
  let isFirst = true;

  const drawn = new DrawnDigit(announce, note, () => state?.versions[0].network ?? null, (pixels) => {
    if (state === null) return;
    const { network } = state.versions[0];
    state = withDrawing(state, pixels === null ? new Uint8Array(784) : networkInput(network, pixels));
    blame.forgetReport();
    if (isFirst) {
      // The page begins with the neuron that has most to say.
      const [, first] = state.pass.activations;
      state = { ...state, selected: { layer: 0, neuron: first.indexOf(Math.max(...first)) } };
      isFirst = false;
    }
    state = links.completed(state);
    render(); // in the frame that reads
    announcer.sayAtRest(() => (drawn.drawing.isPenDown ? null : hero.text));
  });

  // ------------------------------------------------------------------ changes of the network

  function undo() {
    blame.forgetReport();
    change(undone(getState()));
  }

  function restore() {
    blame.forgetReport();
    change(restored(getState()));
  }

  // ------------------------------------------------------------------ lessons and links

  /** @param {StageName} name */
  function stageNamed(name) {
    const stage = stages[name] ?? null;
    return stage instanceof LaterStage ? stage.stage : stage;
  }

  /** @type {LessonHost['digits']} null until they have come. */
  let digits = null;
  /** @type {() => void} */
  let setLoaded = () => {};
  const lessons = new LessonDoor(elementById('lessons', HTMLButtonElement), {
    loaded: new Promise((resolve) => {
      setLoaded = () => resolve(undefined);
    }),
    getState,
    change,
    open,
    restore,
    announce,
    note: (text) => note.show(text),
    drawn,
    stageNamed,
    accuracyOf(network) {
      const accuracy = meter?.accuracyOf(network) ?? null;
      if (accuracy === null) meter?.measure(network);
      return accuracy;
    },
    get digits() {
      return digits;
    },
  });

  const links = new ShareDoor(elementById('share', HTMLButtonElement), {
    getState, change, open, announce, drawn, lessons, stageNamed, note: (text) => note.show(text),
  });

  // ------------------------------------------------------------------ buttons and keys

  /** @param {number} steps How far the open stage goes on. */
  const go = (steps) => stages[getState().stage]?.go?.(steps);
  const showSample = () => drawn.showSample();
  const showHelp = () => helpDialog.showModal();
  /** @type {[string, () => void][]} */
  const buttons = [
    ['sample', showSample], ['help', showHelp], ['undo-change', undo], ['undo-step', undo], ['restore', restore],
  ];
  for (const [id, press] of buttons) elementById(id, HTMLButtonElement).addEventListener('click', press);

  /**
   * @param {() => void} command
   * @returns {() => void} Does nothing until the weights have come.
   */
  const whenLoaded = (command) => () => {
    if (state !== null) command();
  };
  new Shortcuts(
    {
      ...drawn.commands,
      r: showSample,
      s: whenLoaded(() => elementById('share', HTMLButtonElement).click()),
      z: whenLoaded(() => elementById('undo-change', HTMLButtonElement).click()),
      o: whenLoaded(() => elementById('edit-off', HTMLButtonElement).click()),
      n: whenLoaded(() => go(1)),
      b: whenLoaded(() => go(-1)),
      '?': showHelp,
    },
    elementById('single-keys', HTMLInputElement),
  );
  // Space and the arrows go on and back wherever they have no other meaning.
  document.addEventListener('keydown', (event) => {
    if (state === null || event.target !== document.body) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ' ': 1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    go(step);
  });
  connectLanguageSwitch(elementById('language', HTMLSelectElement), () => links.getFragment());
  new ThemeSwitch(elementById('theme', HTMLSelectElement), theme, () => drawn.recolour());

  // ------------------------------------------------------------------ loading

  async function load() {
    const { network } = await loadShippedNetwork();
    state = initialState(network);
    elementById('learn', HTMLElement).inert = false;
    elementById('lessons', HTMLButtonElement).disabled = false;
    setLoaded();
    open(tabs.named ?? 'think');
    if (!await links.restoreFromAddress()) drawn.begin();
    digits = await loadDigits();
    const data = await loadNeurons();
    meter = new Meter(digits.test, scheduleRender);
    blame.training = digits.training;
    think.neurons = data;
    scheduleRender();
  }

  afterFirstPaint(() => {
    load().catch((error) => {
      hero.showError(text('learn.not-loaded', { reason: error.message }));
    });
  });

  const page = {
    get state() {
      return state;
    },
    get accuracy() {
      return state === null ? null : (meter?.accuracyOf(networkOf(state)) ?? null);
    },
    get isExample() {
      return drawn.isExample;
    },
    lessons,
    render,
  };
  return { drawing: drawn.drawing, page };
})());

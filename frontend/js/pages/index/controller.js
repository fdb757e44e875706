/**
 * What index.html does: whatever happens becomes the next state, and that is rendered.
 */
MNIST.add('index', (() => {
  const { afterFirstPaint, elementById } = MNIST.core;
  const { connectLanguageSwitch, text: say } = MNIST.words;
  const { LiveNetwork, differs } = MNIST.nn;
  const { ImageInput, connectPad, encodeDrawing, findOnPad, keepDrawing } = MNIST.draw;
  const { ApiClient, HealthMonitor, PredictionSession, apiBasesFor } = MNIST.api;
  const {
    Announcer, Note, Shortcuts, ThemeSwitch, describeAloud, messageFor, remarkFor, theme,
  } = MNIST.ui;
  const {
    Correction, InkDoor, KEPT, connectLinks, connectView, currentDigits, followOwnCopy, initialState, isAnswered,
    keepLabelled, undoLabel, withApiAnswer, withDrawing, withReading,
  } = MNIST.index;

  /** Failures that are over once the API is there with its network. @type {MessageKind[]} */
  const CONNECTION_FAILURES = ['unreachable', 'no-weights'];

  const announcer = new Announcer(elementById('announcer', HTMLElement));
  const note = new Note(elementById('note', HTMLElement));
  const helpDialog = elementById('help-dialog', HTMLDialogElement);
  const apiDocs = elementById('api-docs', HTMLAnchorElement);
  const apiMeta = document.querySelector('meta[name="api-base"]')?.getAttribute('content') ?? '';
  const client = new ApiClient(apiBasesFor(window.location, apiMeta), window.location.origin);
  const monitor = new HealthMonitor(client, () => document.visibilityState === 'visible');
  const session = new PredictionSession(client, receive);
  const live = new LiveNetwork(client);
  const pad = connectPad((text) => announcer.say(text));
  const { drawing } = pad;
  const view = connectView(
    drawing,
    (selected) => {
      setState({ ...state, selected });
      play();
    },
    new Correction((label) => void correct(label), () => void takeBack()),
  );
  const images = new ImageInput(
    (image) => drawing.show(image),
    (reason) => note.show(reason),
  );
  const ink = new InkDoor(elementById('ink-panel', HTMLElement), elementById('ink-link', HTMLElement), {
    drawing,
    live,
    select: (selected) => setState({ ...state, selected }),
    note: (text) => note.show(text),
    loaded: () => ink.render(state),
  });
  const { openLink, share } = connectLinks(drawing, note, () => ink.load());

  let state = initialState;
  /** Whether the question that failed is asked again, once, when the API is there. */
  let isRetryDue = false;
  /** Whether the API may have another network than this page. */
  let isApiNetworkDue = true;
  /** Whether the drawing, or the network, has changed since it was read. */
  let isReadingDue = false;
  /** Whether a stroke has ended since the last frame. */
  let isPlayDue = false;
  let isUpdateScheduled = false;

  /** @param {IndexState} next */
  function setState(next) {
    state = next;
    view.render(state);
    ink.render(state);
  }

  /** Reads and shows the drawing: once a frame at most, however fast the pen is. */
  function scheduleUpdate() {
    if (isUpdateScheduled) return;
    isUpdateScheduled = true;
    requestAnimationFrame(() => {
      isUpdateScheduled = false;
      update();
    });
  }

  function update() {
    setState(isReadingDue ? read() : state);
    isReadingDue = false;
    if (isPlayDue) play();
    isPlayDue = false;
    announcer.sayAtRest(ownAnswerAloud);
  }

  /**
   * Reads what is on the pad, in the page itself if the network is here.
   * @returns {IndexState}
   */
  function read() {
    const start = performance.now();
    const digits = findOnPad(drawing, live.sureness).map((digit) => ({
      ...digit,
      prediction: live.isReady ? live.predict(digit.pixels) : null,
    }));
    return withReading(state, digits, performance.now() - start);
  }

  /** Shows the way from the ink to the image in motion. */
  function play() {
    const digit = state.found[state.selected];
    if (digit !== undefined) view.play(digit);
  }

  function askNow() {
    isRetryDue = true;
    predict();
  }

  /** Asks the API about what is on the pad. */
  function predict() {
    if (isReadingDue) update();
    const { drawing: { version, isEmpty }, found, problem } = state;
    if (live.isOwn && found.length > 0) {
      note.show(say('index.own-not-asked'));
      view.scrollToAnswer();
    } else if (found.length > 0) {
      void session.ask(version, found.map(({ pixels }) => pixels));
    } else {
      state = { ...state, answer: null };
      fail(isEmpty ? 'empty' : (problem?.kind ?? 'nothing-found'));
    }
  }

  /** @param {SessionReport} report */
  function receive(report) {
    state = { ...state, isWaiting: report.kind === 'waiting' };
    if (report.kind === 'waiting') {
      // A remark is about the question before.
      setState({ ...state, problem: isAnswered(state) ? null : state.problem });
      announcer.say(say('index.reading'));
    } else if (report.kind === 'answered') {
      const { version, predictions, milliseconds } = report;
      if (predictions.some((each, i) => differs(each, state.found[i].prediction))) {
        void live.load(); // the API has another network by now
      }
      if (monitor.status !== 'ready') void monitor.check();
      setState(withApiAnswer(state, predictions, version, milliseconds));
      announcer.say(describeAloud(predictions));
      view.scrollToAnswer();
    } else if (report.kind === 'failed') {
      fail(report.error.kind, report.error.detail);
      void monitor.check();
    } else {
      setState(state);
    }
  }

  /**
   * @param {MessageKind} kind
   * @param {string} [detail]
   */
  function fail(kind, detail = '') {
    setState({ ...state, problem: { kind, detail } });
    const { title, text, commands } = messageFor(kind, client.base, detail);
    const message = [`${title}.`, text, commands.join(', or ')].join(' ');
    announcer.say(isAnswered(state) ? remarkFor(kind, client.base, detail) : message);
    view.scrollToAnswer();
  }

  /** @returns {string | null} What was read, for a screen reader. */
  function ownAnswerAloud() {
    const hasBegun = drawing.canUndo || drawing.canRedo;
    if (!hasBegun || drawing.isPenDown) return null;
    const { problem, answer } = state;
    if (problem?.kind === 'nothing-found' || problem?.kind === 'too-much') {
      const { title, text } = messageFor(problem.kind, client.base);
      return `${title}. ${text}`;
    }
    if (problem === null && drawing.isEmpty) return say('index.pad-empty');
    if (problem !== null || !isAnswered(state) || answer?.source === 'api') return null;
    return describeAloud(currentDigits(state).flatMap(({ prediction }) => prediction ?? []));
  }

  /**
   * Keeps the selected digit with the label that it should have had.
   * @param {number} label
   */
  async function correct(label) {
    const digit = state.found[state.selected];
    try {
      const labelled = await keepLabelled(digit.pixels, label);
      setState({ ...state, labelled });
    } catch (error) {
      note.show(/** @type {Error} */ (error).message);
    }
  }

  async function takeBack() {
    if (state.labelled === null) return;
    try {
      await undoLabel(state.labelled);
      setState({ ...state, labelled: null });
      announcer.say(say('index.label-taken-back'));
    } catch (error) {
      note.show(/** @type {Error} */ (error).message);
    }
  }

  async function readWithOwnCopy() {
    const leave = await followOwnCopy(live, (report) => {
      if ('problem' in report) {
        note.show(report.problem);
        return;
      }
      session.cancel();
      state = { ...state, learned: report.learned };
    });
    elementById('own-copy-leave', HTMLButtonElement).addEventListener('click', () => {
      leave().catch((error) => note.show(error.message));
    });
  }

  drawing.addEventListener('change', () => {
    session.cancel();
    images.forget();
    note.hide();
    const { version, isEmpty, image } = drawing;
    const isPhoto = image !== null && image.cells === null;
    state = withDrawing(state, { version, isEmpty, isImage: image !== null, isPhoto });
    isReadingDue = true;
    isPlayDue = !drawing.isPenDown;
    scheduleUpdate();
  });
  drawing.addEventListener('penup', () => {
    isPlayDue = true;
    scheduleUpdate();
  });
  drawing.addEventListener('clear', () => note.hide());
  live.addEventListener('change', () => {
    const { isReady, isExpected, isUpright, isOwn, network } = live;
    state = { ...state, live: { isReady, isExpected, isUpright, isOwn, network } };
    isReadingDue = true;
    scheduleUpdate();
  });
  monitor.addEventListener('check', () => {
    const { status, detail } = monitor;
    if (status === 'ready' && (isApiNetworkDue || !live.isReady)) {
      isApiNetworkDue = false;
      void live.load();
    }
    apiDocs.href = `${client.base}/docs`;
    setState({ ...state, api: { status, detail, base: client.base } });
    const isAnswerMissing = state.problem && CONNECTION_FAILURES.includes(state.problem.kind);
    if (status !== 'ready' || !isAnswerMissing || !isRetryDue) return;
    isRetryDue = false;
    predict();
  });
  document.addEventListener('visibilitychange', () => {
    isApiNetworkDue = true;
    void monitor.check();
  });

  const showSample = () => void images.takeSample();
  const showHelp = () => helpDialog.showModal();
  elementById('predict', HTMLButtonElement).addEventListener('click', askNow);
  elementById('sample', HTMLButtonElement).addEventListener('click', showSample);
  elementById('share', HTMLButtonElement).addEventListener('click', share);
  elementById('help', HTMLButtonElement).addEventListener('click', showHelp);
  new Shortcuts(
    { ...pad.commands, Enter: askNow, r: showSample, s: share, '?': showHelp },
    elementById('single-keys', HTMLInputElement),
  );
  images.listenTo(elementById('image', HTMLInputElement));
  images.listenTo(elementById('camera', HTMLInputElement));
  images.listenToPage(pad.frame);
  connectLanguageSwitch(elementById('language', HTMLSelectElement), () => {
    if (drawing.isEmpty) return '';
    const fragment = drawing.image === null ? encodeDrawing(drawing.inkedStrokes) : null;
    if (fragment === null) keepDrawing(drawing, KEPT);
    return fragment ?? KEPT;
  });
  new ThemeSwitch(elementById('theme', HTMLSelectElement), theme, () => {
    pad.recolour();
    view.recolour();
    view.render(state);
  });

  apiDocs.href = `${client.base}/docs`;
  setState({ ...state, api: { ...state.api, base: client.base } });
  openLink();
  // Half a megabyte of weights may come once the page is seen.
  afterFirstPaint(() => {
    void live.loadShipped();
    void readWithOwnCopy();
    void monitor.check();
  });

  /** For tests and the console. */
  const page = {
    get found() {
      return state.found;
    },
    get selected() {
      return state.selected;
    },
    get answer() {
      return state.answer;
    },
    update,
  };
  return { drawing, live, page };
})());

/**
 * Finds the page's elements and connects its pieces.
 */
MNIST.add('index', (() => {
  const { afterFirstPaint, elementById } = MNIST.core;
  const { LiveNetwork, differs } = MNIST.nn;
  const {
    ImageInput, SHARE, changedDigit, connectPad, decodeDrawing, encodeDrawing, findOnPad,
  } = MNIST.draw;
  const { ApiClient, HealthMonitor, PredictionSession, apiBasesFor } = MNIST.api;
  const {
    Announcer, DigitBoxes, NetworkDiagram, Note, ProbabilityChart, ResultPanel, STATUS_TEXT,
    ShareDialog, Shortcuts, Stages, ThemeSwitch, describeAloud, messageFor, remarkFor, theme,
  } = MNIST.ui;

  /** Failures that are over once the API is there with its network. */
  const CONNECTION_FAILURES = ['unreachable', 'no-weights'];

  const predictButton = elementById('predict', HTMLButtonElement);
  const announcer = new Announcer(elementById('announcer', HTMLElement));
  const note = new Note(elementById('note', HTMLElement));
  const apiStatus = elementById('api-status', HTMLElement);
  const helpDialog = elementById('help-dialog', HTMLDialogElement);

  const apiMeta = document.querySelector('meta[name="api-base"]')?.getAttribute('content') ?? '';
  const client = new ApiClient(apiBasesFor(window.location, apiMeta), window.location.origin);
  const monitor = new HealthMonitor(client, () => document.visibilityState === 'visible');
  const session = new PredictionSession(client, receive);
  const live = new LiveNetwork(client);
  const pad = connectPad((text) => announcer.say(text));
  const { drawing } = pad;
  const images = new ImageInput(
    (image) => drawing.show(image),
    (reason) => note.show(reason),
  );
  const shareDialog = new ShareDialog({
    dialog: elementById('share-dialog', HTMLDialogElement),
    link: elementById('share-link', HTMLInputElement),
    copy: elementById('share-copy', HTMLButtonElement),
    send: elementById('share-send', HTMLButtonElement),
    done: elementById('share-done', HTMLElement),
  });
  const panel = new ResultPanel(
    {
      panel: elementById('result', HTMLElement),
      digit: elementById('digit', HTMLElement),
      title: elementById('verdict', HTMLElement),
      text: elementById('verdict-text', HTMLElement),
      source: elementById('source', HTMLElement),
      remark: elementById('remark', HTMLElement),
      commands: elementById('commands', HTMLElement),
    },
    new ProbabilityChart(elementById('bars', HTMLElement)),
    (index) => {
      selected = index;
      render();
      showWay(true);
    },
  );
  const stages = new Stages(
    {
      ink: elementById('stage-ink', HTMLCanvasElement),
      boxed: elementById('stage-boxed', HTMLCanvasElement),
      box: elementById('stage-box', HTMLElement),
      redrawn: elementById('stage-redrawn', HTMLCanvasElement),
      seen: elementById('seen', HTMLCanvasElement),
      upright: elementById('upright', HTMLCanvasElement),
      uprightStage: elementById('stage-upright', HTMLElement),
    },
    drawing,
  );
  const boxes = new DigitBoxes(elementById('boxes', HTMLElement));
  const diagram = new NetworkDiagram(elementById('diagram', SVGSVGElement));

  /** Among so many places with ink that are no digits, each still gets its own '?'. */
  const MAX_STRANGERS = 20;

  /** What is on the pad, and the network's answers to it where it is live. @type {ReadDigit[]} */
  let found = [];
  /** Which of the digits is looked at. */
  let selected = 0;
  /** The latest answer. @type {Answer | null} */
  let answer = null;
  /** Why the last question has no answer. @type {{kind: MessageKind, detail: string} | null} */
  let problem = null;
  /** Whether the question that failed is asked again, once, when the API is there. */
  let isRetryDue = false;

  /** Reads what is on the pad, in the page itself if the network is here. */
  function read() {
    const start = performance.now();
    const before = found;
    found = findOnPad(drawing).map((digit) => ({
      ...digit,
      prediction: live.isReady ? live.predict(digit.pixels) : null,
    }));
    const milliseconds = performance.now() - start;
    const changed = changedDigit(before, found);
    if (changed >= 0) selected = changed;
    else selected = Math.min(selected, Math.max(found.length - 1, 0));
    const isAsked = answer?.source === 'api' && isAnswered();
    const isTooMuch = isSpeckle(found) || (found.length === 0 && drawing.image === null);
    if (isTooMuch) found = [];
    if (found.length === 0) {
      answer = null;
      const kind = isTooMuch ? 'too-much' : 'nothing-found';
      if (!drawing.isEmpty) problem = { kind, detail: '' };
    } else if (live.isReady && !isAsked) {
      answer = { version: drawing.version, digits: found, source: 'page', milliseconds };
    }
  }

  /**
   * @param {ReadDigit[]} digits
   * @returns {boolean} Whether it is noise: very many places with ink, and few of them are digits.
   */
  function isSpeckle(digits) {
    const accepted = digits.filter(({ prediction }) => prediction?.isAccepted);
    return live.isReady && digits.length > MAX_STRANGERS && accepted.length < digits.length / 2;
  }

  function askNow() {
    isRetryDue = true;
    predict();
  }

  /** Asks the API about what is on the pad. */
  function predict() {
    if (isReadingDue) update();
    if (found.length > 0) {
      void session.ask(drawing.version, found.map(({ pixels }) => pixels));
    } else {
      answer = null;
      fail(drawing.isEmpty ? 'empty' : (problem?.kind ?? 'nothing-found'));
    }
  }

  /** @param {SessionReport} report */
  function receive(report) {
    setWaiting(report.kind === 'waiting');
    if (report.kind === 'waiting') {
      if (isAnswered()) problem = null; // the remark is about the question before
      render();
      announcer.say('Reading…');
    } else if (report.kind === 'answered') {
      const { version, predictions, milliseconds } = report;
      if (predictions.some((prediction, i) => differs(prediction, found[i].prediction))) {
        void live.load(); // the API has another network by now
      }
      const digits = found.map((digit, i) => ({ ...digit, prediction: predictions[i] }));
      answer = { version, digits, source: 'api', milliseconds };
      problem = null;
      if (monitor.status !== 'ready') void monitor.check();
      render();
      announcer.say(describeAloud(predictions));
      panel.scrollIntoView();
    } else if (report.kind === 'failed') {
      fail(report.error.kind, report.error.detail);
      void monitor.check();
    }
  }

  /**
   * @param {MessageKind} kind
   * @param {string} [detail]
   */
  function fail(kind, detail = '') {
    problem = { kind, detail };
    render();
    const { title, text, commands } = messageFor(kind, client.base, detail);
    const message = [`${title}.`, text, commands.join(', or ')].join(' ');
    announcer.say(isAnswered() ? remarkFor(kind, client.base, detail) : message);
    panel.scrollIntoView();
  }

  /** @returns {boolean} Whether there is an answer for what is on the pad now. */
  function isAnswered() {
    return answer?.version === drawing.version;
  }

  /** Shows what is known, the most pressing first. */
  function render() {
    const { status } = monitor;
    const isCurrent = isAnswered();
    if (answer !== null && (isCurrent || problem === null)) {
      const remark = problem && remarkFor(problem.kind, client.base, problem.detail);
      panel.showAnswer(answer, Math.min(selected, answer.digits.length - 1), isCurrent, remark ?? '');
    } else if (problem !== null) {
      panel.showMessage(messageFor(problem.kind, client.base, problem.detail));
    } else if (!live.isReady && status !== 'ready' && status !== 'checking') {
      panel.showMessage(messageFor(status, client.base, monitor.detail));
    } else {
      panel.showPrompt(!drawing.isEmpty, live.isExpected);
    }
    const digits = answer !== null && isCurrent ? answer.digits : found;
    const isBoxed = digits.length > 1 || (drawing.image !== null && drawing.image.cells === null);
    boxes.show(isBoxed ? digits : [], selected);
    diagram.show(digits[selected]?.prediction?.probabilities ?? null);
    apiStatus.textContent = STATUS_TEXT[status];
    apiStatus.dataset.status = status;
  }

  /** @param {boolean} isPlayed Whether the way from the ink to the image is shown in motion. */
  function showWay(isPlayed) {
    const digit = found[selected] ?? null;
    stages.show(digit, live.isUpright);
    if (isPlayed && digit !== null) stages.play(digit);
  }

  /** @param {boolean} isWaiting */
  function setWaiting(isWaiting) {
    panel.setWaiting(isWaiting);
    predictButton.classList.toggle('is-waiting', isWaiting);
  }

  /** @returns {string | null} What has become of the drawing, for somebody who hears it. */
  function ownAnswerAloud() {
    const hasBegun = drawing.canUndo || drawing.canRedo;
    if (!hasBegun || drawing.isPenDown) return null;
    if (problem?.kind === 'nothing-found' || problem?.kind === 'too-much') {
      const { title, text } = messageFor(problem.kind, client.base, '');
      return `${title}. ${text}`;
    }
    if (problem === null && drawing.isEmpty) return 'The pad is empty.';
    if (problem !== null || !isAnswered() || answer?.source !== 'page') return null;
    return describeAloud(answer.digits.flatMap(({ prediction }) => prediction ?? []));
  }

  /** Whether the drawing has changed since it was read. */
  let isReadingDue = false;
  let isUpdateScheduled = false;
  /** Whether a stroke has ended since the last frame. */
  let isPlayDue = false;

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
    if (isReadingDue) read();
    isReadingDue = false;
    render();
    showWay(isPlayDue);
    isPlayDue = false;
    announcer.sayAtRest(ownAnswerAloud);
  }

  drawing.addEventListener('change', () => {
    session.cancel();
    images.forget();
    problem = null;
    if (drawing.isEmpty) answer = null;
    note.hide();
    isReadingDue = true;
    isPlayDue = !drawing.isPenDown;
    scheduleUpdate();
  });
  drawing.addEventListener('penup', () => {
    isPlayDue = true;
    scheduleUpdate();
  });
  live.addEventListener('change', () => {
    isReadingDue = true;
    scheduleUpdate();
  });

  /** Whether the API may have another network than this page. */
  let isApiNetworkDue = true;
  monitor.addEventListener('check', () => {
    if (monitor.status === 'ready' && (isApiNetworkDue || !live.isReady)) {
      isApiNetworkDue = false;
      void live.load();
    }
    render();
    const isAnswerMissing = problem !== null && CONNECTION_FAILURES.includes(problem.kind);
    if (monitor.status !== 'ready' || !isAnswerMissing || !isRetryDue) return;
    isRetryDue = false;
    predict();
  });
  document.addEventListener('visibilitychange', () => {
    isApiNetworkDue = true;
    void monitor.check();
  });

  /** Puts a drawing on the pad that came with the page's address. */
  function openLink() {
    const fragment = window.location.hash.slice(1);
    if (!fragment.startsWith(SHARE.KEY)) return;
    const strokes = decodeDrawing(fragment);
    if (strokes === null) note.show('The link holds no drawing that this page can read.');
    else drawing.load(strokes);
  }

  function share() {
    const fragment = encodeDrawing(drawing.inkedStrokes);
    if (drawing.isEmpty) note.show('There is nothing to share yet: draw something first.');
    else if (drawing.image !== null) note.show('A link can hold strokes, but no image.');
    else if (fragment === null) note.show('This drawing is too long for a link. A simpler one fits.');
    else shareDialog.open(fragment);
  }

  const showSample = () => void images.takeSample();
  const showHelp = () => helpDialog.showModal();
  predictButton.addEventListener('click', askNow);
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
  window.addEventListener('hashchange', openLink);

  new ThemeSwitch(document.querySelectorAll('input[name="theme"]'), theme, () => {
    pad.recolour();
    stages.recolour();
    showWay(false);
  });

  elementById('api-docs', HTMLAnchorElement).href = `${client.base}/docs`;
  render();
  openLink();
  // Half a megabyte of weights may come once the page is seen.
  afterFirstPaint(() => {
    void live.loadShipped();
    void monitor.check();
  });

  const page = {
    get found() {
      return found;
    },
    get selected() {
      return selected;
    },
    get answer() {
      return answer;
    },
    update,
  };
  return { drawing, live, page };
})());

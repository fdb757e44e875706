/**
 * Finds the page's elements and connects its pieces.
 */

/**
 * @template {Element} T
 * @param {string} id
 * @param {new (...args: any[]) => T} type
 * @returns {T}
 */
function elementById(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return element;
}

/** A drawing whose longest side is shorter than this, in cells, counts as a dot. */
const DOT_SIZE = 2;
/** Failures that are over once the API is there with its network. */
const CONNECTION_FAILURES = ['unreachable', 'no-weights'];
/** @type {Record<ApiStatus, string>} */
const STATUS_TEXT = {
  checking: 'Connecting…',
  ready: 'Ready',
  unreachable: 'Not running',
  timeout: 'Not answering',
  'no-weights': 'Not trained',
  refused: 'Out of order',
  unexpected: 'Another program',
};

const padCanvas = elementById('pad', HTMLCanvasElement);
const seenCanvas = elementById('seen', HTMLCanvasElement);
const predictButton = elementById('predict', HTMLButtonElement);
const clearButton = elementById('clear', HTMLButtonElement);
const undoButton = elementById('undo', HTMLButtonElement);
const padFrame = elementById('pad-frame', HTMLElement);
const announcer = elementById('announcer', HTMLElement);
const apiStatus = elementById('api-status', HTMLElement);

const apiMeta = document.querySelector('meta[name="api-base"]')?.getAttribute('content') ?? '';
const client = new ApiClient(apiBaseFor(window.location, apiMeta));
const monitor = new HealthMonitor(client, () => document.visibilityState === 'visible');
const session = new PredictionSession(client, receive);
const drawing = new Drawing();
const panel = new ResultPanel(
  {
    panel: elementById('result', HTMLElement),
    digit: elementById('digit', HTMLElement),
    title: elementById('verdict', HTMLElement),
    text: elementById('verdict-text', HTMLElement),
    commands: elementById('commands', HTMLElement),
  },
  new ProbabilityChart(elementById('bars', HTMLElement)),
);
const diagram = new NetworkDiagram(elementById('diagram', SVGSVGElement));
new DrawingPad(padCanvas, drawing);
new KeyboardPen(padCanvas, elementById('cursor', HTMLElement), drawing, announce);

/**
 * The latest answer, and the version of the drawing that it is for.
 * @type {{version: number, prediction: Prediction} | null}
 */
let answer = null;
/** Why the last question has no answer. @type {{kind: MessageKind, detail: string} | null} */
let problem = null;
/** Whether the question that failed is asked again, once, when the API is there. */
let isRetryDue = false;

function askNow() {
  isRetryDue = true;
  predict();
}

/** Asks the API about what is on the pad. */
function predict() {
  const pixels = renderStrokes(drawing.strokes, DOT_SIZE);
  if (pixels === null) {
    answer = null;
    fail('empty');
    return;
  }
  void session.ask(drawing.version, pixels);
}

/** @param {SessionReport} report */
function receive(report) {
  setWaiting(report.kind === 'waiting');
  if (report.kind === 'waiting') {
    announce('Reading…');
  } else if (report.kind === 'answered') {
    answer = report;
    problem = null;
    if (monitor.status !== 'ready') void monitor.check();
    render();
    const { digit, confidence } = report.prediction;
    announce(
      `It is a ${digit}, ${formatPercent(confidence)} confident. ` +
        describeCertainty(report.prediction),
    );
    panel.scrollIntoView();
  } else if (report.kind === 'failed') {
    answer = null;
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
  announce([`${title}.`, text, commands.join(', or ')].join(' '));
  panel.scrollIntoView();
}

/** Shows what is known, the most pressing first. */
function render() {
  const { status } = monitor;
  if (problem !== null) {
    panel.showMessage(messageFor(problem.kind, client.base, problem.detail));
  } else if (answer !== null) {
    panel.showPrediction(answer.prediction, answer.version === drawing.version);
  } else if (status !== 'ready' && status !== 'checking') {
    panel.showMessage(messageFor(status, client.base, monitor.detail));
  } else {
    panel.showPrompt(!drawing.isEmpty);
  }
  diagram.show(answer?.version === drawing.version ? answer.prediction.probabilities : null);
  padFrame.classList.toggle('is-empty', drawing.isEmpty);
  undoButton.setAttribute('aria-disabled', String(!drawing.canUndo));
  apiStatus.textContent = STATUS_TEXT[status];
  apiStatus.dataset.status = status;
}

/** @param {boolean} isWaiting */
function setWaiting(isWaiting) {
  panel.setWaiting(isWaiting);
  predictButton.classList.toggle('is-waiting', isWaiting);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let announcement;

/** @param {string} text For screen readers; said again even if it is the same as before. */
function announce(text) {
  announcer.textContent = '';
  clearTimeout(announcement);
  announcement = setTimeout(() => {
    announcer.textContent = text;
  }, 50);
}

let isUpdateScheduled = false;
drawing.addEventListener('change', () => {
  session.cancel();
  problem = null;
  if (drawing.isEmpty) answer = null;
  if (isUpdateScheduled) return;
  isUpdateScheduled = true;
  requestAnimationFrame(() => {
    isUpdateScheduled = false;
    showPicture(seenCanvas, renderStrokes(drawing.strokes, DOT_SIZE));
    render();
  });
});

monitor.addEventListener('check', () => {
  render();
  const isAnswerMissing = problem !== null && CONNECTION_FAILURES.includes(problem.kind);
  if (monitor.status !== 'ready' || !isAnswerMissing || !isRetryDue) return;
  isRetryDue = false;
  predict();
});

predictButton.addEventListener('click', askNow);
clearButton.addEventListener('click', () => drawing.clear());
undoButton.addEventListener('click', () => drawing.undo());
document.addEventListener('visibilitychange', () => void monitor.check());
document.addEventListener('keydown', (event) => {
  const isOnControl = event.target instanceof Element && event.target.closest('a, button, input');
  if (event.key === 'Enter' && !isOnControl && !event.repeat) {
    askNow();
  } else if (event.key === 'Escape') {
    drawing.clear();
  } else if (event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
    event.preventDefault();
    drawing.undo();
  }
});

for (const radio of document.querySelectorAll('input[name="theme"]')) {
  if (!(radio instanceof HTMLInputElement)) continue;
  radio.checked = radio.value === theme.choice;
  radio.addEventListener('change', () => {
    theme.choice = /** @type {ThemeChoice} */ (radio.value);
  });
}

elementById('api-docs', HTMLAnchorElement).href = `${client.base}/docs`;
render();
void monitor.check();

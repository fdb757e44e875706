/**
 * The place where the answer stands, or the words instead of one.
 */

/**
 * @typedef {object} ResultElements
 * @property {HTMLElement} panel
 * @property {HTMLElement} digit
 * @property {HTMLElement} title
 * @property {HTMLElement} text
 * @property {HTMLElement} commands
 */

class ResultPanel {
  #elements;
  #chart;
  /** The words that stand there, if words do. */
  #shown = '';

  /**
   * @param {ResultElements} elements
   * @param {ProbabilityChart} chart
   */
  constructor(elements, chart) {
    this.#elements = elements;
    this.#chart = chart;
  }

  /**
   * An invitation: nothing has been asked yet.
   * @param {boolean} isDrawn Whether there is something on the pad.
   */
  showPrompt(isDrawn) {
    this.#showWords('prompt', {
      title: isDrawn ? 'Ready when you are' : 'Your turn',
      text: isDrawn
        ? 'Press Predict and the network reads your drawing.'
        : 'Draw a digit from 0 to 9 on the pad, then press Predict.',
      commands: [],
    });
  }

  /** @param {Message} message Why there is no answer. */
  showMessage(message) {
    this.#showWords('message', message);
  }

  /**
   * @param {Prediction} prediction
   * @param {boolean} isCurrent False if the drawing has changed since it was asked about.
   */
  showPrediction(prediction, isCurrent) {
    const { panel, digit, title, text, commands } = this.#elements;
    panel.dataset.view = isCurrent ? 'answer' : 'outdated';
    digit.textContent = String(prediction.digit);
    title.textContent = isCurrent
      ? `${formatPercent(prediction.confidence)} confident`
      : 'The drawing has changed';
    text.textContent = isCurrent
      ? describeCertainty(prediction)
      : `It was read as ${prediction.digit} before. Press Predict to read it again.`;
    commands.replaceChildren();
    this.#chart.show(prediction);
    this.#shown = '';
  }

  /** @param {boolean} isWaiting */
  setWaiting(isWaiting) {
    this.#elements.panel.setAttribute('aria-busy', String(isWaiting));
  }

  /** Brings the answer into view where the page is higher than the screen. */
  scrollIntoView() {
    this.#elements.digit.parentElement?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * @param {'prompt' | 'message'} view
   * @param {Message} message
   */
  #showWords(view, message) {
    const shown = JSON.stringify([view, message]);
    if (shown === this.#shown) return; // somebody may be selecting a command to copy it
    this.#shown = shown;
    const { panel, digit, title, text, commands } = this.#elements;
    panel.dataset.view = view;
    digit.textContent = '';
    title.textContent = message.title;
    text.textContent = message.text;
    commands.replaceChildren(
      ...message.commands.map((command) => {
        const item = document.createElement('li');
        const code = document.createElement('code');
        code.textContent = command;
        item.append(code);
        return item;
      }),
    );
    this.#chart.clear();
  }
}

/**
 * The place where the answer stands, or the words instead of one.
 */
MNIST.add('ui', (() => {
  const { text: say } = MNIST.words;
  const {
    describeReading, describeSource, formatPercent, headline, promptFor, shortAnswer,
  } = MNIST.ui;

  class ResultPanel {
    #elements;
    #chart;
    #select;
    /** The words that stand there, if words do. */
    #shown = '';

    /**
     * @param {ResultElements} elements
     * @param {MNIST.ui.ProbabilityChart} chart
     * @param {(index: number) => void} select Called when one of several digits is chosen.
     */
    constructor(elements, chart, select) {
      this.#elements = elements;
      this.#chart = chart;
      this.#select = select;
    }

    /**
     * An invitation: nothing has been read yet.
     * @param {boolean} isDrawn Whether there is something on the pad.
     * @param {boolean} isLive Whether the page reads by itself, now or as soon as it has the weights.
     */
    showPrompt(isDrawn, isLive) {
      this.#showWords('prompt', promptFor(isDrawn, isLive));
    }

    /** @param {Message} message Why there is no answer. */
    showMessage(message) {
      this.#showWords('message', message);
    }

    /**
     * @param {Answer} answer
     * @param {number} selected The digit whose probabilities are shown.
     * @param {boolean} isCurrent False if the drawing has changed since it was asked about.
     * @param {string} remark Why it is not the API's, if the API was to give it.
     */
    showAnswer({ digits, source, milliseconds }, selected, isCurrent, remark) {
      const predictions = digits.flatMap(({ prediction }) => prediction ?? []);
      const number = predictions.map(shortAnswer).join('');
      const { panel, title, text, commands } = this.#elements;
      panel.dataset.view = isCurrent ? 'answer' : 'outdated';
      panel.dataset.source = source;
      panel.dataset.accepted = String(predictions[selected].isAccepted);
      this.#showNumber(predictions, selected);
      title.textContent = isCurrent ? headline(predictions) : say('common.outdated');
      text.textContent = isCurrent
        ? describeReading(predictions)
        : say('common.read-before', { answers: number });
      this.#elements.source.textContent = isCurrent ? describeSource(source, milliseconds) : '';
      this.#elements.remark.textContent = remark;
      commands.replaceChildren();
      this.#chart.show(predictions[selected]);
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
     * One digit is text; of several each is a button that shows its probabilities. Buttons that are
     * there already stay, otherwise none could be pressed while the pen moves.
     *
     * @param {Prediction[]} predictions
     * @param {number} selected
     */
    #showNumber(predictions, selected) {
      const { digit } = this.#elements;
      digit.style.setProperty('--count', String(predictions.length));
      if (predictions.length === 1) {
        digit.textContent = shortAnswer(predictions[0]);
        return;
      }
      if (digit.children.length !== predictions.length) {
        digit.replaceChildren(...predictions.map((_, i) => this.#numeral(i)));
      }
      predictions.forEach((prediction, i) => {
        const numeral = digit.children[i];
        const answer = shortAnswer(prediction);
        if (numeral.textContent !== answer) numeral.textContent = answer;
        numeral.classList.toggle('is-refused', !prediction.isAccepted);
        numeral.setAttribute('aria-pressed', String(i === selected));
        numeral.setAttribute('aria-label', `${answer}, ${formatPercent(prediction.confidence)}`);
      });
    }

    /**
     * @param {number} index
     * @returns {HTMLButtonElement}
     */
    #numeral(index) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'numeral';
      button.addEventListener('click', () => this.#select(index));
      return button;
    }

    /**
     * @param {'prompt' | 'message'} view
     * @param {Message} message
     */
    #showWords(view, message) {
      const shown = JSON.stringify([view, message]);
      if (shown === this.#shown) return; // a command may be selected to be copied
      this.#shown = shown;
      const { panel, digit, title, text, source, remark, commands } = this.#elements;
      panel.dataset.view = view;
      delete panel.dataset.source;
      digit.textContent = '';
      title.textContent = message.title;
      text.textContent = message.text;
      source.textContent = '';
      remark.textContent = '';
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

  return { ResultPanel };
})());

/**
 * "Not right?": ten buttons that say which digit the drawing is. It is kept with its label.
 */
MNIST.add('index', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { withArticle } = MNIST.ui;

  class Correction {
    #details = elementById('correction', HTMLDetailsElement);
    #which = elementById('correction-which', HTMLElement);
    #report = elementById('correction-report', HTMLElement);
    #kept = elementById('correction-kept', HTMLElement);
    #undo = elementById('correction-undo', HTMLButtonElement);
    #buttons;

    /**
     * @param {(label: number) => void} label Called when somebody says which digit it is.
     * @param {() => void} undo
     */
    constructor(label, undo) {
      this.#buttons = Array.from({ length: 10 }, (_, digit) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'label-button';
        button.textContent = String(digit);
        button.addEventListener('click', () => label(digit));
        return button;
      });
      elementById('correction-labels', HTMLElement).replaceChildren(...this.#buttons);
      this.#undo.addEventListener('click', undo);
    }

    /** @param {IndexState} state */
    render({ found, selected, labelled }) {
      const digit = found[selected];
      this.#details.hidden = digit === undefined;
      if (digit === undefined) return;
      this.#which.textContent = found.length === 1
        ? text('index.this-is') : text('index.this-digit-is', { digit: selected + 1, all: found.length });
      const isLabelled = labelled !== null && labelled.pixels === digit.pixels;
      this.#report.hidden = !isLabelled;
      this.#buttons.forEach((button, i) => {
        button.setAttribute('aria-pressed', String(isLabelled && labelled.digit.label === i));
      });
      const kept = isLabelled ? describeKept(labelled) : '';
      if (this.#kept.textContent !== kept) this.#kept.textContent = kept;
    }
  }

  /**
   * @param {Labelled} labelled
   * @returns {string}
   */
  function describeKept({ digit: { label }, count, isLasting }) {
    const values = { digit: withArticle(label), count };
    return isLasting ? text('index.label-kept', values) : text('index.label-noted', values);
  }

  return { Correction };
})());

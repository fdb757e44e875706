/**
 * "Not right?": ten buttons that say which digit the drawing is. It is kept with its label.
 */
MNIST.add('index', (() => {
  const { elementById } = MNIST.core;

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
      this.#which.textContent = found.length === 1 ? 'This is a' : `Digit ${selected + 1} of ${found.length} is a`;
      const isLabelled = labelled !== null && labelled.pixels === digit.pixels;
      this.#report.hidden = !isLabelled;
      this.#buttons.forEach((button, i) => {
        button.setAttribute('aria-pressed', String(isLabelled && labelled.digit.label === i));
      });
      const text = isLabelled ? describeKept(labelled) : '';
      if (this.#kept.textContent !== text) this.#kept.textContent = text;
    }
  }

  /**
   * @param {Labelled} labelled
   * @returns {string}
   */
  function describeKept({ digit: { label }, count, isLasting }) {
    const name = `${label === 8 ? 'an' : 'a'} ${label}`;
    const digits = `${count} ${count === 1 ? 'digit' : 'digits'}`;
    return isLasting
      ? `Kept as ${name}. This browser keeps ${digits} of yours and sends nothing anywhere.`
      : `Noted as ${name}, but this browser keeps nothing for this page: it is gone when you leave.`;
  }

  return { Correction };
})());

/**
 * What the experiments are made of: their frame, and controls that they share.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { element } = MNIST.learn;

  /**
   * @param {string} name Of an experiment.
   * @returns {{title: string, question: string, means: string, limits: string}} What foolPanel says.
   */
  function foolTexts(name) {
    const [title, question, means, limits] = ['title', 'question', 'means', 'limits'].map((part) => text(`fool.${name}-${part}`));
    return { title, question, means, limits };
  }

  /**
   * @template {Element} T
   * @param {ParentNode} root
   * @param {string} selector
   * @param {new (...args: any[]) => T} type
   * @returns {T}
   */
  function partOf(root, selector, type) {
    const found = root.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`There is no ${type.name} ${selector}.`);
    return found;
  }

  /**
   * @param {FoolText} text
   * @param {string} body HTML.
   * @returns {HTMLElement} An experiment's frame.
   */
  function foolPanel({ title, question, means, limits }, body) {
    const panel = element('div', { class: 'fool-panel' });
    panel.innerHTML = `<h3>${title}</h3><p class="fool-question">${question}</p>
      <p class="fool-empty" hidden>${text('fool.empty')}</p>
      <div class="fool-body">${body}</div>
      <dl class="fool-meaning">
        <div><dt>${text('fool.means')}</dt><dd>${means}</dd></div>
        <div><dt>${text('fool.limits')}</dt><dd>${limits}</dd></div>
      </dl>`;
    return panel;
  }

  /**
   * @param {HTMLElement} panel
   * @param {boolean} isEmpty Whether there is nothing to experiment with.
   */
  function showEmpty(panel, isEmpty) {
    partOf(panel, '.fool-empty', HTMLElement).hidden = !isEmpty;
    partOf(panel, '.fool-body', HTMLElement).hidden = isEmpty;
  }

  /** Ten buttons, one of which is pressed. */
  class FoolDigits {
    #buttons;

    /**
     * @param {HTMLElement} place Is filled.
     * @param {(digit: number) => void} choose
     */
    constructor(place, choose) {
      this.#buttons = Array.from({ length: 10 }, (_, digit) => {
        const made = element('button', { type: 'button', class: 'target', 'aria-pressed': 'false' }, String(digit));
        made.addEventListener('click', () => choose(digit));
        return made;
      });
      place.replaceChildren(...this.#buttons);
    }

    /**
     * @param {number} chosen
     * @param {number | null} [barred] Cannot be chosen.
     */
    show(chosen, barred = null) {
      this.#buttons.forEach((button, digit) => {
        button.setAttribute('aria-pressed', String(digit === chosen));
        button.disabled = digit === barred;
      });
    }
  }

  /** A range with its value beside it. */
  class FoolSlider {
    #input;
    #output;
    #write;

    /**
     * @param {HTMLElement} label Has an input and an output.
     * @param {(value: number) => string} describe
     * @param {(value: number) => void} change
     */
    constructor(label, describe, change) {
      this.#input = partOf(label, 'input', HTMLInputElement);
      this.#output = partOf(label, 'output', HTMLElement);
      this.#write = describe;
      this.#input.addEventListener('input', () => {
        this.#describe();
        change(this.value);
      });
    }

    get value() {
      return this.#input.valueAsNumber;
    }

    set value(value) {
      this.#input.value = String(value);
      this.#describe();
    }

    /** @param {number} max */
    set max(max) {
      this.#input.max = String(max);
    }

    /** @param {string} reading What the network makes of it: spoken with the value. */
    say(reading) {
      this.#input.setAttribute('aria-valuetext', text('fool.value-and-reading', { value: this.#write(this.value), reading }));
    }

    #describe() {
      const value = this.#write(this.value);
      this.#output.textContent = value;
      this.#input.setAttribute('aria-valuetext', value);
    }
  }

  /**
   * @param {HTMLElement} panel
   * @param {string} name Of the radio buttons.
   * @param {(value: string) => void} choose
   */
  function onChoice(panel, name, choose) {
    for (const input of panel.querySelectorAll(`input[name="${name}"]`)) {
      input.addEventListener('change', () => choose(/** @type {HTMLInputElement} */ (input).value));
    }
  }

  /**
   * @param {HTMLElement} panel
   * @param {string} selector
   * @param {() => void} press
   * @returns {HTMLButtonElement}
   */
  function onPress(panel, selector, press) {
    const button = partOf(panel, selector, HTMLButtonElement);
    button.addEventListener('click', press);
    return button;
  }

  return { FoolDigits, FoolSlider, foolPanel, foolTexts, onChoice, onPress, partOf, showEmpty };
})());

/**
 * Stage A: edit a weight or a bias by hand, scale a neuron, switch it off.
 */
MNIST.add('learn', (() => {
  const { networkOf, termsOf } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  const { nameOf } = MNIST.nn;

  class SurgeryBench {
    #input = elementById('edit-input', HTMLInputElement);
    #inputName = elementById('edit-input-name', HTMLElement);
    #weight = elementById('edit-weight', HTMLInputElement);
    #weightNumber = elementById('edit-weight-number', HTMLInputElement);
    #bias = elementById('edit-bias', HTMLInputElement);
    #biasNumber = elementById('edit-bias-number', HTMLInputElement);
    #off = elementById('edit-off', HTMLButtonElement);
    #getState;
    /** Which neuron the strongest input was chosen for. */
    #neuron = '';

    /**
     * @param {() => LearnState} getState
     * @param {(edit: Edit) => void} edit
     */
    constructor(getState, edit) {
      this.#getState = getState;
      const place = () => getState().selected;
      /** @param {string} typed */
      const setWeight = (typed) => {
        if (typed === '' || !Number.isFinite(Number(typed))) return;
        edit({ kind: 'weight', ...place(), input: this.#inputIndex(), value: Number(typed) });
      };
      /** @param {string} typed */
      const setBias = (typed) => {
        if (typed === '' || !Number.isFinite(Number(typed))) return;
        edit({ kind: 'bias', ...place(), value: Number(typed) });
      };
      this.#weight.addEventListener('input', () => setWeight(this.#weight.value));
      this.#weightNumber.addEventListener('change', () => setWeight(this.#weightNumber.value));
      this.#bias.addEventListener('input', () => setBias(this.#bias.value));
      this.#biasNumber.addEventListener('change', () => setBias(this.#biasNumber.value));
      this.#input.addEventListener('blur', () => this.render(getState()));
      this.#input.addEventListener('input', () => this.render(getState()));
      this.#off.addEventListener('click', () => edit({ kind: 'off', ...place() }));
      for (const button of document.querySelectorAll('[data-scale]')) {
        const value = Number(/** @type {HTMLElement} */ (button).dataset.scale);
        button.addEventListener('click', () => edit({ kind: 'scale', ...place(), value }));
      }
    }

    /** @returns {number} Which of the inputs is edited: what the field says, made an index. */
    #inputIndex() {
      const state = this.#getState();
      const { inputs } = networkOf(state).layers[state.selected.layer];
      return Math.min(Math.max(Math.trunc(Number(this.#input.value)) || 0, 0), inputs - 1);
    }

    /** @param {number} index Which of the inputs is edited. */
    choose(index) {
      this.#input.value = String(index);
      this.render(this.#getState());
    }

    /** @param {LearnState} state */
    render(state) {
      const { selected, pass } = state;
      const { layer, neuron } = selected;
      const network = networkOf(state);
      const { inputs, outputs, W, b } = network.layers[layer];
      const name = `${layer},${neuron}`;
      if (name !== this.#neuron) {
        this.#neuron = name;
        this.#input.value = String(termsOf(network, pass, selected)[0]?.index ?? 0);
      }
      this.#input.max = String(inputs - 1);
      const input = this.#inputIndex();
      if (document.activeElement !== this.#input) this.#input.value = String(input);
      this.#inputName.textContent = layer === 0
        ? text('think.row-column', { row: Math.floor(input / 28), column: input % 28 })
        : nameOf(layer - 1, input);
      const weight = W[input * outputs + neuron];
      showNumber(this.#weight, this.#weightNumber, weight);
      showNumber(this.#bias, this.#biasNumber, b[neuron]);
    }
  }

  /**
   * @param {HTMLInputElement} slider
   * @param {HTMLInputElement} number
   * @param {number} value
   */
  function showNumber(slider, number, value) {
    if (document.activeElement !== slider) {
      const reach = Math.max(2, Math.ceil(2 * Math.abs(value)));
      slider.min = String(-reach);
      slider.max = String(reach);
      slider.value = String(value);
    }
    if (document.activeElement !== number) number.value = value.toFixed(4);
  }

  return { SurgeryBench };
})());

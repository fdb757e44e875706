/**
 * Stage C, "Blame flows back": seven named steps, all 109,386 gradients, any weight looked at, and
 * steps of gradient descent with what they do to a thousand other digits.
 */
MNIST.add('learn', (() => {
  const {
    BLAME_STEPS, GradientGrid, StepBench, WeightPanel, describeBlameStep, element, gradientTable, networkOf,
    paintSigned, plain, signed, targetOf,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  const { backwardPass, nameOf } = MNIST.nn;

  /** @implements {Stage} */
  class BlameStage {
    #host;
    #targets;
    #bar;
    #grid;
    #weight;
    #steps;
    #title = elementById('blame-title', HTMLElement);
    #text = elementById('blame-text', HTMLElement);
    #next = elementById('blame-next', HTMLButtonElement);
    #deltas = elementById('delta-canvas', HTMLCanvasElement);
    #deltaFigure = elementById('delta-figure', HTMLElement);
    #deltaCaption = elementById('delta-caption', HTMLElement);
    #gradientFigure = elementById('gradient-figure', HTMLElement);
    /** @type {LookedAt | null} */
    #looked = null;

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      const { change, getState, section, tables } = host;
      /** @param {WeightPlace} weight */
      const choose = (weight) => change({ weight });
      this.#grid = new GradientGrid(choose);
      this.#weight = new WeightPanel(choose);
      this.#steps = new StepBench(host);
      this.#targets = Array.from({ length: 10 }, (_, digit) => {
        const button = element('button', { type: 'button', class: 'target' }, String(digit));
        button.addEventListener('click', () => change({ target: digit }));
        return button;
      });
      elementById('targets', HTMLElement).append(...this.#targets);
      this.#bar = BLAME_STEPS.map(({ name }, index) => {
        const button = element('button', { type: 'button', class: 'blame-step' }, name);
        button.addEventListener('click', () => change({ blameStep: index, weight: null }));
        return button;
      });
      elementById('blame-bar', HTMLElement).append(...this.#bar.map((button) => element('li', {}, button)));
      elementById('blame-back', HTMLButtonElement).addEventListener('click', () => this.go(-1));
      this.#next.addEventListener('click', () => this.go(1));
      tables.connect(section, {
        gradients: () => gradientTable(/** @type {LookedAt} */ (this.#looked)),
        errors: () => errorTable(getState(), /** @type {LookedAt} */ (this.#looked)),
      });
    }

    /** @returns {LookedAt | null} The gradient of what is drawn, and the weight that is looked at. */
    get looked() {
      return this.#looked;
    }

    /** @param {DigitSet} digits Old digits for the steps. */
    set training(digits) {
      this.#steps.training = digits;
    }

    /** @param {LearnState} state */
    render(state) {
      const target = targetOf(state);
      const gradient = backwardPass(networkOf(state), state.pass, target);
      const step = BLAME_STEPS[state.blameStep];
      const looked = { gradient, weight: state.weight ?? strongest(gradient, step.layer ?? 2) };
      this.#looked = looked;
      this.#targets.forEach((button, digit) => {
        button.setAttribute('aria-pressed', String(digit === target));
      });
      this.#bar.forEach((button, index) => {
        if (index === state.blameStep) button.setAttribute('aria-current', 'step');
        else button.removeAttribute('aria-current');
        button.classList.toggle('is-done', index < state.blameStep);
      });
      this.#next.textContent = text(state.blameStep < BLAME_STEPS.length - 1 ? 'blame.next' : 'blame.again');
      this.#title.textContent = titleOf(state.blameStep);
      this.#text.textContent = describeBlameStep(state, looked, target);
      this.#deltaFigure.hidden = state.blameStep === BLAME_STEPS.length - 1;
      this.#showDeltas(state, gradient);
      this.#gradientFigure.hidden = state.blameStep < 3;
      this.#grid.show(looked);
      this.#weight.render(state, looked, target);
      this.#steps.render(state);
    }

    leave() {}

    /** @param {number} steps How far the seven steps go on; after the last one comes the first. */
    go(steps) {
      const blameStep = Math.max(this.#host.getState().blameStep + steps, 0) % BLAME_STEPS.length;
      this.#host.change({ blameStep, weight: null });
      this.#host.announce(titleOf(blameStep));
    }

    /** Takes the report of the latest steps away. */
    forgetReport() {
      this.#steps.forget();
    }

    /**
     * The numbers of the step itself: probabilities, or the error of a layer.
     *
     * @param {LearnState} state
     * @param {Gradient} gradient
     */
    #showDeltas({ blameStep, pass }, { deltas }) {
      const probabilities = { values: pass.probabilities, columns: 10, caption: text('blame.caption-probabilities') };
      const outputs = { values: deltas[2], columns: 10, caption: text('blame.caption-outputs') };
      const { values, columns, caption } = [
        probabilities, probabilities, outputs, outputs,
        { values: deltas[1], columns: 8, caption: text('blame.caption-layer', { layer: 2 }) },
        { values: deltas[0], columns: 16, caption: text('blame.caption-layer', { layer: 1 }) },
      ][Math.min(blameStep, 5)];
      paintSigned(this.#deltas, values, columns);
      this.#deltas.style.aspectRatio = `${columns} / ${Math.ceil(values.length / columns)}`;
      this.#deltaFigure.dataset.columns = String(columns);
      this.#deltaCaption.textContent = caption;
      const largest = Array.from(values.keys())
        .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, 3)
        .map((i) => `${i}: ${signed(values[i], 4)}`);
      this.#deltas.setAttribute('role', 'img');
      this.#deltas.setAttribute('aria-label', text('blame.largest', { caption, list: largest.join('; ') }));
    }
  }

  /**
   * @param {Gradient} gradient
   * @param {number} layer
   * @returns {WeightPlace} The weight with the largest gradient of a layer.
   */
  function strongest({ dW, deltas }, layer) {
    const outputs = deltas[layer].length;
    let best = 0;
    dW[layer].forEach((value, k) => {
      if (Math.abs(value) > Math.abs(dW[layer][best])) best = k;
    });
    return { layer, input: Math.floor(best / outputs), output: best % outputs };
  }

  /**
   * @param {LearnState} state
   * @param {LookedAt} looked
   * @returns {TableContent} The errors of every neuron, from the outputs back to layer 1.
   */
  function errorTable({ pass }, { gradient: { deltas } }) {
    const rows = [2, 1, 0].flatMap((layer) => Array.from(deltas[layer], (delta, neuron) => {
      const a = layer === 2 ? pass.probabilities[neuron] : pass.activations[layer + 1][neuron];
      return [nameOf(layer, neuron), plain(a, 4), signed(delta, 4)];
    }));
    const head = [text('think.column-neuron'), text('blame.column-a'), text('blame.column-error')];
    return { title: text('blame.errors-title'), head, rows };
  }

  /**
   * @param {number} step From 0.
   * @returns {string} Such as "2 of 7: Loss".
   */
  function titleOf(step) {
    return text('blame.title', { step: step + 1, steps: BLAME_STEPS.length, name: BLAME_STEPS[step].name });
  }

  return { BlameStage };
})());

/**
 * Stage C: blame flows back. Seven named steps, all 109,386 gradients, any weight looked at, and
 * steps of gradient descent with what they do to a thousand other digits.
 */
MNIST.add('learn', (() => {
  const {
    element, networkOf, paintSigned, percent, plain, precise, signed, targetOf,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { backwardPass, measureSlope, nameOf } = MNIST.nn;

  /** @type {ReadonlyArray<{name: string, layer: number | null}>} `layer`: whose gradient is painted. */
  const BLAME_STEPS = [
    { name: 'Forward', layer: null },
    { name: 'Loss', layer: null },
    { name: 'Output error', layer: null },
    { name: 'Gradient of W₃', layer: 2 },
    { name: 'Error of layer 2', layer: 1 },
    { name: 'Error of layer 1', layer: 0 },
    { name: 'All gradients', layer: 0 },
  ];

  class Blame {
    #targets;
    #bar;
    #title = elementById('blame-title', HTMLElement);
    #text = elementById('blame-text', HTMLElement);
    #next = elementById('blame-next', HTMLButtonElement);
    #deltas = elementById('delta-canvas', HTMLCanvasElement);
    #deltaFigure = elementById('delta-figure', HTMLElement);
    #deltaCaption = elementById('delta-caption', HTMLElement);
    #gradient = elementById('gradient-canvas', HTMLCanvasElement);
    #gradientFigure = elementById('gradient-figure', HTMLElement);
    #gradientCaption = elementById('gradient-caption', HTMLElement);
    #facts = elementById('weight-facts', HTMLElement);
    #title2 = elementById('weight-title', HTMLElement);
    #slope = elementById('slope-check', HTMLElement);
    #rate = elementById('learning-rate', HTMLInputElement);
    #rateValue = elementById('learning-rate-value', HTMLElement);
    #layer = elementById('weight-layer', HTMLSelectElement);
    #input = elementById('weight-input', HTMLInputElement);
    #output = elementById('weight-output', HTMLInputElement);
    /** @type {LookedAt | null} */
    #looked = null;

    /** @param {(change: Partial<LearnState>) => void} change */
    constructor(change) {
      const targets = elementById('targets', HTMLElement);
      this.#targets = Array.from({ length: 10 }, (_, digit) => {
        const button = element('button', { type: 'button', class: 'target' }, String(digit));
        button.addEventListener('click', () => change({ target: digit }));
        targets.append(button);
        return button;
      });
      const bar = elementById('blame-bar', HTMLElement);
      this.#bar = BLAME_STEPS.map(({ name }, index) => {
        const button = element('button', { type: 'button', class: 'blame-step' }, name);
        button.addEventListener('click', () => change({ blameStep: index, weight: null }));
        bar.append(element('li', {}, button));
        return button;
      });
      this.#gradient.addEventListener('click', (event) => {
        const place = this.#placeAt(event);
        if (place !== null) change({ weight: place });
      });
      this.#gradient.addEventListener('keydown', (event) => {
        const place = this.#moved(event.key);
        if (place === null || this.#looked === null) return;
        event.preventDefault();
        event.stopPropagation();
        this.#looked = { ...this.#looked, weight: place }; // the next key may come before the next frame
        change({ weight: place });
      });
      this.#rate.addEventListener('input', () => change({ learningRate: 10 ** Number(this.#rate.value) }));
      const choose = () => {
        const layer = Number(this.#layer.value);
        const [inputs, outputs] = [[784, 128, 64][layer], [128, 64, 10][layer]];
        const input = Math.min(Math.max(Math.trunc(Number(this.#input.value)) || 0, 0), inputs - 1);
        const output = Math.min(Math.max(Math.trunc(Number(this.#output.value)) || 0, 0), outputs - 1);
        change({ weight: { layer, input, output } });
      };
      for (const control of [this.#layer, this.#input, this.#output]) {
        control.addEventListener('change', choose);
      }
    }

    /** @returns {LookedAt | null} The gradient of what is drawn, and the weight that is looked at. */
    get looked() {
      return this.#looked;
    }

    /** @param {LearnState} state */
    render(state) {
      const network = networkOf(state);
      const target = targetOf(state);
      const backward = backwardPass(network, state.pass, target);
      const weight = state.weight ?? strongest(backward, BLAME_STEPS[state.blameStep].layer ?? 2);
      this.#looked = { gradient: backward, weight };
      this.#targets.forEach((button, digit) => {
        button.setAttribute('aria-pressed', String(digit === target));
      });
      this.#bar.forEach((button, index) => {
        if (index === state.blameStep) button.setAttribute('aria-current', 'step');
        else button.removeAttribute('aria-current');
        button.classList.toggle('is-done', index < state.blameStep);
      });
      const step = BLAME_STEPS[state.blameStep];
      this.#next.textContent = state.blameStep < BLAME_STEPS.length - 1 ? 'Next step' : 'Start again';
      this.#deltaFigure.hidden = state.blameStep === BLAME_STEPS.length - 1;
      this.#title.textContent = `${state.blameStep + 1} of 7: ${step.name}`;
      this.#text.textContent = textOf(state, this.#looked, target);
      this.#showDeltas(state, backward);
      this.#showGradient(state, this.#looked);
      this.#showWeight(state, this.#looked, target);
      this.#rate.value = String(Math.log10(state.learningRate));
      this.#rateValue.textContent = String(Number(state.learningRate.toPrecision(2)));
    }

    /**
     * The numbers of the step itself: activations, probabilities, or the error of a layer.
     *
     * @param {LearnState} state
     * @param {Gradient} backward
     */
    #showDeltas({ blameStep, pass }, { deltas }) {
      const shown = [
        { values: pass.probabilities, columns: 10, caption: 'The ten probabilities ŷ' },
        { values: pass.probabilities, columns: 10, caption: 'The ten probabilities ŷ' },
        { values: deltas[2], columns: 10, caption: 'The error of each output, δ = ŷ − y' },
        { values: deltas[2], columns: 10, caption: 'The error of each output, δ = ŷ − y' },
        { values: deltas[1], columns: 8, caption: 'The error of each neuron of layer 2; a closed ReLU has none' },
        { values: deltas[0], columns: 16, caption: 'The error of each neuron of layer 1; a closed ReLU has none' },
      ][Math.min(blameStep, 5)];
      paintSigned(this.#deltas, shown.values, shown.columns);
      this.#deltas.style.aspectRatio = `${shown.columns} / ${Math.ceil(shown.values.length / shown.columns)}`;
      this.#deltaFigure.dataset.columns = String(shown.columns);
      this.#deltaCaption.textContent = shown.caption;
      const largest = Array.from(shown.values.keys())
        .sort((a, b) => Math.abs(shown.values[b]) - Math.abs(shown.values[a])).slice(0, 3)
        .map((i) => `${i}: ${signed(shown.values[i], 4)}`);
      this.#deltas.setAttribute('role', 'img');
      this.#deltas.setAttribute('aria-label', `${shown.caption}. Largest: ${largest.join('; ')}.`);
    }

    /**
     * The gradients of one layer's weights. Layer 1 as 128 tiles of 28 × 28, the others as they are.
     *
     * @param {LearnState} state
     * @param {LookedAt} looked
     */
    #showGradient(state, { weight, gradient: { dW } }) {
      const { layer } = weight;
      const { values, columns } = asTiles(dW[layer], layer);
      this.#gradientFigure.hidden = state.blameStep < 3;
      paintSigned(this.#gradient, values, columns);
      this.#gradient.dataset.layer = String(layer);
      this.#gradient.style.aspectRatio = `${columns} / ${values.length / columns}`;
      const [inputs, outputs] = [[784, 128, 64][layer], [128, 64, 10][layer]];
      this.#gradientCaption.textContent = layer === 0
        ? `All ${(inputs * outputs).toLocaleString('en')} gradients of layer 1: a tile of 28 × 28 for each neuron`
        : `All ${(inputs * outputs).toLocaleString('en')} gradients of layer ${layer + 1}: a row for each neuron`;
    }

    /** @param {MouseEvent} event */
    #placeAt({ clientX, clientY }) {
      const layer = Number(this.#gradient.dataset.layer);
      const { left, top, width, height } = this.#gradient.getBoundingClientRect();
      const column = Math.floor(((clientX - left) / width) * this.#gradient.width);
      const row = Math.floor(((clientY - top) / height) * this.#gradient.height);
      if (column < 0 || row < 0 || column >= this.#gradient.width || row >= this.#gradient.height) return null;
      if (layer > 0) return { layer, input: column, output: row };
      const output = Math.floor(row / 28) * 16 + Math.floor(column / 28);
      return { layer, input: (row % 28) * 28 + (column % 28), output };
    }

    /** @param {string} key */
    #moved(key) {
      if (this.#looked === null) return null;
      const { layer, input, output } = this.#looked.weight;
      const [inputs, outputs] = [[784, 128, 64][layer], [128, 64, 10][layer]];
      const across = layer === 0 ? 28 : 0;
      const moves = {
        ArrowLeft: [-1, 0], ArrowRight: [1, 0],
        ArrowUp: [-across, across === 0 ? -1 : 0], ArrowDown: [across, across === 0 ? 1 : 0],
        PageUp: [0, -1], PageDown: [0, 1],
      };
      const move = moves[/** @type {keyof typeof moves} */ (key)];
      if (move === undefined) return null;
      const next = { layer, input: input + move[0], output: output + move[1] };
      const isInside = next.input >= 0 && next.input < inputs && next.output >= 0 && next.output < outputs;
      return isInside ? next : null;
    }

    /**
     * @param {LearnState} state
     * @param {LookedAt} looked
     * @param {number} target
     */
    #showWeight(state, { weight, gradient: { dW, deltas } }, target) {
      const { layer, input, output } = weight;
      const network = networkOf(state);
      const { outputs, inputs, W } = network.layers[layer];
      const at = input * outputs + output;
      const a = state.pass.activations[layer][input];
      const delta = deltas[layer][output];
      const slope = dW[layer][at];
      const from = layer === 0 ? `pixel (${Math.floor(input / 28)}, ${input % 28})` : nameOf(layer - 1, input);
      this.#title2.textContent = `The weight from ${from} to ${nameOf(layer, output)}`;
      /** @type {[string, string][]} */
      const facts = [
        ['value w', plain(W[at], 5)],
        ['activation a before it', plain(a, 5)],
        ['error δ of the neuron it leads to', plain(delta, 5)],
        ['gradient a · δ', plain(slope, 6)],
        [`after a step, w − ${Number(state.learningRate.toPrecision(2))} · gradient`,
          plain(W[at] - state.learningRate * slope, 5)],
      ];
      this.#facts.replaceChildren(...facts.map(([name, value]) => {
        return element('div', {}, element('dt', {}, name), element('dd', {}, value));
      }));
      const { less, more, slope: measured } = measureSlope(
        network, state.pass.activations[0], target, weight, state.nudge,
      );
      this.#slope.textContent =
        `Try it: raise this weight by ${state.nudge} and the loss becomes ${plain(more, 7)}; lower it by `
        + `${state.nudge} and it becomes ${plain(less, 7)}. So the measured slope is ${plain(measured, 6)}, and the `
        + `computed gradient is ${plain(slope, 6)}.`;
      if (document.activeElement !== this.#layer) this.#layer.value = String(layer);
      if (document.activeElement !== this.#input) this.#input.value = String(input);
      if (document.activeElement !== this.#output) this.#output.value = String(output);
      this.#input.max = String(inputs - 1);
      this.#output.max = String(outputs - 1);
    }

    /** @returns {TableContent} The gradients of the selected weight's neuron. */
    table() {
      const { weight, gradient: { dW } } = /** @type {LookedAt} */ (this.#looked);
      const outputs = [128, 64, 10][weight.layer];
      const inputs = [784, 128, 64][weight.layer];
      const values = Float64Array.from({ length: inputs }, (_, i) => dW[weight.layer][i * outputs + weight.output]);
      const title = `Gradients of the weights of ${nameOf(weight.layer, weight.output)}`;
      return MNIST.learn.gridTable(values, [28, 16, 8][weight.layer], title, (value) => signed(value, 4));
    }
  }

  /**
   * @param {Gradient} gradient
   * @param {number} layer
   * @returns {WeightPlace} The weight with the largest gradient of a layer.
   */
  function strongest({ dW }, layer) {
    const outputs = [128, 64, 10][layer];
    let best = 0;
    dW[layer].forEach((value, k) => {
      if (Math.abs(value) > Math.abs(dW[layer][best])) best = k;
    });
    return { layer, input: Math.floor(best / outputs), output: best % outputs };
  }

  /**
   * @param {Float32Array} dW
   * @param {number} layer
   * @returns {{values: Float32Array, columns: number}}
   */
  function asTiles(dW, layer) {
    const [inputs, outputs] = [[784, 128, 64][layer], [128, 64, 10][layer]];
    const values = new Float32Array(dW.length);
    const columns = layer === 0 ? 16 * 28 : inputs;
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) {
        const at = layer === 0
          ? (Math.floor(j / 16) * 28 + Math.floor(i / 28)) * columns + (j % 16) * 28 + (i % 28)
          : j * columns + i;
        values[at] = dW[i * outputs + j];
      }
    }
    return { values, columns };
  }

  /**
   * @param {LearnState} state
   * @param {LookedAt} looked
   * @param {number} target
   * @returns {string} What the step does, with this drawing's numbers.
   */
  function textOf({ blameStep, pass }, { weight, gradient: { loss, deltas, dW } }, target) {
    const share = pass.probabilities[target];
    const open = deltas.slice(0, 2).map((delta) => delta.reduce((n, value) => n + (value !== 0 ? 1 : 0), 0));
    const count = dW.reduce((n, values) => n + values.reduce((m, value) => m + (value !== 0 ? 1 : 0), 0), 0);
    const [i, j] = weight.layer === 2 ? [weight.input, weight.output] : [0, target];
    const product = `${plain(pass.activations[2][i], 4)} × ${plain(deltas[2][j], 6)}`;
    return [
      `The drawing goes through the network. If it should be ${target === 8 ? 'an' : 'a'} ${target}: the network gives ${target} a probability of ${percent(share)}.`,
      `The loss says how wrong that is: −ln ${precise(share)} = ${plain(loss, 4)}. It is 0 when the right digit gets 100%.`,
      `Each output’s error is its probability minus what it should be: ${signed(deltas[2][target], 4)} for ${target}, `
        + 'which should rise, and more than 0 for all others, which should fall.',
      `A weight is to blame when its input was active and its output wrong. From neuron ${i} to output ${j}: ${product} `
        + `= ${plain(pass.activations[2][i] * deltas[2][j], 4)}. That is its gradient.`,
      `The error flows back through the same weights to layer 2. ${open[1]} of 64 neurons are open and get a share; `
        + 'a neuron that was off changed nothing, so it gets none.',
      `Once more, to layer 1: ${open[0]} of 128 neurons are open and get a share of the blame.`,
      `Every weight has its gradient now: ${count.toLocaleString('en')} of 109,184 are not zero. `
        + 'Weights from white pixels have gradient 0: 0 times anything is 0, so changing them would change nothing.',
    ][blameStep];
  }

  return { Blame, BLAME_STEPS };
})());

/**
 * Stage C: one weight or bias with its gradient, the two factors of that, and the nudge that checks it.
 */
MNIST.add('learn', (() => {
  const { gridTable, networkOf, plain, showFacts, signed } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { number, text } = MNIST.words;
  const { measureSlope, nameOf } = MNIST.nn;
  /** The layers' sizes, from the pixels to the outputs. */
  const SIZES = [784, 128, 64, 10];

  class WeightPanel {
    #title = elementById('weight-title', HTMLElement);
    #facts = elementById('weight-facts', HTMLElement);
    #slope = elementById('slope-check', HTMLElement);
    #layer = elementById('weight-layer', HTMLSelectElement);
    #input = elementById('weight-input', HTMLInputElement);
    #output = elementById('weight-output', HTMLInputElement);
    #isBias = elementById('weight-bias', HTMLInputElement);

    /** @param {(weight: WeightPlace) => void} choose */
    constructor(choose) {
      for (const control of [this.#layer, this.#input, this.#output, this.#isBias]) {
        control.addEventListener('change', () => {
          const layer = Number(this.#layer.value);
          choose({
            layer,
            input: indexIn(this.#input, SIZES[layer]),
            output: indexIn(this.#output, SIZES[layer + 1]),
          });
        });
      }
    }

    /**
     * @param {LearnState} state
     * @param {LookedAt} looked
     * @param {number} target
     */
    render(state, { weight, gradient: { dW, db, deltas } }, target) {
      const { layer, input, output } = weight;
      const network = networkOf(state);
      const { outputs, inputs, W, b } = network.layers[layer];
      const isBias = this.#isBias.checked;
      const kind = isBias ? 'bias' : 'weight';
      const value = isBias ? b[output] : W[input * outputs + output];
      const slope = isBias ? db[layer][output] : dW[layer][input * outputs + output];
      const from = layer === 0
        ? text('learn.pixel', { row: Math.floor(input / 28), column: input % 28 }) : nameOf(layer - 1, input);
      this.#title.textContent = text(`blame.${kind}-title`, { from, to: nameOf(layer, output) });
      const rate = number(state.learningRate, { maximumSignificantDigits: 2 });
      showFacts(this.#facts, [
        [text(`blame.${kind}-value`), plain(value, 5)],
        [text(`blame.${kind}-input`), isBias ? '1' : plain(state.pass.activations[layer][input], 5)],
        [text('blame.fact-error'), plain(deltas[layer][output], 5)],
        [text(`blame.${kind}-gradient`), plain(slope, 6)],
        [text(`blame.${kind}-after`, { rate }), plain(value - state.learningRate * slope, 5)],
      ]);
      const { less, more, slope: measured } = measureSlope(
        network, state.pass.activations[0], target, { ...weight, isBias }, state.nudge,
      );
      this.#slope.textContent = text(`blame.${kind}-nudge`, {
        nudge: state.nudge, more: plain(more, 7), less: plain(less, 7), measured: plain(measured, 6), gradient: plain(slope, 6),
      });
      this.#input.disabled = isBias;
      if (document.activeElement !== this.#layer) this.#layer.value = String(layer);
      if (document.activeElement !== this.#input) this.#input.value = String(input);
      if (document.activeElement !== this.#output) this.#output.value = String(output);
      this.#input.max = String(inputs - 1);
      this.#output.max = String(outputs - 1);
    }
  }

  /**
   * @param {HTMLInputElement} field
   * @param {number} count
   * @returns {number} What it says, made an index below `count`.
   */
  function indexIn(field, count) {
    return Math.min(Math.max(Math.trunc(Number(field.value)) || 0, 0), count - 1);
  }

  /**
   * @param {LookedAt} looked
   * @returns {TableContent} The gradients of all weights of the neuron that the weight leads to.
   */
  function gradientTable({ weight: { layer, output }, gradient: { dW } }) {
    const [inputs, outputs] = [SIZES[layer], SIZES[layer + 1]];
    const values = Float64Array.from({ length: inputs }, (_, i) => dW[layer][i * outputs + output]);
    const title = text('blame.gradients-title', { neuron: nameOf(layer, output) });
    return gridTable(values, [28, 16, 8][layer], title, (value) => signed(value, 4));
  }

  return { WeightPanel, gradientTable };
})());

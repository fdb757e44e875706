/**
 * The code strip: the lines that compute what the page shows, lit in step, with this drawing's
 * numbers as comments. data/code-strip.js holds the lines.
 */
MNIST.add('learn', (() => {
  const { compared, element, networkOf, plain, signed, targetOf, termsOf } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { number, text } = MNIST.words;

  class CodeStrip {
    #section = elementById('code-strip', HTMLElement);
    #code = elementById('code-lines', HTMLElement);
    /** @type {CodeLanguage} */
    #language = 'python';
    /** @type {Map<string, {line: HTMLElement, comment: HTMLElement}>} */
    #lines = new Map();
    /** The steps that were lit last. */
    #lit = '';

    /** @param {() => void} changed */
    constructor(changed) {
      for (const radio of document.querySelectorAll('input[name="language"]')) {
        radio.addEventListener('change', () => {
          this.#language = /** @type {CodeLanguage} */ (/** @type {HTMLInputElement} */ (radio).value);
          this.#write();
          changed();
        });
      }
      this.#write();
    }

    #write() {
      this.#lines.clear();
      this.#lit = '';
      const mark = { python: '#', javascript: '//', formula: '=' }[this.#language];
      this.#code.replaceChildren(...MNIST.data.CODE_STRIP[this.#language].map(([step, code]) => {
        const comment = element('span', { class: 'code-comment', 'data-mark': mark });
        const line = element('li', {}, element('code', {}, code === '' ? ' ' : code), comment);
        if (step !== '') this.#lines.set(step, { line, comment });
        return line;
      }));
    }

    /**
     * @param {LearnState} state
     * @param {LookedAt | null} looked null outside the last stage.
     */
    render(state, looked) {
      const steps = litSteps(state);
      this.#section.hidden = steps.length === 0;
      if (steps.length === 0) return;
      const comments = commentsOf(state, looked);
      // Only Python computes the scores in a line of their own.
      const lit = steps.map((step) => (step === 'logits' && !this.#lines.has(step) ? 'sum' : step));
      for (const [step, { line, comment }] of this.#lines) {
        const isLit = lit.includes(step);
        line.classList.toggle('is-lit', isLit);
        const isScore = step === 'sum' && state.stage !== 'think';
        const said = isLit ? (comments[isScore ? 'logits' : step] ?? '') : '';
        comment.textContent = said === '' ? '' : `  ${comment.dataset.mark} ${said}`;
      }
      if (lit.join() === this.#lit) return;
      this.#lit = lit.join();
      const first = this.#lines.get(lit[0])?.line;
      if (first !== undefined) this.#code.scrollTop = first.offsetTop - first.offsetHeight - 4;
    }
  }

  /**
   * @param {LearnState} state
   * @returns {string[]} The steps that the page shows now; none in a stage without code.
   */
  function litSteps({ stage, blameStep, selected }) {
    if (stage === 'think') return selected.layer === 2 ? ['logits', 'softmax'] : ['sum', 'relu'];
    if (stage === 'why') return ['logits'];
    if (stage !== 'blame') return [];
    return [
      ['logits', 'softmax'], ['loss'], ['delta'], ['gradient'], ['back', 'mask'], ['back', 'mask'],
      ['gradient', 'step'],
    ][blameStep];
  }

  /**
   * @param {LearnState} state
   * @param {LookedAt | null} looked
   * @returns {Record<string, string>} The drawing's numbers for each step.
   */
  function commentsOf(state, looked) {
    const { pass, selected, stage } = state;
    const { layer, neuron } = selected;
    const z = pass.sums[layer][neuron];
    const network = networkOf(state);
    const count = termsOf(network, pass, selected).length;
    const target = stage === 'blame' ? targetOf(state) : (layer === 2 ? neuron : targetOf(state));
    const bias = signed(network.layers[layer].b[neuron], 3);
    const sum = text('learn.code-sum', { terms: count, bias, z: plain(z, 4) });
    const { digit, rival } = compared(state);
    const shown = stage === 'why' ? [digit, rival] : [target];
    const scores = shown.map((k) => text('learn.code-score', { digit: k, z: plain(pass.sums[2][k], 4) }));
    /** @type {Record<string, string>} */
    const comments = {
      sum,
      logits: stage === 'think' ? sum : scores.join(', '),
      relu: `max(0, ${plain(z, 4)}) = ${plain(Math.max(0, z), 4)}`,
      softmax: text('learn.code-for', { digit: target, formula: plain(pass.probabilities[target], 4) }),
    };
    if (looked === null) return comments;
    const { gradient, weight } = looked;
    const { outputs, W } = network.layers[weight.layer];
    const at = weight.input * outputs + weight.output;
    const a = pass.activations[weight.layer][weight.input];
    const delta = gradient.deltas[weight.layer][weight.output];
    const slope = gradient.dW[weight.layer][at];
    const back = state.blameStep === 4 ? 1 : 0;
    const open = gradient.deltas[back].reduce((n, value) => n + (value === 0 ? 0 : 1), 0);
    return {
      ...comments,
      loss: `−ln ${plain(pass.probabilities[target], 4)} = ${plain(gradient.loss, 4)}`,
      delta: text('learn.code-for', {
        digit: target,
        formula: `${plain(pass.probabilities[target], 4)} − 1 = ${plain(gradient.deltas[2][target], 4)}`,
      }),
      gradient: `${plain(a, 4)} × ${plain(delta, 4)} = ${plain(slope, 5)}`,
      back: text('learn.code-back', { layer: back + 2 }),
      mask: text('learn.code-mask', { open, all: gradient.deltas[back].length }),
      step: `${plain(W[at], 5)} − ${number(state.learningRate, { maximumSignificantDigits: 2 })} × ${plain(slope, 5)} = `
        + plain(W[at] - state.learningRate * slope, 5),
    };
  }

  return { CodeStrip };
})());

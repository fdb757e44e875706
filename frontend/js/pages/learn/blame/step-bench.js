/**
 * Stage C, below: steps of gradient descent on the drawing, alone or with old digits mixed in.
 */
MNIST.add('learn', (() => {
  const { digitAt, networkOf, percent, targetOf, withSteps } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { number, text } = MNIST.words;
  const { batchGradient, descend } = MNIST.nn;
  /** How many old digits are mixed in with each step. */
  const OLD_DIGITS = 31;

  class StepBench {
    /** Old digits; null until they have come. @type {DigitSet | null} */
    training = null;
    #host;
    #isMixing = elementById('mix', HTMLInputElement);
    #report = elementById('step-report', HTMLElement);
    #rate = elementById('learning-rate', HTMLInputElement);
    #rateValue = elementById('learning-rate-value', HTMLElement);

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      // The slider is logarithmic.
      this.#rate.addEventListener('input', () => {
        host.change({ learningRate: 10 ** Number(this.#rate.value) });
      });
      elementById('one-step', HTMLButtonElement).addEventListener('click', () => void this.#learn(1));
      elementById('ten-steps', HTMLButtonElement).addEventListener('click', () => void this.#learn(10));
    }

    /** @param {LearnState} state */
    render({ learningRate }) {
      this.#rate.value = String(Math.log10(learningRate));
      this.#rateValue.textContent = number(learningRate, { maximumSignificantDigits: 2 });
      this.#rate.setAttribute('aria-valuetext', this.#rateValue.textContent);
    }

    /** Takes the report away: it is about a network that is gone. */
    forget() {
      this.#report.textContent = '';
    }

    /** @param {number} count How many steps. */
    async #learn(count) {
      const from = this.#host.getState();
      if (from.pixels.every((grey) => grey === 0)) {
        this.#report.textContent = text('blame.empty');
        return;
      }
      const target = targetOf(from);
      const old = this.#isMixing.checked ? this.training : null;
      const own = { x: from.pass.activations[0], target };
      let network = networkOf(from);
      const gradients = [];
      for (let step = 0; step < count; step++) {
        const gradient = batchGradient(network, old === null ? [own] : [own, ...oldDigits(old, step)]);
        gradients.push(gradient);
        network = descend(network, gradient, from.learningRate);
        // Between two steps the page stays quick. A change in the meantime ends the steps.
        await new Promise((done) => setTimeout(done));
        if (this.#host.getState() !== from) return;
      }
      const taken = { count, digit: target, old: OLD_DIGITS };
      const name = old === null ? text('blame.steps-alone', taken) : text('blame.steps-mixed', taken);
      // The target stays what it was, also when the network changes its mind.
      const next = withSteps({ ...from, target }, gradients, name);
      if (next === null) {
        this.#report.textContent = text('blame.too-long');
        return;
      }
      this.#host.change(next);
      const [before, after] = [from.pass.probabilities[target], next.pass.probabilities[target]];
      const shares = { before: percent(before), after: percent(after) };
      const said = text('blame.report', { steps: name, digit: target, ...shares });
      const report = `${said} ${warningAfter(next, before, after)}`.trim();
      this.#report.textContent = report;
      this.#host.announce(report);
    }
  }

  /**
   * @param {LearnState} next After the steps.
   * @param {number} before The target's probability.
   * @param {number} after
   * @returns {string} What went wrong, if something did.
   */
  function warningAfter({ pass }, before, after) {
    if (pass.activations[2].every((a) => a === 0)) {
      return text('blame.all-off');
    }
    return after < before ? text('blame.jumped') : '';
  }

  /**
   * @param {DigitSet} digits
   * @param {number} step
   */
  function oldDigits(digits, step) {
    return Array.from({ length: OLD_DIGITS }, (_, k) => {
      const n = (step * OLD_DIGITS + k) % digits.labels.length;
      return { x: Float32Array.from(digitAt(digits, n), (grey) => grey / 255), target: digits.labels[n] };
    });
  }

  return { StepBench };
})());

/**
 * Stage A: the softmax bench, from ten scores to ten probabilities, with a temperature.
 */
MNIST.add('learn', (() => {
  const { element, percent, plain, showItems, superscript } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { softmaxOf } = MNIST.nn;

  const THREE = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };

  class SoftmaxBench {
    #bench = elementById('softmax', HTMLDetailsElement);
    #slider = elementById('temperature', HTMLInputElement);
    /** @type {LearnState | null} */
    #state = null;
    #value = elementById('temperature-value', HTMLElement);
    #body = elementById('softmax-rows', HTMLElement);
    #sum = elementById('softmax-sum', HTMLElement);

    /** @param {(temperature: number) => void} change */
    constructor(change) {
      // The slider is logarithmic: 1 is in the middle.
      this.#slider.addEventListener('input', () => change(10 ** Number(this.#slider.value)));
      this.#bench.addEventListener('toggle', () => {
        if (this.#state !== null) this.render(this.#state);
      });
    }

    /** @param {LearnState} state */
    render(state) {
      this.#state = state;
      if (!this.#bench.open) return;
      const { pass, temperature } = state;
      const scores = pass.sums[pass.sums.length - 1];
      const shares = softmaxOf(scores, temperature);
      const powers = Array.from(scores, (z) => Math.exp(z / temperature));
      this.#value.textContent = plain(temperature);
      this.#slider.setAttribute('aria-valuetext', this.#value.textContent);
      const rows = Array.from(scores, (z, digit) => {
        return [String(digit), plain(z), short(powers[digit]), percent(shares[digit])];
      });
      showItems(this.#body, rows, emptyRow, (row, cells) => {
        cells.forEach((cell, column) => {
          row.children[column].textContent = cell;
        });
      });
      this.#sum.textContent = short(powers.reduce((sum, power) => sum + power, 0));
    }
  }

  function emptyRow() {
    return element('tr', {}, element('th', { scope: 'row' }), element('td'), element('td'), element('td'));
  }

  /**
   * @param {number} value Above 0.
   * @returns {string} With three figures that matter.
   */
  function short(value) {
    if (value >= 0.001 && value < 1000) return MNIST.words.number(value, THREE);
    if (value === 0 || !Number.isFinite(value)) return String(value);
    const [figures, exponent] = value.toExponential(2).split('e');
    return `${plain(Number(figures))}·10${superscript(Number(exponent))}`;
  }

  return { SoftmaxBench };
})());

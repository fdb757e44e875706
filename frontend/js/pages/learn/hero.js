/**
 * What stays in view: the answer for what is drawn, how many other digits are read right, and the
 * changes of the network, each of which can be undone.
 */
MNIST.add('learn', (() => {
  const { element, networkOf, paintGrey, percent, showItems } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  const SHOWN = 5;

  class Hero {
    #verdict = elementById('verdict', HTMLElement);
    #digit = elementById('digit', HTMLElement);
    #badge = elementById('badge', HTMLElement);
    #badgeText = elementById('badge-text', HTMLElement);
    #changes = elementById('changes', HTMLElement);
    #accuracy = elementById('accuracy', HTMLElement);
    #mini = elementById('mini', HTMLCanvasElement);
    #miniText = elementById('mini-text', HTMLElement);

    /** @returns {string} The answer, for people. */
    get text() {
      return this.#verdict.textContent ?? '';
    }

    /** @param {string} text */
    showError(text) {
      this.#verdict.textContent = text;
    }

    /**
     * @param {LearnState} state
     * @param {MNIST.learn.Meter | null} meter null until its digits have come.
     */
    render(state, meter) {
      const { activations: [x], probabilities } = state.pass;
      const isEmpty = x.every((value) => value === 0);
      const best = probabilities.indexOf(Math.max(...probabilities));
      const share = percent(probabilities[best]);
      this.#digit.textContent = isEmpty ? '' : String(best);
      this.#verdict.textContent = isEmpty ? text('learn.draw') : text('learn.reads', { count: best, share });
      paintGrey(this.#mini, x, 28, 1);
      this.#miniText.textContent = isEmpty ? '' : `${best} ${share}`;
      const count = state.versions.length - 1;
      this.#badge.hidden = count === 0;
      this.#badgeText.textContent = text('learn.edited-copy', { count });
      const latest = state.versions.slice(1).reverse().slice(0, SHOWN);
      showItems(this.#changes, latest, () => element('li'), (item, version) => {
        item.textContent = version.text;
      });
      if (meter !== null) this.#showAccuracy(state, meter);
    }

    /**
     * @param {LearnState} state
     * @param {MNIST.learn.Meter} meter
     */
    #showAccuracy(state, meter) {
      const original = state.versions[0].network;
      const before = meter.accuracyOf(original);
      const after = meter.accuracyOf(networkOf(state));
      if (after === null || before === null) {
        meter.measure(before === null ? original : networkOf(state));
        return;
      }
      this.#accuracy.textContent = state.versions.length === 1
        ? text('learn.accuracy', { after: percent(after), all: 1000 })
        : text('learn.accuracy-was', { all: 1000, after: percent(after), before: percent(before) });
    }
  }

  return { Hero };
})());

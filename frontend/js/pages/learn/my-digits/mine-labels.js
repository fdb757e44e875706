/**
 * Ten buttons that say which digit something is.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { element } = MNIST.learn;

  class MineLabels {
    #buttons;

    /**
     * @param {HTMLElement} container
     * @param {(label: number) => void} choose
     */
    constructor(container, choose) {
      this.#buttons = Array.from({ length: 10 }, (_, label) => {
        const button = element('button', { type: 'button', class: 'label-button' }, String(label));
        button.addEventListener('click', () => choose(label));
        return button;
      });
      container.replaceChildren(...this.#buttons);
    }

    /** @param {number | null} label The one that is chosen. */
    mark(label) {
      this.#buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === label)));
    }

    /** @param {ReadonlyArray<number>} counts How many of each digit there are. */
    showCounts(counts) {
      this.#buttons.forEach((button, label) => {
        const aloud = element('span', { class: 'visually-hidden' }, text('mine.kept-of', { label, count: counts[label] }));
        const count = element('span', { class: 'label-count' }, number(counts[label]));
        const seen = element('span', { class: 'label-seen', 'aria-hidden': 'true' }, String(label), count);
        button.replaceChildren(seen, aloud);
      });
    }
  }

  return { MineLabels };
})());

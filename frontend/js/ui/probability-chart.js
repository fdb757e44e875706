/**
 * Ten bars, one for each digit.
 */
MNIST.add('ui', (() => {
  const { formatPercent } = MNIST.ui;

  class ProbabilityChart {
    /** @type {{row: HTMLElement, share: HTMLElement}[]} */
    #bars;

    /** @param {HTMLElement} list Gets one item for each digit. */
    constructor(list) {
      this.#bars = Array.from({ length: 10 }, (_, digit) => {
        const row = document.createElement('li');
        row.className = 'bar';
        addSpan(row, 'bar-digit', String(digit));
        const track = addSpan(row, 'bar-track', '');
        addSpan(track, 'bar-fill', '');
        const share = addSpan(row, 'bar-share', '');
        list.append(row);
        return { row, share };
      });
      this.clear();
    }

    /** @param {Prediction} prediction */
    show({ digit, probabilities }) {
      this.#bars.forEach(({ row, share }, each) => {
        row.style.setProperty('--share', String(probabilities[each]));
        row.classList.toggle('is-answer', each === digit);
        share.textContent = formatPercent(probabilities[each]);
      });
    }

    clear() {
      for (const { row, share } of this.#bars) {
        row.style.setProperty('--share', '0');
        row.classList.remove('is-answer');
        share.textContent = '';
      }
    }
  }

  /**
   * @param {HTMLElement} parent
   * @param {string} className
   * @param {string} text
   * @returns {HTMLSpanElement}
   */
  function addSpan(parent, className, text) {
    const span = document.createElement('span');
    span.className = className;
    span.textContent = text;
    parent.append(span);
    return span;
  }

  return { ProbabilityChart };
})());

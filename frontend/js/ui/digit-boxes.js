/**
 * The boxes on the pad, one around each digit, each with its answer.
 */
MNIST.add('ui', (() => {
  const { GRID_SIZE } = MNIST.draw;
  const { roundPercent, shortAnswer } = MNIST.ui;

  class DigitBoxes {
    /** So much room a label with a percentage takes on a small screen, in cells. */
    static #labelWidth = 4.5;
    #layer;

    /** @param {HTMLElement} layer Lies over the pad. */
    constructor(layer) {
      this.#layer = layer;
    }

    /**
     * @param {ReadonlyArray<ReadDigit>} digits None for no boxes.
     * @param {number} selected Which of them is looked at.
     */
    show(digits, selected) {
      while (this.#layer.children.length > digits.length) this.#layer.lastElementChild?.remove();
      while (this.#layer.children.length < digits.length) {
        const box = document.createElement('div');
        box.className = 'digit-box';
        box.append(document.createElement('span'));
        this.#layer.append(box);
      }
      digits.forEach(({ box, prediction }, i) => {
        const element = /** @type {HTMLElement} */ (this.#layer.children[i]);
        const room = widenedBox(box, 0.9);
        element.style.setProperty('--x', String(room.x / GRID_SIZE));
        element.style.setProperty('--y', String(room.y / GRID_SIZE));
        element.style.setProperty('--width', String(room.width / GRID_SIZE));
        element.style.setProperty('--height', String(room.height / GRID_SIZE));
        element.classList.toggle('is-selected', i === selected);
        element.classList.toggle('is-at-top', room.y < 2);
        element.children[0].textContent = prediction ? this.#label(digits, i, prediction) : '';
      });
    }

    /**
     * @param {ReadonlyArray<ReadDigit>} digits
     * @param {number} i Of which.
     * @param {Prediction} prediction Its answer.
     * @returns {string} The answer; and how sure it is, unless that would lie over the next label or
     *   leave the pad.
     */
    #label(digits, i, prediction) {
      const { x, y } = digits[i].box;
      const rights = digits.filter(({ box }) => box.x > x && Math.abs(box.y - y) < 1.5);
      const room = Math.min(GRID_SIZE, ...rights.map(({ box }) => box.x)) - x;
      const answer = shortAnswer(prediction);
      return room < DigitBoxes.#labelWidth ? answer : `${answer} ${roundPercent(prediction.confidence)}`;
    }
  }

  /**
   * @param {Box} box In cells.
   * @param {number} margin In cells.
   * @returns {Box} Larger by the margin on each side, but inside the pad.
   */
  function widenedBox({ x, y, width, height }, margin) {
    const left = Math.max(x - margin, 0);
    const top = Math.max(y - margin, 0);
    return {
      x: left,
      y: top,
      width: Math.min(x + width + margin, GRID_SIZE) - left,
      height: Math.min(y + height + margin, GRID_SIZE) - top,
    };
  }

  return { DigitBoxes, widenedBox };
})());

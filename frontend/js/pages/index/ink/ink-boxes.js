/**
 * The boxes over a photo, one around each digit that was found: buttons, of which any number can be
 * chosen. Tab leads to one of them, the arrow keys to the others.
 */
MNIST.add('index', (() => {
  const { shortAnswer } = MNIST.ui;
  const { nameOfBox } = MNIST.index;

  /** How far each key leads. @type {Record<string, number>} */
  const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity };

  class InkBoxes {
    #layer;
    #toggle;

    /**
     * @param {HTMLElement} layer Lies over the photo.
     * @param {(index: number) => void} toggle Called when one is pressed.
     */
    constructor(layer, toggle) {
      this.#layer = layer;
      this.#toggle = toggle;
      layer.addEventListener('keydown', (event) => this.#press(event));
    }

    /** @returns {HTMLButtonElement[]} */
    get #buttons() {
      return /** @type {HTMLButtonElement[]} */ ([...this.#layer.children]);
    }

    /**
     * @param {PadImage} image
     * @param {Finding['digits']} digits
     * @param {(Prediction | null)[]} predictions One for each.
     * @param {ReadonlySet<number>} chosen
     */
    show(image, digits, predictions, chosen) {
      while (this.#layer.children.length > digits.length) this.#layer.lastElementChild?.remove();
      while (this.#layer.children.length < digits.length) this.#layer.append(this.#button());
      const buttons = this.#buttons;
      if (!buttons.some(({ tabIndex }) => tabIndex === 0) && buttons.length > 0) buttons[0].tabIndex = 0;
      digits.forEach(({ box }, i) => {
        const button = buttons[i];
        const prediction = predictions[i];
        button.style.setProperty('--x', String(box.x / image.width));
        button.style.setProperty('--y', String(box.y / image.height));
        button.style.setProperty('--width', String(box.width / image.width));
        button.style.setProperty('--height', String(box.height / image.height));
        button.classList.toggle('is-at-top', box.y < image.height / 10);
        button.classList.toggle('is-refused', prediction !== null && !prediction.isAccepted);
        button.setAttribute('aria-label', nameOfBox(prediction, i + 1, digits.length));
        button.setAttribute('aria-pressed', String(chosen.has(i)));
        button.children[0].textContent = prediction ? shortAnswer(prediction) : '';
      });
    }

    #button() {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'ink-box';
      button.tabIndex = -1;
      button.append(document.createElement('span'));
      button.addEventListener('click', () => {
        this.#moveTabTo(button);
        this.#toggle(this.#buttons.indexOf(button));
      });
      return button;
    }

    /** @param {HTMLElement} button Tab leads to it from now on. */
    #moveTabTo(button) {
      for (const other of this.#buttons) other.tabIndex = other === button ? 0 : -1;
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
      if (!(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
      const buttons = this.#buttons;
      const place = buttons.findIndex((button) => button === document.activeElement);
      if (place < 0) return;
      const next = buttons[Math.min(Math.max(place + STEPS[event.key], 0), buttons.length - 1)];
      this.#moveTabTo(next);
      next.focus();
      event.preventDefault();
    }
  }

  return { InkBoxes };
})());

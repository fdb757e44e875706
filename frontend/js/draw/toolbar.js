/**
 * Pen or eraser, and how wide: the radio buttons beside the pad.
 */
MNIST.add('draw', (() => {
  const { BRUSH_SIGMA, BRUSH_SIGMAS } = MNIST.draw;

  class Toolbar {
    /** What the next stroke is drawn with. @type {Tool} */
    tool = { isErasing: false, sigma: BRUSH_SIGMA };
    #radios;

    /** @param {NodeListOf<HTMLInputElement>} radios Named `tool` (pen, eraser) and `size` (0 to 2). */
    constructor(radios) {
      this.#radios = Array.from(radios);
      for (const radio of this.#radios) {
        radio.addEventListener('change', () => this.#read());
      }
      this.#read();
    }

    /** @param {'pen' | 'eraser'} value */
    choose(value) {
      for (const radio of this.#radios) {
        if (radio.name === 'tool') radio.checked = radio.value === value;
      }
      this.#read();
    }

    /** @param {-1 | 1} step Finer or bolder. */
    resize(step) {
      const sizes = this.#radios.filter(({ name }) => name === 'size');
      const next = sizes.findIndex(({ checked }) => checked) + step;
      if (sizes[next]) sizes[next].checked = true;
      this.#read();
    }

    #read() {
      for (const { name, value, checked } of this.#radios) {
        if (!checked) continue;
        if (name === 'tool') this.tool.isErasing = value === 'eraser';
        else this.tool.sigma = BRUSH_SIGMAS[Number(value)];
      }
    }
  }

  return { Toolbar };
})());

/**
 * Stage C: the gradients of one layer's weights as an image, of which any can be chosen. Layer 1 is
 * shown as 128 tiles of 28 × 28, the others as they are.
 */
MNIST.add('learn', (() => {
  const { paintSigned } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  /** The layers' sizes, from the pixels to the outputs. */
  const SIZES = [784, 128, 64, 10];

  class GradientGrid {
    #canvas = elementById('gradient-canvas', HTMLCanvasElement);
    #caption = elementById('gradient-caption', HTMLElement);
    /** @type {WeightPlace} */
    #weight = { layer: 0, input: 0, output: 0 };

    /** @param {(weight: WeightPlace) => void} choose */
    constructor(choose) {
      this.#canvas.addEventListener('click', (event) => {
        const weight = this.#weightAt(event);
        if (isInside(weight)) choose(weight);
      });
      this.#canvas.addEventListener('keydown', (event) => {
        const weight = this.#neighbour(event.key);
        if (weight === null || !isInside(weight)) return;
        event.preventDefault();
        event.stopPropagation();
        this.#weight = weight; // the next key may come before the next frame
        choose(weight);
      });
    }

    /** @param {LookedAt} looked */
    show({ weight, gradient: { dW } }) {
      this.#weight = weight;
      const { layer } = weight;
      const { values, columns } = asTiles(dW[layer], layer);
      paintSigned(this.#canvas, values, columns);
      this.#canvas.style.aspectRatio = `${columns} / ${values.length / columns}`;
      const count = values.length;
      this.#caption.textContent = layer === 0
        ? text('blame.gradients-1', { count }) : text('blame.gradients', { count, layer: layer + 1 });
    }

    /**
     * @param {MouseEvent} event
     * @returns {WeightPlace}
     */
    #weightAt({ clientX, clientY }) {
      const { layer } = this.#weight;
      const { left, top, width, height } = this.#canvas.getBoundingClientRect();
      const column = Math.floor(((clientX - left) / width) * this.#canvas.width);
      const row = Math.floor(((clientY - top) / height) * this.#canvas.height);
      if (layer > 0) return { layer, input: column, output: row };
      const output = Math.floor(row / 28) * 16 + Math.floor(column / 28);
      return { layer, input: (row % 28) * 28 + (column % 28), output };
    }

    /**
     * @param {string} key
     * @returns {WeightPlace | null}
     */
    #neighbour(key) {
      const { layer, input, output } = this.#weight;
      const [down, next] = layer === 0 ? [28, 0] : [0, 1];
      const moves = {
        ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [-down, -next], ArrowDown: [down, next],
        PageUp: [0, -1], PageDown: [0, 1],
      };
      const move = moves[/** @type {keyof typeof moves} */ (key)];
      return move === undefined ? null : { layer, input: input + move[0], output: output + move[1] };
    }
  }

  /** @param {WeightPlace} weight */
  function isInside({ layer, input, output }) {
    return input >= 0 && input < SIZES[layer] && output >= 0 && output < SIZES[layer + 1];
  }

  /**
   * @param {Float32Array} dW
   * @param {number} layer
   * @returns {{values: Float32Array, columns: number}}
   */
  function asTiles(dW, layer) {
    const [inputs, outputs] = [SIZES[layer], SIZES[layer + 1]];
    const values = new Float32Array(dW.length);
    const columns = layer === 0 ? 16 * 28 : inputs;
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) {
        const at = layer === 0
          ? (Math.floor(j / 16) * 28 + Math.floor(i / 28)) * columns + (j % 16) * 28 + (i % 28)
          : j * columns + i;
        values[at] = dW[i * outputs + j];
      }
    }
    return { values, columns };
  }

  return { GradientGrid };
})());

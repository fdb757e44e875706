/**
 * The first layer forming: a tile of 28 × 28 for each neuron. What is shown of it is its weights, how
 * they have changed since the start, or what the neuron responds to. A dead neuron is crossed out.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { TileGrid, element, paintSigned, percent } = MNIST.learn;
  const SIDE = 28;
  /** With a dark line between tiles. */
  const PITCH = SIDE + 1;

  /**
   * The values of all tiles as one image, row by row.
   *
   * @param {WatchView} view
   * @param {number} columns
   * @returns {Float32Array}
   */
  function tileValues(view, columns) {
    const { outputs } = view.network.layers[0];
    const values = new Float32Array(columns * PITCH * Math.ceil(outputs / columns) * PITCH);
    // Of the weights themselves one sees which are large; of what is derived, each neuron's own shape.
    const shared = view.mode === 'weights' ? 1 / MNIST.learn.largest(view.network.layers[0].W) : null;
    for (let j = 0; j < outputs; j++) {
      const tile = tileOf(view, j);
      const scale = shared ?? 1 / MNIST.learn.largest(tile);
      const start = Math.floor(j / columns) * PITCH * columns * PITCH + (j % columns) * PITCH;
      for (let i = 0; i < SIDE * SIDE; i++) {
        values[start + Math.floor(i / SIDE) * columns * PITCH + (i % SIDE)] = tile[i] * scale;
      }
      if (isDead(view, j)) cross(values, start, columns * PITCH);
    }
    return values;
  }

  /**
   * @param {WatchView} view
   * @param {number} neuron
   * @returns {Float32Array} Its 784 numbers, in the way that is chosen.
   */
  function tileOf({ network, initial, surveyed, mode }, neuron) {
    const tile = new Float32Array(SIDE * SIDE);
    if (mode === 'patterns') {
      if (surveyed !== null) tile.set(surveyed.patterns.subarray(neuron * tile.length, (neuron + 1) * tile.length));
      return tile;
    }
    const { outputs, W } = network.layers[0];
    const before = mode === 'change' ? initial.layers[0].W : null;
    for (let i = 0; i < tile.length; i++) {
      const at = i * outputs + neuron;
      tile[i] = W[at] - (before === null ? 0 : before[at]);
    }
    return tile;
  }

  /**
   * @param {WatchView} view
   * @param {number} neuron
   */
  function isDead({ surveyed }, neuron) {
    return surveyed?.active[0][neuron] === 0;
  }

  /**
   * @param {Float32Array} values
   * @param {number} start
   * @param {number} stride
   */
  function cross(values, start, stride) {
    for (let row = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++) values[start + row * stride + column] *= 0.25;
    }
    for (let k = 2; k < SIDE - 2; k++) {
      values[start + k * stride + k] = -1;
      values[start + k * stride + SIDE - 1 - k] = -1;
    }
  }

  /**
   * @param {WatchView} view
   * @param {number} neuron
   * @returns {string}
   */
  function describeTile(view, neuron) {
    if (view.surveyed === null) return text('watch.tile', { neuron });
    const share = view.surveyed.active[0][neuron];
    if (share === 0) return text('watch.tile-dead', { neuron, digits: view.surveyed.digits });
    return text('watch.tile-on', { neuron, share: percent(share), digits: view.surveyed.digits });
  }

  class WatchTiles {
    #box;
    #select;
    #canvas = element('canvas');
    /** @type {MNIST.learn.TileGrid | null} */
    #grid = null;
    #shape = '';
    /** @type {WatchView | null} */
    #view = null;

    /**
     * @param {HTMLElement} box
     * @param {(neuron: number) => void} select
     */
    constructor(box, select) {
      this.#box = box;
      this.#select = select;
    }

    /**
     * @param {WatchView} view
     * @param {number} selected
     */
    show(view, selected) {
      this.#view = view;
      const { outputs } = view.network.layers[0];
      const columns = Math.min(outputs, this.#box.clientWidth < 600 ? 8 : 16);
      this.#ensureGrid(columns, outputs);
      paintSigned(this.#canvas, tileValues(view, columns), columns * PITCH, 1);
      this.#grid?.mark(Math.min(selected, outputs - 1));
    }

    /**
     * @param {number} columns
     * @param {number} count
     */
    #ensureGrid(columns, count) {
      if (this.#shape === `${columns},${count}`) return;
      this.#shape = `${columns},${count}`;
      this.#canvas = element('canvas', { 'aria-label': text('watch.tiles-label', { count }) });
      this.#box.replaceChildren(this.#canvas);
      this.#box.style.setProperty('--tile-columns', String(columns));
      const describe = (/** @type {number} */ neuron) => (this.#view === null ? '' : describeTile(this.#view, neuron));
      this.#grid = new TileGrid(this.#canvas, { columns, count }, describe, this.#select);
    }
  }

  return { WatchTiles, tileOf, tileValues, describeTile };
})());

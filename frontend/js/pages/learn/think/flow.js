/**
 * Stage A, above: the drawing's way through the layers. 784 pixels, 16 × 8 and 8 × 8 neurons, ten
 * scores. The selected neuron shows its twelve strongest connections on either side.
 */
MNIST.add('learn', (() => {
  const {
    TileGrid, element, largest, networkOf, outgoingOf, paintGrey, percent, plain, showItems, signed, termsOf,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  const { nameOf } = MNIST.nn;
  const COLUMNS = [28, 16, 8];
  const STRONGEST = 12;
  const SVG = 'http://www.w3.org/2000/svg';

  class Flow {
    #canvases = ['input-grid', 'layer1-grid', 'layer2-grid'].map((id) => {
      return elementById(id, HTMLCanvasElement);
    });
    #outputs = elementById('outputs', HTMLElement);
    #links = elementById('links', SVGSVGElement);
    /** @type {MNIST.learn.TileGrid[]} */
    #grids;
    /** @type {HTMLButtonElement[]} */
    #buttons = [];
    /** @type {LearnState | null} */
    #state = null;
    /** Whether the drawing of connections has a size: known without a layout. */
    #isVisible = false;
    /**
     * Where each grid and bar is, from the corner of the drawing of connections.
     *
     * @type {Map<Element, DOMRect>}
     */
    #boxes = new Map();

    /**
     * @param {(neuron: NeuronPlace) => void} select
     * @param {(pixel: number) => void} selectPixel
     */
    constructor(select, selectPixel) {
      this.#grids = this.#canvases.map((canvas, l) => {
        const count = [784, 128, 64][l];
        return new TileGrid(
          canvas, { columns: COLUMNS[l], count },
          (index) => this.#describe(l, index),
          (index) => (l === 0 ? selectPixel(index) : select({ layer: l - 1, neuron: index })),
        );
      });
      for (let digit = 0; digit < 10; digit++) {
        const button = element('button', { type: 'button', class: 'output' });
        button.append(
          element('span', { class: 'output-digit' }, String(digit)),
          element('span', { class: 'output-track' }, element('span', { class: 'output-fill' })),
          element('span', { class: 'output-share' }),
          element('span', { class: 'visually-hidden' }),
        );
        button.addEventListener('click', () => select({ layer: 2, neuron: digit }));
        this.#buttons.push(button);
        this.#outputs.append(element('li', {}, button));
      }
      new ResizeObserver(([{ contentRect }]) => {
        this.#isVisible = contentRect.width > 0;
        this.#boxes.clear();
        this.#drawLinks();
      }).observe(this.#links);
    }

    /** @param {LearnState} state */
    render(state) {
      this.#state = state;
      const { pass, selected } = state;
      paintGrey(this.#canvases[0], pass.activations[0], COLUMNS[0], 1);
      for (const l of [1, 2]) {
        const a = pass.activations[l];
        paintGrey(this.#canvases[l], a, COLUMNS[l], Math.max(largest(a), 1));
        this.#grids[l].mark(selected.layer === l - 1 ? selected.neuron : null);
      }
      const best = pass.probabilities.indexOf(Math.max(...pass.probabilities));
      this.#buttons.forEach((button, digit) => {
        const share = pass.probabilities[digit];
        const isSelected = selected.layer === 2 && selected.neuron === digit;
        button.style.setProperty('--share', String(share));
        button.classList.toggle('is-answer', digit === best);
        button.setAttribute('aria-pressed', String(isSelected));
        button.children[2].textContent = percent(share);
        button.children[3].textContent = text('think.score-of', { score: plain(pass.sums[2][digit]) });
      });
      this.#drawLinks();
    }

    /**
     * @param {number} column 0 for the pixels, 1 and 2 for the hidden layers, 3 for the outputs.
     * @param {number} index
     * @returns {string} One sentence.
     */
    #describe(column, index) {
      if (this.#state === null) return '';
      const { pass } = this.#state;
      if (column === 0) {
        const value = plain(pass.activations[0][index]);
        return text('think.pixel-at', { row: Math.floor(index / 28), column: index % 28, value });
      }
      const z = pass.sums[column - 1][index];
      if (column === 3) {
        const share = percent(pass.probabilities[index]);
        return text('think.output-described', { digit: index, score: plain(z), share });
      }
      const a = pass.activations[column];
      const name = nameOf(column - 1, index);
      if (a[index] === 0) return text('think.neuron-off', { name, z: plain(z) });
      const rank = a.reduce((count, other) => count + (other > a[index] ? 1 : 0), 1);
      const [first] = outgoingOf(networkOf(this.#state), pass, { layer: column - 1, neuron: index });
      const values = { name, a: plain(a[index]), rank, aim: nameOf(column, first.index) };
      return first.product > 0 ? text('think.neuron-on-for', values) : text('think.neuron-on-against', values);
    }

    /** Draws the connections of the selected neuron. */
    #drawLinks() {
      if (this.#state === null || !this.#isVisible) return;
      const state = this.#state;
      const { layer } = state.selected;
      const network = networkOf(state);
      const into = termsOf(network, state.pass, state.selected).slice(0, STRONGEST);
      const out = outgoingOf(network, state.pass, state.selected).filter(({ product }) => product !== 0);
      const here = this.#centre(layer + 1, state.selected.neuron);
      const strongest = largest([...into, ...out].map(({ product }) => product));
      const links = [
        ...into.map(({ index, product }) => ({ product, curve: curveOf(this.#centre(layer, index), here) })),
        ...out.slice(0, STRONGEST).map(({ index, product }) => {
          return { product, curve: curveOf(here, this.#centre(layer + 2, index)) };
        }),
      ];
      const make = () => document.createElementNS(SVG, 'path');
      showItems(this.#links, links, make, (path, { product, curve }) => {
        path.setAttribute('d', curve);
        path.setAttribute('class', product > 0 ? 'link-for' : 'link-against');
        path.setAttribute('stroke-width', (0.75 + (4 * Math.abs(product)) / strongest).toFixed(2));
      });
    }

    /**
     * @param {number} column
     * @param {number} index
     * @returns {[number, number]} Its middle, from the corner of the drawing of connections.
     */
    #centre(column, index) {
      const item = column === 3 ? this.#buttons[index].children[1] : this.#canvases[column];
      const box = this.#boxOf(item);
      const { left, top } = box;
      if (column === 3) return [left, top + box.height / 2];
      const columns = COLUMNS[column];
      const rows = [28, 8, 8][column];
      return [
        left + ((index % columns) + 0.5) * (box.width / columns),
        top + (Math.floor(index / columns) + 0.5) * (box.height / rows),
      ];
    }

    /** @param {Element} item */
    #boxOf(item) {
      let box = this.#boxes.get(item);
      if (box === undefined) {
        const origin = this.#links.getBoundingClientRect();
        const { left, top, width, height } = item.getBoundingClientRect();
        box = new DOMRect(left - origin.left, top - origin.top, width, height);
        this.#boxes.set(item, box);
      }
      return box;
    }

    /**
     * @param {LearnState} state
     * @returns {TableContent} All activations.
     */
    static table({ pass }) {
      const rows = [0, 1, 2].flatMap((l) => Array.from(pass.sums[l], (z, neuron) => {
        const a = l < 2 ? pass.activations[l + 1][neuron] : pass.probabilities[neuron];
        return [nameOf(l, neuron), plain(z, 4), plain(a, 4)];
      }));
      const head = [text('think.column-neuron'), 'z', text('think.column-activation')];
      return { title: text('think.table-title'), head, rows };
    }
  }

  /**
   * @param {[number, number]} from
   * @param {[number, number]} to
   * @returns {string} A path that leaves and arrives along the longer way.
   */
  function curveOf(from, to) {
    const isAcross = Math.abs(to[0] - from[0]) > Math.abs(to[1] - from[1]);
    const [mx, my] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const bend = isAcross ? `${mx} ${from[1]} ${mx} ${to[1]}` : `${from[0]} ${my} ${to[0]} ${my}`;
    return `M${from.join(' ')}C${bend} ${to.join(' ')}`;
  }

  /**
   * @param {Term} term
   * @param {number} layer The layer whose inputs the terms are.
   * @returns {string} Such as "pixel (9, 14): 0.99 × 0.21 = +0.208".
   */
  function describeTerm({ index, a, weight, product }, layer) {
    const name = layer === 0
      ? text('learn.pixel', { row: Math.floor(index / 28), column: index % 28 })
      : nameOf(layer - 1, index);
    return `${name}: ${plain(a, 3)} × ${plain(weight, 4)} = ${signed(product, 3)}`;
  }

  return { Flow, describeTerm };
})());

/**
 * Stage B: why this digit and not that one. The ledger whose sum closes, three maps of the evidence,
 * and an eraser for the ink.
 */
MNIST.add('learn', (() => {
  const {
    TileGrid, compared, element, gridTable, networkOf, paintSigned, plain, showItems, signed, withPass,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { integratedGradients, ledgerOf, nameOf, occlusionMap } = MNIST.nn;
  const SHOWN = 9;

  /** What each map means, and what it does not. */
  const MAP_NOTES = {
    evidence: 'How much each pixel’s ink adds to the lead. Together they give it exactly. It holds for this '
      + 'drawing: change much ink, and other neurons switch on or off.',
    occlusion: 'What the difference loses when a 3 × 3 patch is covered. It shows what matters together, '
      + 'and its numbers do not add up.',
    integrated: 'The slope at each pixel, averaged while the ink fades in from blank paper. The numbers add '
      + 'up to what the ink changed; another starting picture would share it out differently.',
  };

  /** @implements {Stage} */
  class WhyStage {
    #host;
    #digit = elementById('why-digit', HTMLSelectElement);
    #rival = elementById('why-rival', HTMLSelectElement);
    #headline = elementById('why-headline', HTMLElement);
    #ledger = elementById('ledger', HTMLElement);
    #check = elementById('ledger-check', HTMLElement);
    #canvas = elementById('why-map', HTMLCanvasElement);
    #note = elementById('map-note', HTMLElement);
    #ink = elementById('ink-back', HTMLButtonElement);
    #grid;
    /** What the map shows. @type {Float64Array} */
    #values = new Float64Array(784);

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      const { change } = host;
      for (const [select, name] of /** @type {const} */ ([[this.#digit, 'digit'], [this.#rival, 'rival']])) {
        select.append(element('option', { value: '' }, name === 'digit' ? 'the answer' : 'the runner-up'));
        for (let n = 0; n < 10; n++) select.append(element('option', { value: String(n) }, String(n)));
        select.addEventListener('change', () => {
          change({ [name]: select.value === '' ? null : Number(select.value) });
        });
      }
      this.#grid = new TileGrid(
        this.#canvas, { columns: 28, count: 784 },
        (i) => this.#describe(i),
        (i) => this.#erase(i),
      );
      this.#canvas.addEventListener('pointermove', (event) => {
        if (event.buttons !== 1) return;
        const { left, top, width, height } = this.#canvas.getBoundingClientRect();
        const column = Math.floor(((event.clientX - left) / width) * 28);
        const row = Math.floor(((event.clientY - top) / height) * 28);
        if (column >= 0 && column < 28 && row >= 0 && row < 28) this.#erase(row * 28 + column);
      });
      this.#ink.addEventListener('click', () => change(withPass({ ...host.getState(), erased: new Set() })));
      for (const radio of document.querySelectorAll('input[name="map"], input[name="list"]')) {
        const { name, value } = /** @type {HTMLInputElement} */ (radio);
        radio.addEventListener('change', () => change({ [name]: value }));
      }
      host.tables.connect(host.section, { why: () => this.#table() });
    }

    leave() {}

    /** @param {number} centre */
    #erase(centre) {
      const state = this.#host.getState();
      const erased = new Set(state.erased);
      for (const i of [centre, centre - 1, centre + 1, centre - 28, centre + 28]) {
        if (i >= 0 && i < 784 && state.pixels[i] > 0) erased.add(i);
      }
      // The two digits stay the same while ink goes, so that one sees the evidence move.
      if (erased.size > state.erased.size) this.#host.change(withPass({ ...state, erased, ...compared(state) }));
    }

    /** @param {LearnState} state */
    render(state) {
      const network = networkOf(state);
      const { digit, rival } = compared(state);
      const ledger = ledgerOf(network, state.pass, digit, rival);
      for (const option of this.#digit.options) option.disabled = option.value === String(rival);
      for (const option of this.#rival.options) option.disabled = option.value === String(digit);
      const hasInk = ledger.pixels.some((value) => value !== 0);
      const verb = ledger.difference > 0 ? 'ahead of' : 'behind';
      this.#headline.textContent = hasInk
        ? `The score of ${digit} is ${plain(Math.abs(ledger.difference))} ${verb} the score of ${rival}.`
        : 'Draw a digit first: without ink only the biases speak.';
      this.#showLedger(ledger, state.list, digit, rival);
      const { values, note } = mapOf(state, ledger, digit, rival);
      this.#values = values;
      paintSigned(this.#canvas, this.#values, 28);
      this.#note.textContent = note;
      this.#ink.hidden = state.erased.size === 0;
    }

    /**
     * @param {Ledger} ledger
     * @param {LearnState['list']} list
     * @param {number} digit
     * @param {number} rival
     */
    #showLedger(ledger, list, digit, rival) {
      const { rows, bias } = rowsOf(ledger, list);
      const sorted = rows.filter(({ value }) => value !== 0).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
      const shown = sorted.slice(0, SHOWN);
      const others = sorted.slice(SHOWN);
      const entries = [...shown];
      if (others.length > 0) {
        const value = others.reduce((sum, row) => sum + row.value, 0);
        entries.push({ name: `the other ${others.length}`, value });
      }
      entries.push({ name: list === 'layer2' ? 'the two biases' : 'all biases on the way', value: bias });
      const largest = Math.max(...entries.map(({ value }) => Math.abs(value)), 1e-9);
      const make = () => element('li', {}, element('span', { class: 'ledger-name' }),
        element('span', { class: 'ledger-bar' }), element('span', { class: 'ledger-value' }));
      showItems(this.#ledger, entries, make, (item, { name, value }) => {
        item.className = value > 0 ? 'is-for' : 'is-against';
        item.children[0].textContent = name;
        item.style.setProperty('--share', String(Math.abs(value) / largest));
        item.children[2].textContent = `${plain(Math.abs(value))} for ${value > 0 ? digit : rival}`;
      });
      const total = entries.reduce((sum, { value }) => sum + value, 0);
      this.#check.textContent =
        `Score of ${digit} minus score of ${rival}. Adds up to ${plain(total, 4)}, and the difference of the scores is ${plain(ledger.difference, 4)}.`;
    }

    /** @param {number} i */
    #describe(i) {
      const place = `row ${Math.floor(i / 28)}, column ${i % 28}`;
      const ink = this.#host.getState().pass.activations[0][i];
      return ink === 0 ? `${place}: no ink` : `${place}: ink ${plain(ink)}, evidence ${signed(this.#values[i], 3)}`;
    }

    #table() {
      return gridTable(this.#values, 28, 'Evidence of each pixel', (value) => signed(value, 3));
    }
  }

  /**
   * @param {LearnState} state
   * @param {Ledger} ledger
   * @param {number} digit
   * @param {number} rival
   * @returns {{values: Float64Array, note: string}}
   */
  function mapOf(state, ledger, digit, rival) {
    const network = networkOf(state);
    const note = MAP_NOTES[state.map];
    if (state.map === 'evidence') return { values: ledger.pixels, note };
    if (state.map === 'occlusion') {
      return { values: occlusionMap(network, state.pass, digit, rival), note };
    }
    const { pixels, change } = integratedGradients(network, state.pass.activations[0], digit, rival);
    const total = pixels.reduce((sum, value) => sum + value, 0);
    const check = `Here they add up to ${plain(total)}, and the ink changed ${plain(change)}; the rest is the error of 64 slices.`;
    return { values: pixels, note: `${note} ${check}` };
  }

  const REGIONS = [
    'upper left', 'top', 'upper right', 'left', 'middle', 'right', 'lower left', 'bottom', 'lower right',
  ];

  /**
   * @param {Float64Array} pixels Evidence.
   * @returns {{name: string, value: number}[]} Of nine parts of the image.
   */
  function regionsOf(pixels) {
    // The digit fills rows and columns 4 to 23, so the middle part has 8 and the others 10.
    const part = (/** @type {number} */ place) => (place < 10 ? 0 : place < 18 ? 1 : 2);
    const rows = REGIONS.map((name) => ({ name: `ink at the ${name}`.replace('the middle', 'the centre'), value: 0 }));
    pixels.forEach((value, i) => {
      rows[3 * part(Math.floor(i / 28)) + part(i % 28)].value += value;
    });
    return rows;
  }

  /**
   * @param {Ledger} ledger
   * @param {LearnState['list']} list
   * @returns {{rows: {name: string, value: number}[], bias: number}}
   */
  function rowsOf(ledger, list) {
    if (list === 'strokes') {
      const rows = ledger.strokes.map(({ pixels, evidence }, n) => {
        return { name: `piece ${n + 1} of ink, ${pixels.length} pixels`, value: evidence };
      });
      return { rows, bias: ledger.biasParts[0] };
    }
    if (list === 'regions') return { rows: regionsOf(ledger.pixels), bias: ledger.biasParts[0] };
    if (list === 'pixels') {
      const rows = Array.from(ledger.pixels, (value, i) => {
        return { name: `pixel (${Math.floor(i / 28)}, ${i % 28})`, value };
      });
      return { rows, bias: ledger.biasParts[0] };
    }
    const layer = list === 'layer1' ? 0 : 1;
    const rows = Array.from(ledger.neurons[layer], (value, n) => ({ name: nameOf(layer, n), value }));
    return { rows, bias: ledger.biasParts[layer + 1] };
  }

  return { WhyStage, rowsOf };
})());

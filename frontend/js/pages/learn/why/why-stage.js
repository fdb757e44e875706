/**
 * Stage B: why this digit and not that one. The ledger whose sum closes, three maps of the evidence,
 * and an eraser for the ink.
 */
MNIST.add('learn', (() => {
  const {
    TileGrid, compared, element, gridTable, networkOf, paintSigned, plain, showItems, signed, withPass,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  const { integratedGradients, ledgerOf, nameOf, occlusionMap } = MNIST.nn;
  const SHOWN = 9;

  /** What each map means, and what it does not. */
  const MAP_NOTES = {
    evidence: text('why.note-evidence'),
    occlusion: text('why.note-occlusion'),
    integrated: text('why.note-integrated'),
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
        select.append(element('option', { value: '' }, text(name === 'digit' ? 'why.answer' : 'why.runner-up')));
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
      // The first of each list follows the drawing, and says which digit that is.
      this.#digit.options[0].text = text('why.named', { digit: String(digit), role: text('why.answer') });
      this.#rival.options[0].text = text('why.named', { digit: String(rival), role: text('why.runner-up') });
      const values = { digit, rival, lead: plain(Math.abs(ledger.difference)) };
      if (!hasInk) this.#headline.textContent = text('why.draw');
      else this.#headline.textContent = text(ledger.difference > 0 ? 'why.ahead' : 'why.behind', values);
      this.#showLedger(ledger, state.list, digit, rival);
      const map = mapOf(state, ledger, digit, rival);
      this.#values = map.values;
      paintSigned(this.#canvas, this.#values, 28);
      this.#note.textContent = map.note;
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
        entries.push({ name: text('why.others', { count: others.length }), value });
      }
      entries.push({ name: text(list === 'layer2' ? 'why.two-biases' : 'why.all-biases'), value: bias });
      const largest = Math.max(...entries.map(({ value }) => Math.abs(value)), 1e-9);
      const make = () => element('li', {}, element('span', { class: 'ledger-name' }),
        element('span', { class: 'ledger-bar' }), element('span', { class: 'ledger-value' }));
      showItems(this.#ledger, entries, make, (item, { name, value }) => {
        item.className = value > 0 ? 'is-for' : 'is-against';
        item.children[0].textContent = name;
        item.style.setProperty('--share', String(Math.abs(value) / largest));
        const gains = value > 0 ? digit : rival;
        item.children[2].textContent = text('why.value-for', { value: plain(Math.abs(value)), digit: gains });
      });
      const total = entries.reduce((sum, { value }) => sum + value, 0);
      this.#check.textContent = text('why.check', {
        digit, rival, total: plain(total, 4), difference: plain(ledger.difference, 4),
      });
    }

    /** @param {number} i */
    #describe(i) {
      const place = { row: Math.floor(i / 28), column: i % 28 };
      const ink = this.#host.getState().pass.activations[0][i];
      if (ink === 0) return text('why.no-ink', place);
      return text('why.ink', { ...place, ink: plain(ink), evidence: signed(this.#values[i], 3) });
    }

    #table() {
      return gridTable(this.#values, 28, text('why.table-title'), (value) => signed(value, 3));
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
    const check = text('why.integrated-check', { total: plain(total), change: plain(change) });
    return { values: pixels, note: `${note} ${check}` };
  }

  const REGIONS = [
    'upper-left', 'top', 'upper-right', 'left', 'middle', 'right', 'lower-left', 'bottom', 'lower-right',
  ];

  /**
   * @param {Float64Array} pixels Evidence.
   * @returns {{name: string, value: number}[]} Of nine parts of the image.
   */
  function regionsOf(pixels) {
    // The digit fills rows and columns 4 to 23, so the middle part has 8 and the others 10.
    const part = (/** @type {number} */ place) => (place < 10 ? 0 : place < 18 ? 1 : 2);
    const rows = REGIONS.map((name) => ({ name: text(`why.region-${name}`), value: 0 }));
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
        return { name: text('why.piece', { n: n + 1, count: pixels.length }), value: evidence };
      });
      return { rows, bias: ledger.biasParts[0] };
    }
    if (list === 'regions') return { rows: regionsOf(ledger.pixels), bias: ledger.biasParts[0] };
    if (list === 'pixels') {
      const rows = Array.from(ledger.pixels, (value, i) => {
        return { name: text('learn.pixel', { row: Math.floor(i / 28), column: i % 28 }), value };
      });
      return { rows, bias: ledger.biasParts[0] };
    }
    const layer = list === 'layer1' ? 0 : 1;
    const rows = Array.from(ledger.neurons[layer], (value, n) => ({ name: nameOf(layer, n), value }));
    return { rows, bias: ledger.biasParts[layer + 1] };
  }

  return { WhyStage, rowsOf };
})());

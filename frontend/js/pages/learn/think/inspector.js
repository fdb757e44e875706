/**
 * Stage A, below: one neuron, up to one multiplication.
 */
MNIST.add('learn', (() => {
  const {
    compared, describeTerm, digitAt, element, networkOf, outgoingOf, paintGrey, paintSigned, plain, showFacts,
    showItems, signed, termsOf,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  const { ledgerOf, nameOf } = MNIST.nn;
  const SHOWN = 12;
  const NOTHING = text('think.nothing');

  class Inspector {
    #title = elementById('neuron-title', HTMLElement);
    #facts = elementById('neuron-facts', HTMLElement);
    #weights = elementById('neuron-weights', HTMLCanvasElement);
    #products = elementById('neuron-products', HTMLCanvasElement);
    #pattern = elementById('neuron-pattern', HTMLCanvasElement);
    #patternTitle = elementById('pattern-title', HTMLElement);
    #patternNote = elementById('pattern-note', HTMLElement);
    #productsTitle = elementById('products-title', HTMLElement);
    #exemplars = elementById('exemplars', HTMLElement);
    #inputs = elementById('strongest-inputs', HTMLElement);
    #outputs = elementById('strongest-outputs', HTMLElement);
    /** @type {HTMLCanvasElement[]} */
    #thumbnails = [];
    /** Which neuron's pattern and digits are painted. */
    #painted = '';

    #sheet = elementById('neuron', HTMLElement);
    #toggle = elementById('neuron-toggle', HTMLButtonElement);

    /**
     * @param {() => LearnState} getState
     * @param {(neuron: NeuronPlace) => void} select
     */
    constructor(getState, select) {
      for (const [id, step] of /** @type {const} */ ([['neuron-before', -1], ['neuron-after', 1]])) {
        elementById(id, HTMLButtonElement).addEventListener('click', () => {
          const state = getState();
          const { layer, neuron } = state.selected;
          const { outputs } = networkOf(state).layers[layer];
          select({ layer, neuron: (neuron + step + outputs) % outputs });
        });
      }
      this.#setOpen(false);
      this.#toggle.addEventListener('click', () => {
        this.#setOpen(this.#toggle.getAttribute('aria-expanded') !== 'true');
      });
      for (let n = 0; n < 9; n++) {
        const canvas = element('canvas', {
          width: '28', height: '28', role: 'img', 'aria-label': text('think.exemplar-loading'),
        });
        this.#thumbnails.push(canvas);
        this.#exemplars.append(element('li', {}, canvas));
      }
    }

    /** Opens the sheet that it is on a phone. Elsewhere it is always open. */
    open() {
      this.#setOpen(true);
    }

    /** @param {boolean} isOpen */
    #setOpen(isOpen) {
      this.#sheet.classList.toggle('is-open', isOpen);
      this.#toggle.setAttribute('aria-expanded', String(isOpen));
      this.#toggle.textContent = text(isOpen ? 'think.close-sheet' : 'think.open-sheet');
    }

    /**
     * @param {LearnState} state
     * @param {NeuronData | null} data null until it has come.
     */
    render(state, data) {
      const { selected, pass } = state;
      const network = networkOf(state);
      const { layer, neuron } = selected;
      const { inputs, outputs, W, b } = network.layers[layer];
      const columns = [28, 16, 8][layer];
      const weights = Float64Array.from({ length: inputs }, (_, i) => W[i * outputs + neuron]);
      this.#title.textContent = nameOf(layer, neuron).replace(/^./u, (letter) => letter.toLocaleUpperCase());
      paintSigned(this.#weights, weights, columns);
      paintSigned(this.#products, weights.map((w, i) => w * pass.activations[layer][i]), columns);
      this.#productsTitle.textContent = text(layer === 0 ? 'think.on-ink' : 'think.on-inputs');
      this.#showFacts(state, b[neuron]);
      const into = termsOf(network, pass, selected).slice(0, SHOWN);
      fill(this.#inputs, into.map((term) => ({ term, text: describeTerm(term, layer) })));
      const out = outgoingOf(network, pass, selected).slice(0, SHOWN);
      const silence = layer === 2 ? text('think.softmax-next') : NOTHING;
      fill(this.#outputs, out.map((term) => {
        const product = `${plain(term.a, 3)} × ${plain(term.weight, 4)} = ${signed(term.product, 3)}`;
        return { term, text: `${nameOf(layer + 1, term.index)}: ${product}` };
      }), silence);
      if (data !== null) this.#showData(data, selected);
      this.#patternTitle.textContent = text(state.versions.length > 1 ? 'think.responded' : 'think.responds');
    }

    /**
     * @param {LearnState} state
     * @param {number} bias
     */
    #showFacts(state, bias) {
      const { pass, selected: { layer, neuron } } = state;
      const z = pass.sums[layer][neuron];
      const values = layer === 2 ? pass.probabilities : pass.activations[layer + 1];
      const a = values[neuron];
      const rank = values.reduce((count, other) => count + (other > a ? 1 : 0), 1);
      /** @type {[string, string][]} */
      const facts = [
        [text('think.fact-z'), plain(z, 4)],
        [text('think.fact-bias'), signed(bias, 4)],
        layer === 2
          ? [text('think.fact-probability'), plain(a, 4)]
          : [text('think.fact-a'), a === 0 ? text('think.fact-off') : plain(a, 4)],
        [text('think.fact-rank'), text('think.fact-rank-of', { rank, count: values.length })],
      ];
      if (layer < 2) {
        const { digit, rival } = compared({ ...state, digit: null, rival: null });
        const ledger = ledgerOf(networkOf(state), pass, digit, rival);
        const evidence = ledger.neurons[layer][neuron];
        facts.push([
          text('think.fact-part', { digit, rival }),
          text('think.fact-part-of', { part: signed(evidence, 3), lead: signed(ledger.difference) }),
        ]);
      }
      showFacts(this.#facts, facts);
    }

    /**
     * @param {NeuronData} data
     * @param {NeuronPlace} selected
     */
    #showData({ exemplars, exemplarsOf, patterns }, { layer, neuron }) {
      const name = `${layer},${neuron}`;
      if (name === this.#painted) return;
      this.#painted = name;
      const place = [0, 128, 192][layer] + neuron;
      paintSigned(this.#pattern, patterns.subarray(784 * place, 784 * (place + 1)), 28, 127);
      this.#patternNote.hidden = false;
      exemplarsOf[layer][neuron].forEach((n, i) => {
        paintGrey(this.#thumbnails[i], digitAt(exemplars, n), 28, 255);
        this.#thumbnails[i].setAttribute('aria-label', text('think.exemplar', { count: exemplars.labels[n] }));
      });
    }
  }

  /**
   * @param {HTMLElement} list
   * @param {{term: Term, text: string}[]} terms
   * @param {string} [silence] What it says without any.
   */
  function fill(list, terms, silence = NOTHING) {
    const items = terms.map(({ term, text }) => ({ text, side: term.product > 0 ? 'is-for' : 'is-against' }));
    if (items.length === 0) items.push({ text: silence, side: '' });
    showItems(list, items, () => element('li'), (item, { text, side }) => {
      item.className = side;
      item.textContent = text;
    });
  }

  return { Inspector };
})());

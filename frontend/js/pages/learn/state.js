/**
 * The page's state: one immutable object, and the functions that make the next one. A change of the
 * network is a version of it, so that each can be undone; nothing here touches the page.
 */
MNIST.add('learn', (() => {
  const { descend, edited, forwardPass } = MNIST.nn;
  /** Beyond this a sum is no longer worth showing, and soon no longer a number. */
  const LARGEST_SUM = 1e9;

  /**
   * @param {Network} network The one that comes with the page.
   * @returns {LearnState}
   */
  function initialState(network) {
    return {
      stage: 'think',
      versions: [{ network, text: '', key: '' }],
      pixels: new Uint8Array(784),
      pass: forwardPass(network, new Float32Array(784)),
      selected: { layer: 0, neuron: 0 },
      sumStep: 0,
      temperature: 1,
      digit: null,
      rival: null,
      map: 'evidence',
      list: 'regions',
      erased: new Set(),
      target: null,
      blameStep: 0,
      weight: null,
      learningRate: 0.05,
      nudge: 0.001,
    };
  }

  /**
   * @param {LearnState} state
   * @returns {Network} As it is now, with all changes.
   */
  function networkOf({ versions }) {
    return versions[versions.length - 1].network;
  }

  /**
   * @param {LearnState} state
   * @returns {LearnState} With the forward pass of what is drawn, through the network as it is now.
   */
  function withPass(state) {
    const x = Float32Array.from(state.pixels, (grey, i) => (state.erased.has(i) ? 0 : grey / 255));
    return { ...state, pass: forwardPass(networkOf(state), x) };
  }

  /**
   * @param {LearnState} state
   * @param {Uint8Array} pixels As the network reads them.
   * @returns {LearnState}
   */
  function withDrawing(state, pixels) {
    // Another drawing should be another digit, so the target is the network's answer again.
    return withPass({ ...state, pixels, erased: new Set(), sumStep: 0, target: null });
  }

  /**
   * @param {LearnState} state
   * @param {Edit} edit
   * @param {string} text
   * @returns {LearnState | null} A second edit of the same number takes the place of the first, so
   *   that a slider leaves one change behind. null if the sums would be too large to be numbers.
   */
  function withEdit(state, edit, text) {
    const key = [edit.kind, edit.layer, edit.neuron, edit.kind === 'weight' ? edit.input : ''].join();
    const last = state.versions[state.versions.length - 1];
    const isSame = last.key === key && edit.kind !== 'scale';
    const before = isSame ? state.versions.slice(0, -1) : state.versions;
    const network = edited(before[before.length - 1].network, [edit]);
    return ifFinite(withPass({ ...state, versions: [...before, { network, text, key, edits: [edit] }], sumStep: 0 }));
  }

  /**
   * @param {LearnState} state
   * @returns {LearnState | null} null if its network computes what is no number.
   */
  function ifFinite(state) {
    const { layers } = networkOf(state);
    const areWeights = layers.every(({ W, b }) => W.every(Number.isFinite) && b.every(Number.isFinite));
    const areSums = state.pass.sums.every((z) => z.every((value) => Math.abs(value) < LARGEST_SUM));
    return areWeights && areSums ? state : null;
  }

  /**
   * @param {LearnState} state
   * @param {ReadonlyArray<Pick<Gradient, 'dW' | 'db'>>} gradients One for each step.
   * @param {string} text
   * @returns {LearnState | null} null if the steps led to what is no number.
   */
  function withSteps(state, gradients, text) {
    const network = gradients.reduce(
      (current, gradient) => descend(current, gradient, state.learningRate), networkOf(state),
    );
    return ifFinite(withPass({ ...state, versions: [...state.versions, { network, text, key: `steps-${gradients.length}` }] }));
  }

  /**
   * @param {LearnState} state
   * @returns {LearnState} Without the latest change, if there is one.
   */
  function undone(state) {
    if (state.versions.length === 1) return state;
    return withPass({ ...state, versions: state.versions.slice(0, -1) });
  }

  /**
   * @param {LearnState} state
   * @returns {LearnState} With the network that comes with the page.
   */
  function restored(state) {
    return withPass({ ...state, versions: state.versions.slice(0, 1) });
  }

  /**
   * @param {LearnState} state
   * @returns {{digit: number, rival: number}} The two that are compared: as chosen, else the two
   *   likeliest.
   */
  function compared({ digit, rival, pass }) {
    const order = Array.from(pass.probabilities.keys());
    order.sort((one, other) => pass.probabilities[other] - pass.probabilities[one]);
    const first = digit ?? (order[0] === rival ? order[1] : order[0]);
    return { digit: first, rival: rival ?? (order[0] === first ? order[1] : order[0]) };
  }

  /**
   * @param {LearnState} state
   * @returns {number} The digit that it should be: as chosen, else the network's own answer.
   */
  function targetOf({ target, pass }) {
    return target ?? pass.probabilities.indexOf(Math.max(...pass.probabilities));
  }

  /**
   * The terms of a neuron's sum, the largest first.
   *
   * @param {Network} network
   * @param {FullPass} pass
   * @param {NeuronPlace} neuron
   * @returns {Term[]} One for each input that is not zero.
   */
  function termsOf({ layers }, { activations }, { layer, neuron }) {
    const { outputs, W } = layers[layer];
    /** @type {Term[]} */
    const terms = [];
    activations[layer].forEach((a, input) => {
      const weight = W[input * outputs + neuron];
      if (a !== 0) terms.push({ index: input, a, weight, product: a * weight });
    });
    return terms.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  }

  /**
   * @param {Network} network
   * @param {FullPass} pass
   * @param {NeuronPlace} neuron
   * @returns {Term[]} What it hands on to each neuron of the next layer, the largest first.
   */
  function outgoingOf({ layers }, { activations }, { layer, neuron }) {
    const next = layers[layer + 1];
    if (next === undefined) return [];
    const a = activations[layer + 1][neuron];
    const terms = Array.from({ length: next.outputs }, (_, index) => {
      const weight = next.W[neuron * next.outputs + index];
      return { index, a, weight, product: a * weight };
    });
    return terms.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  }

  return {
    initialState, networkOf, withPass, withDrawing, withEdit, withSteps, undone, restored, compared,
    targetOf, termsOf, outgoingOf,
  };
})());

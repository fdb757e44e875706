/**
 * Why this digit and not that one. With each ReLU held open or closed as it is, the network is
 * linear for this image, so the difference of two scores is exactly a sum over pixels plus a part
 * that comes from the biases. Pure functions: nothing here touches the page.
 */
MNIST.add('nn', (() => {
  const { forwardPass } = MNIST.nn;
  const SIDE = 28;

  /**
   * The evidence for one digit against another: z_for − z_against, taken apart in four ways that
   * each add up to it.
   *
   * @param {Network} network
   * @param {FullPass} pass
   * @param {number} digit The digit that evidence is for.
   * @param {number} rival The digit that it is against.
   * @returns {Ledger}
   */
  function ledgerOf({ layers }, { activations, sums }, digit, rival) {
    const scores = sums[sums.length - 1];
    // How much the difference grows with each activation: from the last layer back to the pixels.
    let slopes = new Float64Array(scores.length);
    slopes[digit] += 1;
    slopes[rival] -= 1;
    /** @type {Float64Array[]} */
    const evidence = [];
    /** @type {number[]} */
    const biasParts = [];
    let bias = 0;
    for (let l = layers.length - 1; l >= 0; l--) {
      for (let j = 0; j < slopes.length; j++) bias += layers[l].b[j] * slopes[j];
      slopes = slopesBefore(layers[l], slopes, activations[l], l);
      evidence[l] = slopes.map((slope, i) => slope * activations[l][i]);
      biasParts[l] = bias;
    }
    const strokes = connectedInk(activations[0]).map((pixels) => ({
      pixels,
      evidence: pixels.reduce((sum, i) => sum + evidence[0][i], 0),
    }));
    return {
      difference: scores[digit] - scores[rival],
      slopes,
      pixels: evidence[0],
      strokes,
      neurons: evidence.slice(1),
      biasParts,
    };
  }

  /**
   * @param {Network['layers'][number]} layer
   * @param {Float64Array} slopes How much a score grows with each of its sums.
   * @param {Float64Array} a Its inputs.
   * @param {number} l Its number, from 0.
   * @returns {Float64Array<ArrayBuffer>} How much the score grows with each of its inputs.
   */
  function slopesBefore({ inputs, outputs, W }, slopes, a, l) {
    const before = new Float64Array(inputs);
    for (let i = 0; i < inputs; i++) {
      if (l > 0 && a[i] === 0) continue; // a closed ReLU
      const row = i * outputs;
      for (let j = 0; j < outputs; j++) before[i] += W[row + j] * slopes[j];
    }
    return before;
  }

  /**
   * @param {ArrayLike<number>} x 784 numbers; ink is above 0.
   * @returns {number[][]} The 8-connected components of the ink, the largest first: their pixels.
   */
  function connectedInk(x) {
    const isSeen = new Uint8Array(x.length);
    /** @type {number[][]} */
    const components = [];
    for (let start = 0; start < x.length; start++) {
      if (x[start] === 0 || isSeen[start]) continue;
      const component = [start];
      isSeen[start] = 1;
      for (const i of component) {
        for (const near of neighbours(i)) {
          if (x[near] === 0 || isSeen[near]) continue;
          isSeen[near] = 1;
          component.push(near);
        }
      }
      components.push(component);
    }
    return components.sort((one, other) => other.length - one.length);
  }

  /**
   * @param {number} i
   * @returns {number[]} The pixel itself and those around it.
   */
  function neighbours(i) {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    const found = [];
    for (let r = Math.max(0, row - 1); r <= Math.min(SIDE - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(SIDE - 1, column + 1); c++) {
        found.push(r * SIDE + c);
      }
    }
    return found;
  }

  /**
   * Covers a 3 × 3 patch around each pixel with paper, and measures what the difference of the two
   * scores loses (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014).
   *
   * @param {Network} network
   * @param {FullPass} pass
   * @param {number} digit
   * @param {number} rival
   * @returns {Float64Array} 784 losses; 0 where there is no ink to cover.
   */
  function occlusionMap({ layers, metadata }, { activations, sums }, digit, rival) {
    const x = activations[0];
    const [first, ...later] = layers;
    const rest = { layers: later, metadata };
    const last = sums[sums.length - 1];
    const whole = last[digit] - last[rival];
    return Float64Array.from(x, (_, centre) => {
      const covered = neighbours(centre).filter((i) => x[i] > 0);
      if (covered.length === 0) return 0;
      // The first layer's sums change only by what is covered.
      const z = sums[0].slice();
      for (const i of covered) {
        const row = i * first.outputs;
        for (let j = 0; j < first.outputs; j++) z[j] -= x[i] * first.W[row + j];
      }
      const scores = forwardPass(rest, z.map((value) => Math.max(0, value))).sums.at(-1);
      return scores === undefined ? 0 : whole - (scores[digit] - scores[rival]);
    });
  }

  /**
   * The gradient with respect to the input, of any weighted sum of the ten scores.
   *
   * @param {Network} network
   * @param {FullPass} pass
   * @param {ArrayLike<number>} scoreSlopes How much the sum grows with each score z.
   * @returns {Float64Array} How much it grows with each input.
   */
  function inputGradient({ layers }, { activations }, scoreSlopes) {
    let slopes = Float64Array.from(scoreSlopes);
    for (let l = layers.length - 1; l >= 0; l--) slopes = slopesBefore(layers[l], slopes, activations[l], l);
    return slopes;
  }

  /**
   * @param {Network} network
   * @param {FullPass} pass
   * @param {number} digit
   * @param {number} rival
   * @returns {{difference: number, slopes: Float64Array}} z_digit − z_rival, and how much it grows
   *   with each input.
   */
  function differenceOf(network, pass, digit, rival) {
    const scores = pass.sums[pass.sums.length - 1];
    const scoreSlopes = new Float64Array(scores.length);
    scoreSlopes[digit] += 1;
    scoreSlopes[rival] -= 1;
    return { difference: scores[digit] - scores[rival], slopes: inputGradient(network, pass, scoreSlopes) };
  }

  /**
   * Integrated gradients from blank paper (Sundararajan, Taly and Yan, "Axiomatic attribution for
   * deep networks", 2017): the slope at each pixel, averaged while the ink fades in.
   *
   * @param {Network} network
   * @param {ArrayLike<number>} x
   * @param {number} digit
   * @param {number} rival
   * @param {number} [steps]
   * @returns {{pixels: Float64Array, change: number}} Each pixel's part, and what they add up to
   *   but for the error of the steps: the difference with the ink minus the one without.
   */
  function integratedGradients({ layers, metadata }, x, digit, rival, steps = 64) {
    const [first, ...later] = layers;
    const rest = { layers: later, metadata };
    const { sums: [whole] } = forwardPass({ layers: [first], metadata }, x);
    /** The difference of the scores while this share of the ink is there, over the first layer. */
    const ledgerFor = (/** @type {number} */ share) => {
      // The first layer's sums are linear in the ink.
      const hidden = whole.map((z, j) => Math.max(0, first.b[j] + share * (z - first.b[j])));
      return { hidden, ...differenceOf(rest, forwardPass(rest, hidden), digit, rival) };
    };
    const slopes = new Float64Array(first.outputs);
    for (let step = 0; step < steps; step++) {
      const { hidden, slopes: found } = ledgerFor((step + 0.5) / steps);
      hidden.forEach((a, j) => {
        if (a > 0) slopes[j] += found[j] / steps;
      });
    }
    const pixels = Float64Array.from(x, (value, i) => {
      if (value === 0) return 0;
      const row = i * first.outputs;
      return value * slopes.reduce((sum, slope, j) => sum + slope * first.W[row + j], 0);
    });
    return { pixels, change: ledgerFor(1).difference - ledgerFor(0).difference };
  }

  return { ledgerOf, connectedInk, occlusionMap, inputGradient, differenceOf, integratedGradients };
})());

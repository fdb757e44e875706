/**
 * The fewest pixels that change the answer. A pixel is toggled: paper becomes full ink, ink becomes
 * paper. The learner does it by hand; this search follows the gradient.
 */
MNIST.add('nn', (() => {
  const { answerTo, differenceOf, forwardPass, toUnit } = MNIST.nn;
  /** A search gives up after this many pixels. */
  const MAX_TOGGLES = 40;
  /** How many of the most promising pixels are tried out in each step. */
  const TRIED = 16;
  /** How many sets of each size are kept. */
  const WIDTH = 4;

  /**
   * @param {number} grey
   * @returns {number} Full ink for what is nearer to paper, paper for the rest.
   */
  function toggled(grey) {
    return grey < 128 ? 255 : 0;
  }

  /**
   * @param {Uint8Array} pixels
   * @param {Iterable<number>} places
   * @returns {Uint8Array} A new image with these pixels toggled.
   */
  function withToggles(pixels, places) {
    const changed = pixels.slice();
    for (const i of places) changed[i] = toggled(changed[i]);
    return changed;
  }

  /**
   * A beam search towards each other digit in turn: the few best sets of pixels are each given one
   * more, until one is enough. The shortest is kept. A shorter one may exist: trying every set of
   * even four pixels would take days.
   *
   * @param {Network} network
   * @param {Uint8Array} pixels The network's input.
   * @param {(changed: Uint8Array) => boolean} [isFooled] When the search has what it looks for; as it
   *   stands, when the network reads another digit.
   * @returns {Generator<number[] | null, number[] | null>} Yields the best so far after each set that
   *   was tried; at last the pixels to toggle, in the order in which they were found. null: none were
   *   found.
   */
  function* fewestPixels(network, pixels, isFooled) {
    const answer = answerTo(network, pixels);
    const isDone = isFooled ?? ((changed) => answerTo(network, changed) !== answer);
    const classes = network.layers[network.layers.length - 1].outputs;
    /** @type {number[] | null} */
    let best = null;
    for (let rival = 0; rival < classes; rival++) {
      if (rival === answer) continue;
      /** @type {number[][]} */
      let sets = [[]];
      for (let size = 1; size < (best?.length ?? MAX_TOGGLES + 1); size++) {
        /** @type {PixelSet[]} */
        const longer = [];
        for (const places of sets) {
          longer.push(...nextSets(network, pixels, places, rival, answer));
          yield best;
        }
        longer.sort((one, other) => other.lead - one.lead);
        sets = longer.filter(isNew).slice(0, WIDTH).map(({ places }) => places);
        const found = sets.find((places) => isDone(withToggles(pixels, places)));
        if (found !== undefined) best = needed(pixels, found, isDone);
      }
    }
    return best;
  }

  /**
   * @param {PixelSet} set
   * @param {number} n
   * @param {PixelSet[]} all Sorted by lead: the same set, found in another order, has the same lead.
   */
  function isNew({ lead }, n, all) {
    return n === 0 || Math.abs(lead - all[n - 1].lead) > 1e-9;
  }

  /**
   * @param {Network} network
   * @param {Uint8Array} pixels
   * @param {number[]} places What is toggled so far.
   * @param {number} rival
   * @param {number} answer
   * @returns {PixelSet[]} With one more pixel each, and how far they bring the rival.
   */
  function nextSets(network, pixels, places, rival, answer) {
    const [first, ...later] = network.layers;
    const rest = { layers: later, metadata: network.metadata };
    const current = withToggles(pixels, places);
    const x = toUnit(current);
    const pass = forwardPass(network, x);
    const { slopes } = differenceOf(network, pass, rival, answer);
    const change = x.map((value, i) => toggled(current[i]) / 255 - value);
    // The gradient says what each toggle promises; the most promising are tried out.
    const promises = slopes.map((slope, i) => (places.includes(i) ? -Infinity : slope * change[i]));
    const candidates = Array.from(x.keys()).sort((i, j) => promises[j] - promises[i]).slice(0, TRIED);
    return candidates.map((i) => {
      // The first layer's sums change only by this pixel.
      const hidden = pass.sums[0].map((z, j) => Math.max(0, z + change[i] * first.W[i * first.outputs + j]));
      const { sums } = forwardPass(rest, hidden);
      const scores = sums[sums.length - 1];
      return { places: [...places, i], lead: scores[rival] - scores[answer] };
    });
  }

  /**
   * @param {Uint8Array} pixels
   * @param {number[]} places
   * @param {(changed: Uint8Array) => boolean} isDone
   * @returns {number[]} Without those that a later one made needless.
   */
  function needed(pixels, places, isDone) {
    let kept = places;
    for (const place of places) {
      const fewer = kept.filter((i) => i !== place);
      if (isDone(withToggles(pixels, fewer))) kept = fewer;
    }
    return kept;
  }

  return { fewestPixels, withToggles };
})());

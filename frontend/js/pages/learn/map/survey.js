/**
 * What one network makes of all digits of the map: their places in each of its spaces, its answers,
 * its scores. Pure functions; what takes long is a generator.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { digitScore, doubtAbout, forward, nearestRows, placeOf, principalComponents } = MNIST.nn;
  const { digitAt } = MNIST.learn;
  /** Digits between two yields. */
  const PIECE = 20;
  const NEIGHBOURS = 9;

  /**
   * The spaces that the map can show. In the first one a digit is its 784 grey values, which are
   * kept as whole numbers: `scale` makes them 0 to 1.
   *
   * @type {ReadonlyArray<MapSpace>}
   */
  const MAP_SPACES = [
    { key: 'pixels', numbers: text('map.numbers-pixels'), scale: 255, pointOf: ({ activations }) => activations[0].map((x) => 255 * x) },
    { key: 'layer1', numbers: text('map.numbers-layer1'), scale: 1, pointOf: ({ activations }) => activations[1] },
    { key: 'layer2', numbers: text('map.numbers-layer2'), scale: 1, pointOf: ({ activations }) => activations[2] },
    { key: 'output', numbers: text('map.numbers-output'), scale: 1, pointOf: ({ sums }) => sums[2] },
  ];

  /**
   * @param {Network} network
   * @param {Rejection | null} rejection
   * @param {DigitSet} digits
   * @returns {Generator<void, MapSurvey>}
   */
  function* mapSurvey(network, rejection, digits) {
    /** @type {MapAnswer[]} */
    const answers = [];
    const rows = yield* mapRows(network, digits, (pass, n) => {
      const sureness = Math.max(...pass.probabilities);
      const score = rejection === null ? NaN : digitScore(rejection, pass);
      const doubt = rejection === null ? null : doubtAbout(rejection, pass, digitAt(digits, n));
      answers.push({ digit: pass.probabilities.indexOf(sureness), sureness, score, isAccepted: doubt === null });
    });
    return { network, answers, rows };
  }

  /**
   * @param {Network} network
   * @param {DigitSet} digits
   * @param {(pass: ForwardPass, n: number) => void} [visit] Gets each digit's forward pass.
   * @returns {Generator<void, MapRows[]>} The digits as rows of each space.
   */
  function* mapRows(network, digits, visit) {
    const count = digits.labels.length;
    const [first, second, output] = network.layers.map(({ outputs }) => new Float32Array(count * outputs));
    for (let n = 0; n < count; n++) {
      const pass = forward(network, digitAt(digits, n));
      first.set(pass.hidden[0], n * pass.hidden[0].length);
      second.set(pass.hidden[1], n * pass.hidden[1].length);
      output.set(pass.logits, n * pass.logits.length);
      visit?.(pass, n);
      if (n % PIECE === PIECE - 1) yield;
    }
    return [digits.pixels, first, second, output];
  }

  /**
   * The plane of a space: its first two principal components, and each digit's place on it.
   *
   * @param {MapRows} rows
   * @param {Uint8Array} labels
   * @param {MapPlane | null} earlier An axis has no sign of its own: it is turned as it was here.
   * @returns {Generator<void, MapPlane>}
   */
  function* mapPlane(rows, labels, earlier) {
    const width = rows.length / labels.length;
    const components = yield* principalComponents(rows, width);
    const places = yield* mapPlaces(components, rows, width);
    if (earlier !== null) {
      components.axes.forEach((axis, k) => {
        let agreement = 0;
        for (let n = k; n < places.length; n += 2) agreement += places[n] * earlier.places[n];
        if (agreement >= 0) return;
        for (let i = 0; i < width; i++) axis[i] = -axis[i];
        for (let n = k; n < places.length; n += 2) places[n] = -places[n];
      });
    }
    const kept = components.variances.reduce((sum, variance) => sum + variance, 0);
    return {
      components, places,
      kept: components.total === 0 ? 0 : kept / components.total,
      explained: yield* shareOfLabels(rows, width, labels, components),
    };
  }

  /**
   * @param {PrincipalComponents} components
   * @param {MapRows} rows
   * @param {number} width
   * @returns {Generator<void, Float64Array>} x and y of each row.
   */
  function* mapPlaces(components, rows, width) {
    const count = rows.length / width;
    const places = new Float64Array(2 * count);
    for (let n = 0; n < count; n++) {
      places.set(placeOf(components, mapRowAt(rows, width, n)), 2 * n);
      if (n % PIECE === PIECE - 1) yield;
    }
    return places;
  }

  /**
   * @param {PrincipalComponents} components
   * @param {ArrayLike<number>} point
   */
  function mapPlaceOf(components, point) {
    return /** @type {MapPlace} */ (placeOf(components, point));
  }

  /**
   * @param {MapRows} rows
   * @param {number} width
   * @param {number} n
   */
  function mapRowAt(rows, width, n) {
    return rows.subarray(n * width, (n + 1) * width);
  }

  /**
   * @param {MapRows} rows
   * @param {number} width
   * @param {Uint8Array} labels
   * @param {PrincipalComponents} components
   * @returns {Generator<void, number>} The share of the variance that lies between the ten digits'
   *   means, and not among the images of one digit. From 0 to 1.
   */
  function* shareOfLabels(rows, width, labels, { mean, total }) {
    const means = Array.from({ length: 10 }, () => new Float64Array(width));
    const counts = new Array(10).fill(0);
    for (let n = 0; n < labels.length; n++) {
      counts[labels[n]]++;
      const row = mapRowAt(rows, width, n);
      for (let i = 0; i < width; i++) means[labels[n]][i] += row[i];
      if (n % PIECE === PIECE - 1) yield;
    }
    let between = 0;
    means.forEach((sums, digit) => {
      for (let i = 0; i < width; i++) {
        const distance = sums[i] / Math.max(counts[digit], 1) - mean[i];
        between += counts[digit] * distance * distance;
      }
    });
    return total === 0 ? 0 : between / (labels.length * total);
  }

  /**
   * @param {MapSpace} space
   * @param {MapRows} rows Of the training digits.
   * @param {Uint8Array} labels
   * @param {ArrayLike<number>} point
   * @returns {MapNeighbours} The nearest training digits, and what most of them are.
   */
  function mapNeighbours({ scale }, rows, labels, point) {
    const nearest = nearestRows(rows, point, NEIGHBOURS)
      .map(({ index, distance }) => ({ index, label: labels[index], distance: distance / scale }));
    const votes = new Array(10).fill(0);
    for (const { label } of nearest) votes[label]++;
    const most = Math.max(...votes);
    // Of two labels with as many votes the nearer one counts.
    const winner = nearest.find(({ label }) => votes[label] === most);
    return { nearest, label: winner?.label ?? 0, votes: most };
  }

  return { MAP_SPACES, mapSurvey, mapRows, mapPlane, mapPlaces, mapNeighbours, mapPlaceOf, mapRowAt };
})());

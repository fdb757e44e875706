/**
 * t-SNE: places points on a plane so that those which are near stay near (van der Maaten and Hinton,
 * "Visualizing data using t-SNE", JMLR 9, 2008). Exact, for a thousand points. What takes long is a
 * generator.
 */
MNIST.add('nn', (() => {
  const { squaredDistances } = MNIST.nn;
  /** About so many neighbours count for each point. */
  const PERPLEXITY = 30;
  const BISECTIONS = 50;
  const TSNE_STEPS = 400;
  /** At first all similarities are this many times larger, so that crowds form before they settle. */
  const [EXAGGERATION, EXAGGERATED_STEPS] = [12, 100];
  const [EARLY_MOMENTUM, MOMENTUM] = [0.5, 0.8];
  /** The spread with which the points start. */
  const START = 1e-2;

  /**
   * How much each of some points resembles one: a Gaussian of its distance, as wide as the perplexity
   * asks for.
   *
   * @param {ArrayLike<number>} squaredDistances
   * @param {number} [self] The index of the point itself, which does not count.
   * @returns {Float64Array} Shares that add up to 1.
   */
  function resemblances(squaredDistances, self = -1) {
    const count = squaredDistances.length;
    const shares = new Float64Array(count);
    let least = Infinity;
    for (let j = 0; j < count; j++) {
      if (j !== self) least = Math.min(least, squaredDistances[j]);
    }
    const goal = Math.log(Math.min(PERPLEXITY, Math.max((count - 1) / 3, 1)));
    let [low, high, precision] = [0, Infinity, 1];
    for (let step = 0; step < BISECTIONS; step++) {
      let [sum, moment] = [0, 0];
      for (let j = 0; j < count; j++) {
        const excess = squaredDistances[j] - least;
        shares[j] = j === self ? 0 : Math.exp(-precision * excess);
        sum += shares[j];
        moment += shares[j] * excess;
      }
      const entropy = Math.log(sum) + (precision * moment) / sum;
      for (let j = 0; j < count; j++) shares[j] /= sum;
      if (Math.abs(entropy - goal) < 1e-5) break;
      if (entropy > goal) low = precision;
      else high = precision;
      precision = high === Infinity ? 2 * precision : (low + high) / 2;
    }
    return shares;
  }

  /**
   * @param {Uint8Array | Float32Array | Float64Array} rows `n · width` numbers, row by row.
   * @param {number} width
   * @returns {Generator<void, Float32Array>} `n · n` similarities pᵢⱼ, symmetric, which add up to 1.
   */
  function* similaritiesOf(rows, width) {
    const count = rows.length / width;
    const distances = new Float32Array(count * count);
    for (let i = 0; i < count; i++) {
      distances.set(squaredDistances(rows, rows.subarray(i * width, (i + 1) * width)), i * count);
      yield;
    }
    const similarities = new Float32Array(count * count);
    for (let i = 0; i < count; i++) {
      const shares = resemblances(distances.subarray(i * count, (i + 1) * count), i);
      for (let j = 0; j < count; j++) {
        similarities[i * count + j] += shares[j] / (2 * count);
        similarities[j * count + i] += shares[j] / (2 * count);
      }
      yield;
    }
    return similarities;
  }

  /**
   * The derivative of the Kullback–Leibler divergence of the places' own similarities, by the places:
   * 4 Σⱼ (pᵢⱼ − qᵢⱼ)(yᵢ − yⱼ) / (1 + |yᵢ − yⱼ|²).
   *
   * @param {Float32Array} similarities
   * @param {Float64Array} places x and y of each point.
   * @param {number} [exaggeration] p is multiplied by this.
   * @returns {Float64Array}
   */
  function tsneGradient(similarities, places, exaggeration = 1) {
    const count = places.length / 2;
    const attraction = new Float64Array(places.length);
    const repulsion = new Float64Array(places.length);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const [x, y] = [places[2 * i], places[2 * i + 1]];
      let [pullX, pullY, pushX, pushY] = [0, 0, 0, 0];
      for (let j = 0; j < i; j++) {
        const dx = x - places[2 * j];
        const dy = y - places[2 * j + 1];
        const kernel = 1 / (1 + dx * dx + dy * dy);
        total += 2 * kernel;
        const pull = similarities[i * count + j] * kernel;
        const push = kernel * kernel;
        pullX += pull * dx;
        pullY += pull * dy;
        pushX += push * dx;
        pushY += push * dy;
        attraction[2 * j] -= pull * dx;
        attraction[2 * j + 1] -= pull * dy;
        repulsion[2 * j] -= push * dx;
        repulsion[2 * j + 1] -= push * dy;
      }
      attraction[2 * i] += pullX;
      attraction[2 * i + 1] += pullY;
      repulsion[2 * i] += pushX;
      repulsion[2 * i + 1] += pushY;
    }
    return attraction.map((pull, k) => 4 * (exaggeration * pull - repulsion[k] / total));
  }

  /**
   * Moves the places step by step, from where they are.
   *
   * @param {Float32Array} similarities
   * @param {Float64Array} places Changed in place.
   * @returns {Generator<number, Float64Array>} Yields after each step how many it took.
   */
  function* tsne(similarities, places) {
    const count = places.length / 2;
    const learningRate = count / EXAGGERATION;
    const velocity = new Float64Array(places.length);
    const widest = places.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    for (let k = 0; k < places.length; k++) places[k] *= START / (widest || 1);
    for (let step = 0; step < TSNE_STEPS; step++) {
      const isEarly = step < EXAGGERATED_STEPS;
      const gradient = tsneGradient(similarities, places, isEarly ? EXAGGERATION : 1);
      const momentum = isEarly ? EARLY_MOMENTUM : MOMENTUM;
      for (let k = 0; k < places.length; k++) {
        velocity[k] = momentum * velocity[k] - learningRate * gradient[k];
        places[k] += velocity[k];
      }
      yield step + 1;
    }
    return places;
  }

  return { TSNE_STEPS, resemblances, similaritiesOf, tsne, tsneGradient };
})());

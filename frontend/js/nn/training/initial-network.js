/**
 * Networks before their first step, and all of a network's numbers as one vector θ, as
 * backend/mnist_recognizer/nn/model.py keeps them: W₁, b₁, W₂, b₂, …
 */
MNIST.core.shareWithWorkers('nn', () => {
  const { randomSource } = MNIST.nn;
  const INPUTS = 784;
  const OUTPUTS = 10;

  /**
   * How widely the weights of a neuron with n inputs are spread: their standard deviation.
   *
   * @type {Record<Initialisation, (n: number) => number>}
   */
  const SPREADS = {
    he: (n) => Math.sqrt(2 / n), // keeps the activations of every layer at the same size
    small: () => 0.001,
    zeros: () => 0,
    huge: () => 1,
  };

  /**
   * @param {{hidden?: readonly number[], initialisation?: Initialisation, seed?: number}} [choice]
   * @returns {Network} Its biases are 0.
   */
  function initialNetwork({ hidden = [128, 64], initialisation = 'he', seed = 0 } = {}) {
    const random = randomSource(seed);
    const sizes = [INPUTS, ...hidden, OUTPUTS];
    const layers = layersOf(new Float32Array(countParameters(sizes)), sizes);
    for (const { inputs, W } of layers) {
      const spread = SPREADS[initialisation](inputs);
      for (let k = 0; k < W.length; k++) W[k] = spread * random.normal();
    }
    // Geometry 2: the digits of the page stand upright, and drawings are straightened for it.
    return { layers, metadata: { geometry: 2, hidden: [...hidden], initialisation, seed } };
  }

  /** @param {readonly number[]} sizes Inputs, hidden neurons …, outputs. */
  function countParameters(sizes) {
    let count = 0;
    for (let l = 1; l < sizes.length; l++) count += (sizes[l - 1] + 1) * sizes[l];
    return count;
  }

  /**
   * @param {Float32Array} theta θ
   * @param {readonly number[]} sizes
   * @returns {Layer[]} Views into θ: what is written into one is written into the other.
   */
  function layersOf(theta, sizes) {
    let start = 0;
    return sizes.slice(1).map((outputs, l) => {
      const inputs = sizes[l];
      const middle = start + inputs * outputs;
      const [W, b] = [theta.subarray(start, middle), theta.subarray(middle, middle + outputs)];
      start = middle + outputs;
      return { inputs, outputs, W, b };
    });
  }

  /**
   * @param {Pick<Network, 'layers'>} network
   * @returns {number[]} Inputs, hidden neurons …, outputs.
   */
  function sizesOf({ layers }) {
    return [layers[0].inputs, ...layers.map(({ outputs }) => outputs)];
  }

  /**
   * @param {Pick<Network, 'layers'>} network
   * @returns {Float32Array<ArrayBuffer>} θ, a copy.
   */
  function parametersOf(network) {
    const theta = new Float32Array(countParameters(sizesOf(network)));
    layersOf(theta, sizesOf(network)).forEach(({ W, b }, l) => {
      W.set(network.layers[l].W);
      b.set(network.layers[l].b);
    });
    return theta;
  }

  /**
   * Two networks with the same fingerprint have, almost surely, the same weights bit for bit.
   *
   * @param {Pick<Network, 'layers'>} network
   * @returns {string} 32 bits of MurmurHash3 (Appleby, 2011) of θ, as 8 hexadecimal digits.
   */
  function fingerprint(network) {
    const words = new Uint32Array(parametersOf(network).buffer);
    let hash = 0;
    for (const word of words) {
      const mixed = Math.imul(word, 0xcc9e2d51);
      hash ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
      hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
    }
    hash ^= 4 * words.length;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0');
  }

  return { initialNetwork, countParameters, layersOf, sizesOf, parametersOf, fingerprint };
});

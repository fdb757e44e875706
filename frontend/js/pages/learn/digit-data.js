/**
 * The digits and patterns that the page loads when a stage asks for them.
 */
MNIST.add('learn', (() => {
  const { loadScript } = MNIST.core;
  const { bytesOf } = MNIST.nn;
  const PIXELS = 784;

  /**
   * @param {string} text Base64 of deflated bytes.
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async function inflate(text) {
    const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /**
   * @param {{labels: string, pixels: string}} packed Two pixels a byte, 16 grey levels.
   * @returns {Promise<DigitSet>}
   */
  async function unpackDigits({ labels, pixels }) {
    const bytes = await inflate(pixels);
    const grey = new Uint8Array(2 * bytes.length);
    for (let k = 0; k < bytes.length; k++) { // millions of pixels: forEach would take three times as long
      grey[2 * k] = (bytes[k] >> 4) * 17;
      grey[2 * k + 1] = (bytes[k] & 15) * 17;
    }
    return { pixels: grey, labels: Uint8Array.from(labels, Number) };
  }

  /** @returns {Promise<{test: DigitSet, training: DigitSet}>} */
  async function loadDigits() {
    await loadScript('js/data/digits.js');
    const [test, training] = await Promise.all([
      unpackDigits(MNIST.data.testDigits),
      unpackDigits(MNIST.data.trainingDigits),
    ]);
    return { test, training };
  }

  /**
   * @returns {Promise<{test: DigitSet, training: DigitSet}>} All that a network is trained on in the
   *   page: 1,000 test digits and 5,000 training digits.
   */
  async function loadTrainingDigits() {
    await loadScript('js/data/training-digits.js');
    const [{ test, training }, more] = await Promise.all([
      loadDigits(), unpackDigits(MNIST.data.moreTrainingDigits),
    ]);
    return { test, training: joinDigits(training, more) };
  }

  /**
   * @param {...DigitSet} parts
   * @returns {DigitSet}
   */
  function joinDigits(...parts) {
    const count = parts.reduce((sum, { labels }) => sum + labels.length, 0);
    const whole = { pixels: new Uint8Array(PIXELS * count), labels: new Uint8Array(count) };
    let start = 0;
    for (const { pixels, labels } of parts) {
      whole.pixels.set(pixels, PIXELS * start);
      whole.labels.set(labels, start);
      start += labels.length;
    }
    return whole;
  }

  /** @returns {Promise<NeuronData>} */
  async function loadNeurons() {
    await loadScript('js/data/neurons.js');
    const [exemplars, patterns] = await Promise.all([
      unpackDigits(MNIST.data.exemplars),
      inflate(MNIST.data.patterns),
    ]);
    return { exemplars, exemplarsOf: MNIST.data.exemplarsOf, patterns: new Int8Array(patterns.buffer) };
  }

  /**
   * @param {DigitSet} digits
   * @param {number} n
   * @returns {Uint8Array} The 784 grey values of one digit.
   */
  function digitAt({ pixels }, n) {
    return pixels.subarray(n * PIXELS, (n + 1) * PIXELS);
  }

  return { loadDigits, loadTrainingDigits, joinDigits, loadNeurons, unpackDigits, digitAt };
})());

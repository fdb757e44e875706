/**
 * Images that nobody drew: random numbers, by seed.
 */
MNIST.add('nn', (() => {
  const { randomSource } = MNIST.nn;
  const SIDE = 28;

  /** How each kind is made. @type {Readonly<Record<NoiseKind, (random: {next(): number}) => Uint8Array>>} */
  const MAKERS = Object.freeze({
    /** Each pixel is any grey. */
    grey: ({ next }) => Uint8Array.from({ length: SIDE * SIDE }, () => Math.floor(256 * next())),
    /** As much ink as a digit has, in pixels strewn over the whole image. */
    dots: ({ next }) => Uint8Array.from({ length: SIDE * SIDE }, () => (next() < 0.13 ? 255 : 0)),
    /** The same ink, but where digits have it: in the middle 20 × 20 pixels. */
    middle: ({ next }) => Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
      const isMiddle = [i % SIDE, Math.floor(i / SIDE)].every((place) => place >= 4 && place < 24);
      return next() < 0.25 && isMiddle ? 255 : 0;
    }),
    /** Soft blobs, as wide as strokes. */
    blobs: clouds,
  });

  /**
   * @param {NoiseKind} kind
   * @param {number} seed
   * @returns {Uint8Array} The same for the same seed, in every browser.
   */
  function noiseImage(kind, seed) {
    const random = randomSource(seed);
    return MAKERS[kind]({ next: () => random.next() });
  }

  /**
   * Random numbers on a coarse grid, blended in between and cut at a level.
   *
   * @param {{next(): number}} random
   */
  function clouds({ next }) {
    const step = 4;
    const nodes = SIDE / step + 1;
    const levels = Float64Array.from({ length: nodes * nodes }, () => next());
    return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [x, y] = [(i % SIDE) / step, Math.floor(i / SIDE) / step];
      const [column, row] = [Math.floor(x), Math.floor(y)];
      const at = (/** @type {number} */ right, /** @type {number} */ down) => {
        const weight = (right ? x - column : 1 - x + column) * (down ? y - row : 1 - y + row);
        return weight * levels[(row + down) * nodes + column + right];
      };
      const level = at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1);
      // Nothing near the border, where MNIST has no ink.
      const edge = Math.min(x, y, 6.75 - x, 6.75 - y);
      return Math.round(255 * Math.min(1, Math.max(0, 6 * (level - 0.58))) * Math.min(1, Math.max(0, edge)));
    });
  }

  const NOISE_KINDS = /** @type {NoiseKind[]} */ (Object.keys(MAKERS));
  return { NOISE_KINDS, noiseImage };
})());

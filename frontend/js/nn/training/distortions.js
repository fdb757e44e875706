/**
 * Small distortions of a digit while it trains: turned, scaled, shifted. What is seen in a new place
 * every time cannot be learnt by heart.
 */
MNIST.core.shareWithWorkers('nn', () => {
  const SIZE = 28;
  const MIDDLE = 14;
  /** Of half the angle: a turn of at most 8.6° either way. */
  const MAX_TANGENT = 0.075;
  const MAX_SCALE = 0.1;
  /** In pixels, along each axis. */
  const MAX_SHIFT = 1.5;

  /**
   * Writes a distorted copy of an image: each of its pixels comes from a place in the original, between
   * four pixels there.
   *
   * @param {Uint8Array} pixels 784 grey values.
   * @param {MNIST.nn.RandomSource} random Four numbers are drawn.
   * @param {Float32Array} x Where 784 numbers from 0 to 1 are written to.
   * @param {number} start From this index on.
   */
  function distortInto(pixels, random, x, start) {
    const t = MAX_TANGENT * (2 * random.next() - 1); // tan ½α
    const scale = 1 + MAX_SCALE * (2 * random.next() - 1);
    const cosine = (1 - t * t) / (1 + t * t) / scale; // of α, without Math.cos: the same bits everywhere
    const sine = (2 * t) / (1 + t * t) / scale;
    const left = MIDDLE + MAX_SHIFT * (2 * random.next() - 1);
    const top = MIDDLE + MAX_SHIFT * (2 * random.next() - 1);
    for (let row = 0; row < SIZE; row++) {
      for (let column = 0; column < SIZE; column++) {
        const [right, down] = [column - MIDDLE, row - MIDDLE];
        const fromX = left + cosine * right - sine * down;
        const fromY = top + sine * right + cosine * down;
        x[start + row * SIZE + column] = greyBetween(pixels, fromX, fromY) / 255;
      }
    }
  }

  /**
   * @param {Uint8Array} pixels
   * @param {number} x
   * @param {number} y
   * @returns {number} The grey value there: the mean of the four pixels around, the nearest weighing most.
   */
  function greyBetween(pixels, x, y) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column > SIZE - 2 || row > SIZE - 2) return 0; // paper
    const [right, down] = [x - column, y - row];
    const at = row * SIZE + column;
    const upper = pixels[at] + right * (pixels[at + 1] - pixels[at]);
    const lower = pixels[at + SIZE] + right * (pixels[at + SIZE + 1] - pixels[at + SIZE]);
    return upper + down * (lower - upper);
  }

  return { distortInto };
});

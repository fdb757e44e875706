/**
 * The last step of the geometry: a slanted digit is sheared until it stands upright.
 *
 * docs/preprocessing.md numbers the steps, U1 to U3. backend/mnist_recognizer/vision/slant.py
 * follows them too, and both answer to tests/golden/slant.json, bit for bit.
 */
MNIST.add('vision', (() => {
  const { MNIST_GEOMETRY } = MNIST.vision;
  const { SIZE, CENTRE } = MNIST_GEOMETRY;

  /** Columns per row: what leans farther than 45° is sheared by 45°. */
  const MAX_SLANT = 1;
  /** A pixel's width: shifts have 8 bits of fraction. */
  const UNIT = 256;

  /**
   * Shears an image so that its ink stands upright.
   *
   * @param {Uint8Array} pixels 784 grey values row by row.
   * @returns {Uint8Array} A new image.
   */
  function straighten(pixels) {
    const upright = new Uint8Array(pixels.length);
    rowShifts(pixels).forEach((shift, y) => {
      const columns = Math.floor(shift / UNIT);
      const fraction = shift - columns * UNIT;
      const row = pixels.subarray(y * SIZE, (y + 1) * SIZE);
      for (let x = 0; x < SIZE; x++) {
        const left = row[x + columns] ?? 0; // beyond the image there is paper
        const right = row[x + columns + 1] ?? 0;
        const blend = left * (UNIT - fraction) + right * fraction;
        upright[y * SIZE + x] = Math.floor((blend + UNIT / 2) / UNIT);
      }
    });
    return upright;
  }

  /**
   * @param {Uint8Array} pixels
   * @returns {number[]} How far each of the 28 rows moves to the left, in 256ths of a pixel.
   */
  function rowShifts(pixels) {
    const { slant, middle } = measureSlant(pixels);
    return Array.from({ length: SIZE }, (_, row) =>
      Math.floor(UNIT * slant * (row - CENTRE - middle) + 0.5),
    );
  }

  /**
   * Measures how far ink leans.
   *
   * @param {Uint8Array} pixels 784 grey values row by row.
   * @returns {{slant: number, middle: number}} How many columns the ink moves to the right with
   *   every row downwards, at most 1 either way; and the row of its centre of mass, from row 14.
   */
  function measureSlant(pixels) {
    let mass = 0;
    let sumX = 0;
    let sumY = 0;
    let sumXY = 0;
    let sumYY = 0;
    for (let i = 0; i < pixels.length; i++) {
      const v = pixels[i];
      if (v === 0) continue;
      const x = (i % SIZE) - CENTRE;
      const y = Math.floor(i / SIZE) - CENTRE;
      mass += v;
      sumX += v * x;
      sumY += v * y;
      sumXY += v * x * y;
      sumYY += v * y * y;
    }
    const spread = mass * sumYY - sumY * sumY;
    const lean = spread > 0 ? (mass * sumXY - sumX * sumY) / spread : 0;
    const slant = Math.min(Math.max(lean, -MAX_SLANT), MAX_SLANT);
    return { slant, middle: mass > 0 ? sumY / mass : 0 };
  }

  return { straighten, measureSlant };
})());

/**
 * MNIST's geometry, and what drawings and images share on the way to it: an image of 28 × 28 grey
 * values, light ink on black, whose centre of mass is in the middle.
 *
 * docs/preprocessing.md numbers the steps of strokes.js and raster.js, which end here. The Python
 * side, backend/mnist_recognizer/vision/, follows them too, and all answer to
 * tests/golden/preprocessing.json. To agree bit for bit, the arithmetic is only + − × ÷ √, floor and
 * ceil, in the same order in both languages: IEEE 754 rounds each of them the same way everywhere
 * (Math.hypot is not among them).
 *
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const MNIST_GEOMETRY = Object.freeze({
    /** Side of the image, in pixels. */
    SIZE: 28,
    /** Longest side of the inked box, in pixels. */
    BOX: 20,
    /** The centre of mass comes to lie here, counted from 0, in both directions. */
    CENTRE: 14,
    /** Half the width of the ink, in pixels. */
    PEN_RADIUS: 1.25,
    /** Width of the ink's soft edge, in pixels: from full to none around PEN_RADIUS. */
    PEN_SOFTNESS: 1.2,
    /** Coordinates beyond this are refused. */
    FARTHEST: 1e9,
    /** An image is enlarged at most this many times. */
    MAX_ENLARGED: 4,
    /** An image whose ink differs less than this from its background is blank. */
    MIN_CONTRAST: 16,
  });

  /**
   * Shifts an image by whole pixels until its centre of mass is nearest to (14, 14), as MNIST was
   * made, but never so far that ink would leave the image.
   *
   * @param {Uint8Array} pixels 784 grey values row by row.
   * @returns {Uint8Array} A new image.
   */
  function centreByMass(pixels) {
    const { SIZE, CENTRE } = MNIST_GEOMETRY;
    let mass = 0;
    let momentX = 0;
    let momentY = 0;
    let left = Infinity;
    let right = -1;
    let top = Infinity;
    let bottom = -1;
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const ink = pixels[y * SIZE + x];
        if (ink === 0) continue;
        mass += ink;
        momentX += ink * x;
        momentY += ink * y;
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
    const centred = new Uint8Array(SIZE * SIZE);
    if (mass === 0) return centred;
    // MNIST's own centres of mass lie in [13.5, 14.5), so a half rounds down.
    const wantedX = Math.ceil(CENTRE - 0.5 - momentX / mass);
    const wantedY = Math.ceil(CENTRE - 0.5 - momentY / mass);
    const shiftX = Math.min(Math.max(wantedX, -left), SIZE - 1 - right);
    const shiftY = Math.min(Math.max(wantedY, -top), SIZE - 1 - bottom);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        centred[(y + shiftY) * SIZE + (x + shiftX)] = pixels[y * SIZE + x];
      }
    }
    return centred;
  }

  /**
   * Finds the smallest box that holds all ink.
   *
   * @param {ArrayLike<number>} ink
   * @param {number} width
   * @param {number} height
   * @returns {{left: number, top: number, width: number, height: number} | null} null without ink.
   */
  function inkBox(ink, width, height) {
    let left = width;
    let right = -1;
    let top = height;
    let bottom = -1;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (ink[y * width + x] === 0) continue;
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = y;
      }
    }
    return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
  }

  return { MNIST_GEOMETRY, centreByMass, inkBox };
})());

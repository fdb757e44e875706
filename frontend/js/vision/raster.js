/**
 * Any grey image becomes MNIST's: dark ink on light or light on dark, any size (see geometry.js).
 *
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const { MNIST_GEOMETRY, centreByMass, inkBox, widenThinInk } = MNIST.vision;

  /**
   * Brings any grey image to MNIST's geometry: dark ink on light or light on dark, any size.
   * An image that is MNIST's already comes back unchanged.
   *
   * @param {ArrayLike<number>} grey `width * height` values from 0 (black) to 255, row by row.
   * @param {number} width
   * @param {number} height
   * @returns {Uint8Array | null} 784 grey values row by row, or null if the image is blank.
   * @throws {RangeError} The sizes do not fit, or a value is not a number from 0 to 255.
   */
  function preprocessRaster(grey, width, height) {
    const ink = separateInk(grey, width, height);
    const box = ink && inkBox(ink, width, height);
    return ink && box ? normaliseInk(cutOut(ink, width, box)) : null;
  }

  /**
   * Brings the ink of one digit to MNIST's geometry.
   *
   * @param {InkImage} image With ink on all four sides.
   * @returns {Uint8Array} 784 grey values row by row.
   */
  function normaliseInk(image) {
    const isLarge = Math.max(image.width, image.height) > MNIST_GEOMETRY.SIZE;
    const { ink, width, height } = isLarge ? widenThinInk(image) : image;
    return centreByMass(resampleInk(ink, width, { left: 0, top: 0, width, height }));
  }

  /**
   * @param {Float64Array} ink
   * @param {number} stride Width of the whole image.
   * @param {InkBox} box
   * @returns {InkImage} What is inside the box.
   */
  function cutOut(ink, stride, { left, top, width, height }) {
    const inside = new Float64Array(width * height);
    for (let y = 0; y < height; y++) {
      const from = (top + y) * stride + left;
      inside.set(ink.subarray(from, from + width), y * width);
    }
    return { ink: inside, width, height };
  }

  /**
   * Tells ink from its background by the image's border.
   *
   * @param {ArrayLike<number>} grey As for `preprocessRaster`.
   * @param {number} width
   * @param {number} height
   * @param {InkTone | null} [tone] Of the ink, if it is known; else what stands out more is ink.
   * @returns {Float64Array | null} How much ink there is in each pixel, from 0, in whole numbers;
   *   or null if nothing stands out.
   */
  function separateInk(grey, width, height, tone = null) {
    if (!(Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0)) {
      throw new RangeError(`An image of ${width} × ${height} pixels has no area.`);
    }
    if (grey.length !== width * height) {
      throw new RangeError(`${grey.length} grey values are not ${width} × ${height}.`);
    }
    const levels = new Float64Array(grey.length);
    for (let i = 0; i < levels.length; i++) {
      const level = grey[i];
      if (!(level >= 0 && level <= 255)) throw new RangeError(`${level} is not a grey from 0 to 255.`);
      levels[i] = Math.floor(level + 0.5);
    }
    const sides = [
      Array.from({ length: height }, (_, y) => levels[y * width]),
      Array.from({ length: height }, (_, y) => levels[y * width + width - 1]),
      Array.from({ length: width }, (_, x) => levels[x]),
      Array.from({ length: width }, (_, x) => levels[(height - 1) * width + x]),
    ];
    const background = lowerMedian(sides.flat());
    let darkest = background;
    let lightest = background;
    for (let i = 0; i < levels.length; i++) {
      if (levels[i] < darkest) darkest = levels[i];
      if (levels[i] > lightest) lightest = levels[i];
    }
    const darker = background - darkest;
    const lighter = lightest - background;
    const isDark = tone === null ? darker > lighter : tone === 'dark';
    const sign = isDark ? -1 : 1;
    const contrast = isDark ? darker : lighter;

    // Light falls unevenly on a photographed page: a plane through what the four sides show of it.
    const [west, east, north, south] = sides.map((side) => {
      const paper = side.filter((level) => 2 * Math.abs(level - background) < contrast);
      return paper.length > 0 ? lowerMedian(paper) : background;
    });
    const mean = (west + east + north + south) / 4;
    const slopeX = (east - west) / Math.max(width - 1, 1);
    const slopeY = (south - north) / Math.max(height - 1, 1);
    let peak = 0;
    let unevenness = 0; // of the paper along the border
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const level = levels[y * width + x];
        const paper = mean + slopeX * (x - (width - 1) / 2) + slopeY * (y - (height - 1) / 2);
        const standsOut = sign * (level - Math.floor(paper + 0.5));
        const isBorder = x === 0 || x === width - 1 || y === 0 || y === height - 1;
        if (isBorder && 2 * Math.abs(level - background) < contrast) {
          unevenness = Math.max(unevenness, Math.abs(standsOut));
        }
        levels[y * width + x] = Math.max(standsOut, 0);
        peak = Math.max(peak, standsOut);
      }
    }
    if (peak < MNIST_GEOMETRY.MIN_CONTRAST) return null;

    // Up to MNIST's own size every grey counts. In a larger image faint ink is noise or shadow:
    // what is less than twice as strong as the unevenness that the border shows.
    const box = inkBox(levels, width, height);
    if (box !== null && Math.max(box.width, box.height) > MNIST_GEOMETRY.SIZE) {
      const faint = Math.floor(Math.min(Math.max(peak / 16, 2 * unevenness), peak / 2));
      const full = Math.floor((peak - faint) * 0.75);
      return levels.map((ink) => Math.min(Math.max(ink - faint, 0), full));
    }
    return levels;
  }

  /**
   * @param {number[]} values At least one.
   * @returns {number} The middle value; the lower of the two in the middle if their number is even.
   */
  function lowerMedian(values) {
    return Float64Array.from(values).sort()[(values.length - 1) >> 1];
  }

  /**
   * Scales the ink within a box to 20 pixels on its longest side, in the middle of a 28 × 28 image.
   * Shrinking averages over areas, enlarging interpolates linearly; 20 pixels are copied as they are.
   *
   * @param {Float64Array} ink As `separateInk` returns it.
   * @param {number} width Of the whole image.
   * @param {{left: number, top: number, width: number, height: number}} box
   * @returns {Uint8Array} 784 grey values row by row.
   */
  function resampleInk(ink, width, box) {
    const { SIZE, BOX, MAX_ENLARGED } = MNIST_GEOMETRY;
    const longest = Math.max(box.width, box.height);
    if (longest === BOX) {
      const copy = new Float64Array(SIZE * SIZE);
      const startX = Math.floor((SIZE - box.width) / 2);
      const startY = Math.floor((SIZE - box.height) / 2);
      for (let y = 0; y < box.height; y++) {
        for (let x = 0; x < box.width; x++) {
          copy[(startY + y) * SIZE + startX + x] = ink[(box.top + y) * width + box.left + x];
        }
      }
      // One in ten of MNIST's own images has a peak of 254.
      return Math.max(...copy) >= 254 ? Uint8Array.from(copy) : stretchGrey(copy);
    }
    // sums[y, x] is all ink above and to the left of the corner (x, y) of the box's pixels. These are
    // whole numbers, so exact; between the corners the sum is bilinear, so any area's ink is, too.
    const stride = box.width + 1;
    const sums = new Float64Array(stride * (box.height + 1));
    for (let y = 1; y <= box.height; y++) {
      let row = 0;
      for (let x = 1; x <= box.width; x++) {
        row += ink[(box.top + y - 1) * width + box.left + x - 1];
        sums[y * stride + x] = sums[(y - 1) * stride + x] + row;
      }
    }
    /** @type {(position: number, most: number) => [number, number]} */
    const split = (position, most) => {
      const inside = Math.min(Math.max(position, 0), most);
      const whole = Math.min(Math.floor(inside), most - 1);
      return [whole, inside - whole];
    };
    /** @type {(y: number, x: number) => number} */
    const sumAt = (y, x) => {
      const [row, down] = split(y, box.height);
      const [column, across] = split(x, box.width);
      const i = row * stride + column;
      const above = (1 - across) * sums[i] + across * sums[i + 1];
      const below = (1 - across) * sums[i + stride] + across * sums[i + stride + 1];
      return (1 - down) * above + down * below;
    };
    // A pixel of the result takes the ink of a square of `reach` pixels of the box, every `step`
    // pixels. With this step the outermost inked ones are 20 apart, whether reach is step or 1.
    const enlarging = Math.max((longest + 1) / (BOX + 1), 1 / MAX_ENLARGED);
    const step = longest > BOX ? longest / BOX : enlarging;
    const reach = Math.max(step, 1);
    const middle = (SIZE - 1) / 2;
    const areas = new Float64Array(SIZE * SIZE);
    for (let y = 0; y < SIZE; y++) {
      const upper = (y - middle) * step + (box.height - reach) / 2;
      for (let x = 0; x < SIZE; x++) {
        const left = (x - middle) * step + (box.width - reach) / 2;
        areas[y * SIZE + x] =
          sumAt(upper + reach, left + reach) - sumAt(upper, left + reach) -
          (sumAt(upper + reach, left) - sumAt(upper, left));
      }
    }
    return stretchGrey(areas);
  }

  /**
   * Rounds an image to grey levels so that its peak is 255.
   *
   * @param {Float64Array} image
   * @returns {Uint8Array}
   */
  function stretchGrey(image) {
    const peak = Math.max(...image);
    return Uint8Array.from(image, (ink) => Math.floor((255 * Math.max(ink, 0)) / peak + 0.5));
  }

  return { preprocessRaster, separateInk, normaliseInk, cutOut };
})());

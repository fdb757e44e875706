/**
 * A drawing becomes MNIST's picture: 28 × 28 grey values, light ink on black.
 *
 * Two ways lead there. `renderStrokes` draws the pen's own lines anew at MNIST's size, so that the
 * ink is as wide as MNIST's however large somebody draws. `preprocessRaster` takes any grey
 * picture. docs/preprocessing.md numbers the steps; backend/mnist_recognizer/vision/strokes.py and
 * preprocessing.py follow them too, and all answer to tests/golden/preprocessing.json.
 *
 * To agree bit for bit, the arithmetic is only + − × ÷ √, floor and ceil, in the same order in both
 * languages: IEEE 754 rounds each of them the same way everywhere (Math.hypot is not among them).
 *
 * Pure functions: nothing here touches the page, and no argument is changed. The file is long
 * because it is one specification, whose two ways share their end.
 */

/**
 * A point of the pen; y grows downwards. Any unit will do.
 * @typedef {{x: number, y: number}} PenPoint
 */

const MNIST_GEOMETRY = Object.freeze({
  /** Side of the picture, in pixels. */
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
  /** A picture is enlarged at most this many times. */
  MOST_ENLARGED: 4,
  /** A picture whose ink differs less than this from its background is blank. */
  LEAST_CONTRAST: 16,
});

/**
 * Draws pen strokes as MNIST would show them: scaled to its 20-pixel box, inked anew, centred.
 *
 * @param {ReadonlyArray<ReadonlyArray<PenPoint>>} strokes One array of points for each stroke.
 * @param {number} [dotSize] A drawing smaller than this (longest side, in the strokes' own unit) is
 *   a dot or a slip of the pen: it is enlarged no more than a drawing of this size would be.
 * @returns {Uint8Array | null} 784 grey values row by row, or null if nothing was drawn.
 * @throws {RangeError} A coordinate is not a number within ±1e9.
 */
function renderStrokes(strokes, dotSize = 0) {
  const normalised = normaliseStrokes(strokes, dotSize);
  return normalised === null ? null : centreByMass(inkStrokes(normalised));
}

/**
 * Scales strokes so that their ink will fill MNIST's 20-pixel box, in the middle of the picture.
 *
 * @param {ReadonlyArray<ReadonlyArray<PenPoint>>} strokes
 * @param {number} [dotSize] See `renderStrokes`.
 * @returns {PenPoint[][] | null} New strokes in pixels of the 28 × 28 picture (0 is the centre of
 *   the first pixel), without empty ones; or null if no stroke has a point.
 * @throws {RangeError} A coordinate is not a number within ±1e9.
 */
function normaliseStrokes(strokes, dotSize = 0) {
  const { SIZE, BOX, PEN_RADIUS, PEN_SOFTNESS, FARTHEST } = MNIST_GEOMETRY;
  if (!(dotSize >= 0 && dotSize <= FARTHEST)) {
    throw new RangeError(`dotSize must be a number from 0 to ${FARTHEST}, not ${dotSize}.`);
  }
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const stroke of strokes) {
    for (const { x, y } of stroke) {
      if (!(Math.abs(x) <= FARTHEST && Math.abs(y) <= FARTHEST)) {
        throw new RangeError(`A point at (${x}, ${y}) is not within ±${FARTHEST}.`);
      }
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (left > right) return null;

  const longest = Math.max(right - left, bottom - top, dotSize);
  // The pen's path ends where its ink just stays within the box.
  const path = BOX + 1 - 2 * PEN_RADIUS - PEN_SOFTNESS;
  const scale = longest > 1e-9 ? path / longest : 0;
  const centreX = (left + right) / 2;
  const centreY = (top + bottom) / 2;
  const middle = (SIZE - 1) / 2;
  return strokes
    .filter((stroke) => stroke.length > 0)
    .map((stroke) =>
      stroke.map(({ x, y }) => ({
        x: (x - centreX) * scale + middle,
        y: (y - centreY) * scale + middle,
      })),
    );
}

/**
 * Inks strokes that are measured in pixels of the picture. The grey of a pixel depends on how far
 * its centre is from the pen's path: full ink within the pen's radius, with a soft edge.
 *
 * @param {ReadonlyArray<ReadonlyArray<PenPoint>>} strokes As `normaliseStrokes` returns them.
 * @returns {Uint8Array} 784 grey values row by row.
 */
function inkStrokes(strokes) {
  const { SIZE, PEN_RADIUS, PEN_SOFTNESS } = MNIST_GEOMETRY;
  const reach = PEN_RADIUS + PEN_SOFTNESS / 2;
  const nearest = new Float64Array(SIZE * SIZE).fill(reach * reach); // squared distances
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i++) {
      // The first point is a segment of no length, so that a stroke of one point leaves a dot.
      const a = stroke[Math.max(i - 1, 0)];
      const b = stroke[i];
      const abX = b.x - a.x;
      const abY = b.y - a.y;
      const lengthSquared = abX * abX + abY * abY;
      const perLengthX = lengthSquared > 0 ? abX / lengthSquared : 0;
      const perLengthY = lengthSquared > 0 ? abY / lengthSquared : 0;
      const firstX = Math.max(Math.ceil(Math.min(a.x, b.x) - reach), 0);
      const lastX = Math.min(Math.floor(Math.max(a.x, b.x) + reach), SIZE - 1);
      const firstY = Math.max(Math.ceil(Math.min(a.y, b.y) - reach), 0);
      const lastY = Math.min(Math.floor(Math.max(a.y, b.y) + reach), SIZE - 1);
      for (let y = firstY; y <= lastY; y++) {
        for (let x = firstX; x <= lastX; x++) {
          const apX = x - a.x;
          const apY = y - a.y;
          // t: how far along the segment its nearest point lies, 0 at a, 1 at b.
          const t = Math.min(Math.max(apX * perLengthX + apY * perLengthY, 0), 1);
          const dX = apX - t * abX;
          const dY = apY - t * abY;
          const distanceSquared = dX * dX + dY * dY;
          if (distanceSquared < nearest[y * SIZE + x]) nearest[y * SIZE + x] = distanceSquared;
        }
      }
    }
  }
  return Uint8Array.from(nearest, (squared) => {
    const ink = (reach - Math.sqrt(squared)) / PEN_SOFTNESS;
    return Math.floor(255 * Math.min(Math.max(ink, 0), 1) + 0.5);
  });
}

/**
 * Shifts a picture by whole pixels until its centre of mass is nearest to (14, 14), as MNIST was
 * made, but never so far that ink would leave the picture.
 *
 * @param {Uint8Array} pixels 784 grey values row by row.
 * @returns {Uint8Array} A new picture.
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
 * Brings any grey picture to MNIST's geometry: dark ink on light or light on dark, any size.
 * A picture that is MNIST's already comes back unchanged.
 *
 * @param {ArrayLike<number>} grey `width * height` values from 0 (black) to 255, row by row.
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array | null} 784 grey values row by row, or null if the picture is blank.
 * @throws {RangeError} The sizes do not fit, or a value is not a number from 0 to 255.
 */
function preprocessRaster(grey, width, height) {
  const ink = separateInk(grey, width, height);
  const box = ink && inkBox(ink, width, height);
  return ink && box ? centreByMass(resampleInk(ink, width, box)) : null;
}

/**
 * Tells ink from its background by the picture's border.
 *
 * @param {ArrayLike<number>} grey As for `preprocessRaster`.
 * @param {number} width
 * @param {number} height
 * @returns {Float64Array | null} How much ink there is in each pixel, from 0, in whole numbers;
 *   or null if nothing stands out.
 */
function separateInk(grey, width, height) {
  if (!(Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0)) {
    throw new RangeError(`A picture of ${width} × ${height} pixels has no area.`);
  }
  if (grey.length !== width * height) {
    throw new RangeError(`${grey.length} grey values are not ${width} × ${height}.`);
  }
  const levels = new Float64Array(grey.length);
  for (let i = 0; i < levels.length; i++) {
    const level = grey[i];
    if (!(level >= 0 && level <= 255)) throw new RangeError(`${level} is no grey from 0 to 255.`);
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
  const sign = darker > lighter ? -1 : 1;
  const contrast = Math.max(darker, lighter);

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
  if (peak < MNIST_GEOMETRY.LEAST_CONTRAST) return null;

  // Up to MNIST's own size every grey counts. In a larger picture faint ink is noise or shadow:
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

/**
 * Scales the ink within a box to 20 pixels on its longest side, in the middle of a 28 × 28 picture.
 * Shrinking averages over areas, enlarging interpolates linearly; 20 pixels are copied as they are.
 *
 * @param {Float64Array} ink As `separateInk` returns it.
 * @param {number} width Of the whole picture.
 * @param {{left: number, top: number, width: number, height: number}} box
 * @returns {Uint8Array} 784 grey values row by row.
 */
function resampleInk(ink, width, box) {
  const { SIZE, BOX, MOST_ENLARGED } = MNIST_GEOMETRY;
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
    // One in ten of MNIST's own pictures has a peak of 254.
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
  const enlarging = Math.max((longest + 1) / (BOX + 1), 1 / MOST_ENLARGED);
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
 * Rounds a picture to grey levels so that its peak is 255.
 *
 * @param {Float64Array} picture
 * @returns {Uint8Array}
 */
function stretchGrey(picture) {
  const peak = Math.max(...picture);
  return Uint8Array.from(picture, (ink) => Math.floor((255 * Math.max(ink, 0)) / peak + 0.5));
}

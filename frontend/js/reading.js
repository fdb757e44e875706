/**
 * From what is on the pad to the pictures that the network gets: one for each digit, left to right.
 * Pure functions: nothing here touches the page.
 */

/** @typedef {{x: number, y: number, width: number, height: number}} PadBox In cells. */

/**
 * One digit on the pad.
 * @typedef {object} FoundDigit
 * @property {PadBox} box
 * @property {Uint8Array} pixels 784 grey values, as the network gets them.
 * @property {PenPoint[][] | null} strokes Its own strokes in cells; null in a picture.
 */

/** @typedef {FoundDigit & {prediction: Prediction | null}} ReadDigit With its answer, if it has one. */

/** A drawing whose longest side is shorter than this, in cells, counts as a dot. */
const DOT_SIZE = 2;

/**
 * @param {Pick<Drawing, 'strokes' | 'picture'>} drawing
 * @returns {FoundDigit[]}
 */
function findOnPad({ strokes, picture }) {
  return picture === null ? findInStrokes(strokes) : findInPicture(picture);
}

/**
 * @param {PenPoint[][]} strokes In cells.
 * @returns {FoundDigit[]}
 */
function findInStrokes(strokes) {
  return groupStrokes(strokes).flatMap((group) => {
    const own = group.map((i) => strokes[i]);
    const pixels = renderStrokes(own, DOT_SIZE);
    return pixels === null ? [] : [{ box: boxOfStrokes(own), pixels, strokes: own }];
  });
}

/**
 * @param {PenPoint[][]} strokes
 * @returns {PadBox}
 */
function boxOfStrokes(strokes) {
  const xs = strokes.flatMap((stroke) => stroke.map(({ x }) => x));
  const ys = strokes.flatMap((stroke) => stroke.map(({ y }) => y));
  const x = xs.reduce((least, each) => Math.min(least, each), Infinity);
  const y = ys.reduce((least, each) => Math.min(least, each), Infinity);
  const right = xs.reduce((most, each) => Math.max(most, each), -Infinity);
  const bottom = ys.reduce((most, each) => Math.max(most, each), -Infinity);
  return { x, y, width: right - x, height: bottom - y };
}

/** A picture stays as it is, so it is searched once. */
const foundInPictures = /** @type {WeakMap<PadPicture, FoundDigit[]>} */ (new WeakMap());

/**
 * @param {PadPicture} picture
 * @returns {FoundDigit[]}
 */
function findInPicture(picture) {
  let found = foundInPictures.get(picture);
  if (found === undefined && picture.cells !== null) {
    found = findInCells(picture.cells);
  } else if (found === undefined) {
    const place = placeOfPicture(picture);
    const scale = place.width / picture.width;
    found = findDigits(greyOf(picture), picture.width, picture.height).map(({ box, pixels }) => ({
      box: {
        x: place.x + box.x * scale,
        y: place.y + box.y * scale,
        width: box.width * scale,
        height: box.height * scale,
      },
      pixels,
      strokes: null,
    }));
  }
  foundInPictures.set(picture, found);
  return found;
}

/**
 * @param {PadPicture} picture Without transparency.
 * @returns {Uint8Array} How light each pixel is, 0 to 255 (ITU-R BT.601).
 */
function greyOf({ width, height, rgba }) {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = Math.round(0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2]);
  }
  return grey;
}

/**
 * @param {Uint8Array} cells One of MNIST's own digits.
 * @returns {FoundDigit[]}
 */
function findInCells(cells) {
  const pixels = preprocessRaster(cells, GRID_SIZE, GRID_SIZE);
  const box = inkBox(cells, GRID_SIZE, GRID_SIZE);
  if (pixels === null || box === null) return [];
  const { left: x, top: y, width, height } = box;
  return [{ box: { x, y, width, height }, pixels, strokes: null }];
}

/**
 * @param {ReadonlyArray<ReadDigit>} before
 * @param {ReadonlyArray<ReadDigit>} now
 * @returns {number} Which digit has changed, so that one looks at what the pen does; the last one if
 *   nothing is the same.
 */
function changedDigit(before, now) {
  const known = before.map(({ pixels }) => pixels.join());
  const changed = now.map(({ pixels }) => known.includes(pixels.join())).lastIndexOf(false);
  return changed >= 0 ? changed : now.length - 1;
}

/**
 * From what is on the pad to the images that the network gets: one for each digit, left to right.
 *
 * Nothing here touches the page. What was found before is remembered, so that a frame costs no more
 * than what the pen has changed; the array of a stroke's points only ever grows (drawing.js).
 */
MNIST.add('draw', (() => {
  const {
    MNIST_GEOMETRY, StrokeMemory, centreByMass, extentOf, findDigits, findSurestDigits,
    groupStrokes, inkBox, inkStrokes, normaliseStrokes, preprocessRaster, unite,
  } = MNIST.vision;
  const { GRID_SIZE, placeOfImage } = MNIST.draw;

  /** A drawing whose longest side is shorter than this, in cells, counts as a dot. */
  const DOT_SIZE = 2;

  /**
   * @param {Pick<MNIST.draw.Drawing, 'strokes' | 'image'>} drawing
   * @param {Sureness | null} [sureness] Of the network, if it is here: then several ways of finding
   *   the digits of an image are tried. Without it, what was found in an image before counts.
   * @returns {FoundDigit[]}
   */
  function findOnPad({ strokes, image }, sureness = null) {
    return image === null ? findInStrokes(strokes) : findInImage(image, sureness);
  }

  /** A drawing of more strokes is a pattern, and no number. */
  const MAX_STROKES = 120;
  /** So is one with more places of ink than would fit on the pad as digits. */
  const MAX_DIGITS = 40;
  /** @type {Finding} */
  const NOTHING = {
    digits: [], background: 'plane', rotation: 0, rulings: false, isCut: false, parts: [], image: null, times: 1,
  };
  const strokeMemory = new StrokeMemory();
  /**
   * What was made of strokes last, by the first of them, with each one's number of points.
   * @type {WeakMap<PenPoint[], {sizes: number[], digit: FoundDigit & {strokes: PenPoint[][]}}>}
   */
  const foundInStrokes = new WeakMap();

  /**
   * @param {PenPoint[][]} strokes In cells.
   * @returns {FoundDigit[]} None if there are too many marks for a number.
   */
  function findInStrokes(strokes) {
    if (strokes.length > MAX_STROKES) return [];
    const groups = groupStrokes(strokes, strokeMemory);
    if (groups.length > MAX_DIGITS) return [];
    return groups.flatMap((group) => digitOf(group.map((i) => strokes[i])) ?? []);
  }

  /**
   * @param {PenPoint[][]} strokes Of one digit, at least one.
   * @returns {FoundDigit | null} null if they have no ink.
   */
  function digitOf(strokes) {
    const before = foundInStrokes.get(strokes[0]);
    const isSame =
      before?.sizes.length === strokes.length &&
      strokes.every((stroke, i) => {
        return stroke === before.digit.strokes[i] && stroke.length === before.sizes[i];
      });
    if (isSame) return before.digit;
    const normalised = normaliseStrokes(strokes, DOT_SIZE);
    if (normalised === null) return null;
    // The two halves of renderStrokes, because both are shown.
    const redrawn = inkStrokes(normalised);
    const { left: x, top: y, right, bottom } = strokes.map(extentOf).reduce((a, b) => unite(a, b));
    const box = { x, y, width: right - x, height: bottom - y };
    const digit = { box, pixels: centreByMass(redrawn), redrawn, strokes };
    foundInStrokes.set(strokes[0], { sizes: strokes.map(({ length }) => length), digit });
    return digit;
  }

  /**
   * An image stays as it is, so it is searched once for each network.
   * @type {WeakMap<PadImage, {sureness: Sureness | null, found: FoundDigit[], finding: Finding}>}
   */
  const foundInImages = new WeakMap();

  /**
   * @param {PadImage} image
   * @param {Sureness | null} sureness
   * @returns {FoundDigit[]}
   */
  function findInImage(image, sureness) {
    const before = foundInImages.get(image);
    if (before !== undefined && (sureness === null || before.sureness === sureness)) return before.found;
    const finding = search(image, sureness);
    const found = image.cells === null ? placed(finding.digits, image) : findInCells(image.cells);
    foundInImages.set(image, { sureness, found, finding });
    return found;
  }

  /**
   * @param {PadImage | null} image
   * @returns {Finding} What `findOnPad` found in it last, and how.
   */
  function findingIn(image) {
    return (image && foundInImages.get(image)?.finding) ?? NOTHING;
  }

  /**
   * @param {PadImage} image
   * @param {Sureness | null} sureness
   * @returns {Finding} Without digits for one of MNIST's own.
   */
  function search(image, sureness) {
    const { width, height, correction } = image;
    if (image.cells !== null) return NOTHING;
    const grey = greyOf(image);
    if (correction !== undefined) {
      return MNIST.draw.findCorrected(grey, width, height, correction, sureness); // which came with it
    }
    return sureness === null
      ? { ...NOTHING, digits: findDigits(grey, width, height) }
      : findSurestDigits(grey, width, height, sureness);
  }

  /**
   * @param {Finding['digits']} digits In pixels of the image.
   * @param {PadImage} image
   * @returns {FoundDigit[]} In cells of the pad.
   */
  function placed(digits, image) {
    const place = placeOfImage(image);
    const scale = place.width / image.width;
    return digits.map(({ box, pixels }) => ({
      box: {
        x: place.x + box.x * scale,
        y: place.y + box.y * scale,
        width: box.width * scale,
        height: box.height * scale,
      },
      pixels,
      redrawn: centredByBox(pixels),
      strokes: null,
    }));
  }

  /**
   * @param {PadImage} image Without transparency.
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
    const redrawn = centredByBox(pixels);
    return [{ box: { x, y, width, height }, pixels, redrawn, strokes: null }];
  }

  /**
   * @param {Uint8Array} pixels 784 grey values.
   * @returns {Uint8Array} Shifted until the box of its ink is in the middle.
   */
  function centredByBox(pixels) {
    const side = MNIST_GEOMETRY.SIZE;
    const box = inkBox(pixels, side, side);
    const centred = new Uint8Array(pixels.length);
    if (box === null) return centred;
    const left = Math.floor((side - box.width) / 2);
    const top = Math.floor((side - box.height) / 2);
    for (let y = 0; y < box.height; y++) {
      const from = (box.top + y) * side + box.left;
      centred.set(pixels.subarray(from, from + box.width), (top + y) * side + left);
    }
    return centred;
  }

  /**
   * @param {ReadonlyArray<ReadDigit>} before
   * @param {ReadonlyArray<ReadDigit>} now
   * @returns {number} Which digit has changed, so that one looks at what the pen does; -1 if none has.
   */
  function changedDigit(before, now) {
    const known = new Set(before.map(({ pixels }) => pixels));
    return now.map(({ pixels }) => known.has(pixels)).lastIndexOf(false);
  }

  return { DOT_SIZE, findOnPad, findingIn, greyOf, MAX_STROKES, MAX_DIGITS, changedDigit };
})());

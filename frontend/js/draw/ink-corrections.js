/**
 * What somebody corrects of how a photo was read: each correction makes another image of it, which is
 * read in place of the one before. So undoing a correction is going back to that one.
 *
 * Boxes are in pixels of the image. Pure functions: nothing here touches the page, and no argument
 * is changed.
 */
MNIST.add('draw', (() => {
  const { fillFromPaper, inkMask } = MNIST.draw;

  /**
   * @param {PadImage} image
   * @param {0 | 90 | 180 | 270} degrees Clockwise.
   * @returns {PadImage} Turned; it is read as it stands.
   */
  function turnPhoto(image, degrees) {
    let turned = corrected(image, {}, { isUpright: true });
    for (let turns = degrees / 90; turns > 0; turns--) turned = turnedRight(turned);
    return turned;
  }

  /**
   * @param {PadImage} image
   * @returns {PadImage}
   */
  function turnedRight(image) {
    const { width, height } = image;
    const from = wordsOf(image.rgba);
    const to = new Uint32Array(from.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) to[x * height + height - 1 - y] = from[y * width + x];
    }
    const rgba = new Uint8ClampedArray(to.buffer);
    const turn = (/** @type {Box} */ box) => {
      return { x: height - box.y - box.height, y: box.x, width: box.height, height: box.width };
    };
    return corrected(image, { width: height, height: width, rgba }, { edits: moved(image, turn) });
  }

  /**
   * @param {PadImage} image
   * @param {Box} box What is kept of it: whole pixels, inside the image.
   * @returns {PadImage}
   */
  function cropPhoto(image, { x, y, width, height }) {
    const from = wordsOf(image.rgba);
    const to = new Uint32Array(width * height);
    for (let row = 0; row < height; row++) {
      const start = (y + row) * image.width + x;
      to.set(from.subarray(start, start + width), row * width);
    }
    const shift = (/** @type {Box} */ box) => ({ ...box, x: box.x - x, y: box.y - y });
    const rgba = new Uint8ClampedArray(to.buffer);
    return corrected(image, { width, height, rgba }, { edits: moved(image, shift) });
  }

  /**
   * @param {PadImage} image
   * @param {InkTone} tone Of its ink.
   * @returns {PadImage}
   */
  function setTone(image, tone) {
    return corrected(image, {}, { tone });
  }

  /**
   * @param {PadImage} image
   * @param {Finding} finding What was found in it.
   * @param {ReadonlyArray<number>} which Of its digits.
   * @returns {PadImage} With paper in their place.
   */
  function leaveOut(image, finding, which) {
    const { mask, ink } = inkMask(image, finding, which);
    return corrected(image, { rgba: fillFromPaper(image, mask, ink) }, {});
  }

  /**
   * @param {PadImage} image
   * @param {Box[]} boxes Of two digits or more that are one.
   * @returns {PadImage}
   */
  function joinDigits(image, boxes) {
    const edits = withEdit(editsOf(image), { kind: 'join', boxes });
    return corrected(image, {}, { edits });
  }

  /**
   * @param {PadImage} image
   * @param {Box} box Of one digit that is two.
   * @returns {PadImage} What was joined to it comes apart again; what was found as one is cut.
   */
  function splitDigit(image, box) {
    const edits = withEdit(editsOf(image), { kind: 'split', boxes: [box] });
    return corrected(image, {}, { edits });
  }

  /**
   * @param {ReadonlyArray<InkEdit>} before
   * @param {InkEdit} edit
   * @returns {InkEdit[]} With the edit; or without the one that it takes back.
   */
  function withEdit(before, edit) {
    const place = unitedBox(edit.boxes);
    const isOpposite = (/** @type {InkEdit} */ { kind, boxes }) => kind !== edit.kind && isSamePlace(unitedBox(boxes), place);
    const opposite = before.map(isOpposite).lastIndexOf(true);
    return opposite < 0 ? [...before, edit] : before.filter((_, i) => i !== opposite);
  }

  /**
   * @param {PadImage} image
   * @returns {PadImage} As it was opened.
   */
  function originalOf(image) {
    return image.correction?.original ?? image;
  }

  /**
   * @param {Box} one
   * @param {Box} other
   * @returns {boolean} Whether both are around the same ink: the middle of each is in the other.
   */
  function isSamePlace(one, other) {
    return holdsMiddle(one, other) && holdsMiddle(other, one);
  }

  /**
   * @param {Box} box
   * @param {Box} other
   * @returns {boolean}
   */
  function holdsMiddle(box, other) {
    const x = other.x + other.width / 2 - box.x;
    const y = other.y + other.height / 2 - box.y;
    return x >= 0 && x <= box.width && y >= 0 && y <= box.height;
  }

  /**
   * @param {ReadonlyArray<Box>} boxes
   * @returns {Box}
   */
  function unitedBox(boxes) {
    const x = Math.min(...boxes.map((box) => box.x));
    const y = Math.min(...boxes.map((box) => box.y));
    const right = Math.max(...boxes.map((box) => box.x + box.width));
    const bottom = Math.max(...boxes.map((box) => box.y + box.height));
    return { x, y, width: right - x, height: bottom - y };
  }

  /**
   * @param {PadImage} image
   * @returns {ReadonlyArray<InkEdit>}
   */
  function editsOf(image) {
    return image.correction?.edits ?? [];
  }

  /**
   * @param {PadImage} image
   * @param {(box: Box) => Box} move
   * @returns {InkEdit[]} Its edits where they are in the image that is made of it.
   */
  function moved(image, move) {
    return editsOf(image).map(({ kind, boxes }) => ({ kind, boxes: boxes.map(move) }));
  }

  /**
   * @param {PadImage} image
   * @param {Partial<PadImage>} changes
   * @param {Partial<InkCorrection>} correction
   * @returns {PadImage}
   */
  function corrected(image, changes, correction) {
    const before = image.correction ?? { original: image, tone: null, isUpright: false, edits: [] };
    return { ...image, ...changes, correction: { ...before, ...correction } };
  }

  /**
   * @param {Uint8ClampedArray} rgba
   * @returns {Uint32Array} The same pixels, each as one number.
   */
  function wordsOf(rgba) {
    return new Uint32Array(rgba.slice().buffer);
  }

  return { turnPhoto, cropPhoto, setTone, leaveOut, joinDigits, splitDigit, originalOf, isSamePlace, unitedBox };
})());

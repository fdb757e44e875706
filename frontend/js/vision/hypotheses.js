/**
 * Tries several ways to find the digits of a photo, and keeps the one whose digits are read surely.
 *
 * docs/preprocessing.md numbers the steps (H1 to H5), and
 * backend/mnist_recognizer/vision/hypotheses.py follows them too.
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const {
    BORDER, MNIST_GEOMETRY, PEAK_SHARE, blackHat, inkBox, normaliseInk, removeRulings, separateInk,
    shrinkImage, splitTouching, takeApart, takeApartPlainly, thresholdHat,
  } = MNIST.vision;

  /** If each digit is as sure as this, no other way is tried. */
  const ENOUGH = 0.95;
  /** A digit counts for a way of finding it by as much as it is surer than this. */
  const DOUBT = 0.5;
  /** Another way must be better by at least this much, */
  const BETTER = 0.05;
  /** and by this much if the image is turned for it. */
  const TURNED_BETTER = 0.5;
  /** Digits are in the same place if their sides differ by at most this share of the longest side. */
  const SAME_PLACE = 0.1;
  /** This many of the best ways are tried turned, too. */
  const TURNED_WAYS = 2;
  /** The windows of the black hat reach over a share of the longest side: one part in this many. */
  const SCALES = [16, 4];
  const SHARES = [0.25, 0.5];

  /**
   * @typedef {object} Way One way to find the ink, and what came of it.
   * @property {InkImage} image
   * @property {'plane' | 'local'} background
   * @property {boolean} rulings
   * @property {0 | 90 | 270} rotation
   * @property {DigitInk[]} digits
   * @property {number[]} scores How sure each digit is.
   * @property {number} score The sum of what each digit is surer than DOUBT.
   */

  /** @type {KnownInk} */
  const UNKNOWN = { tone: null, isUpright: false };
  /** @type {Finding} */
  const NOTHING = {
    digits: [], background: 'plane', rotation: 0, rulings: false, isCut: false, parts: [], image: null, times: 1,
  };

  /**
   * Finds the digits in a grey image in the way whose digits are surest.
   *
   * @param {ArrayLike<number>} grey As for `findDigits`.
   * @param {number} width
   * @param {number} height
   * @param {Sureness} sureness
   * @param {KnownInk} [known] What somebody has said of the image.
   * @returns {Finding} Without digits if the image is blank.
   * @throws {RangeError} The sizes do not fit, or a value is not a number from 0 to 255.
   */
  function findSurestDigits(grey, width, height, sureness, { tone, isUpright } = UNKNOWN) {
    const shrunk = shrinkImage(grey, width, height);
    const size = { width: shrunk.width, height: shrunk.height };
    const ink = separateInk(shrunk.grey, size.width, size.height, tone);
    /** @type {Way[]} */
    const ways = [];
    if (ink !== null) {
      const image = { ink, ...size };
      const plain = scored(image, 'plane', false, 0, takeApartPlainly(image), sureness);
      const box = inkBox(ink, size.width, size.height);
      const isSmall = box !== null && Math.max(box.width, box.height) <= MNIST_GEOMETRY.SIZE;
      const isSure = Math.min(...plain.scores) >= ENOUGH && !touchBorder(plain);
      if (isSmall || isSure) return findingOf(plain, shrunk);
      ways.push(plain);
    } else if (Math.max(size.width, size.height) <= MNIST_GEOMETRY.SIZE) {
      return NOTHING;
    }
    for (const { image, background, rulings } of otherInks(shrunk, ways[0]?.image ?? null, tone)) {
      const digits = takeApart(image, BORDER.NONE_LONG);
      if (digits.length > 0) ways.push(scored(image, background, rulings, 0, digits, sureness));
    }
    if (ways.length === 0) return NOTHING;
    let best = ways[0];
    for (const way of ways.slice(1)) {
      if (way.score > best.score + BETTER && !inSamePlaces(way, ways[0])) best = way;
    }
    const upright = Math.max(best.score, 0);
    const turnable = isUpright ? [] : [...ways].sort((a, b) => b.score - a.score).slice(0, TURNED_WAYS);
    for (const way of turnable) {
      for (const rotation of /** @type {const} */ ([90, 270])) {
        const image = turned(way.image, rotation);
        const digits = takeApart(image, BORDER.NONE_LONG);
        if (digits.length < 2) continue; // one sideways digit may be many things
        const now = scored(image, way.background, way.rulings, rotation, digits, sureness);
        if (now.score > upright + TURNED_BETTER && now.score > best.score) best = now;
      }
    }
    const digits = best.digits.flatMap((digit, i) =>
      best.scores[i] >= ENOUGH ? [digit] : splitTouching(digit, best.scores[i], sureness),
    );
    return findingOf({ ...best, digits }, shrunk);
  }

  /**
   * @param {InkImage} image
   * @param {Way['background']} background
   * @param {boolean} rulings
   * @param {Way['rotation']} rotation
   * @param {DigitInk[]} digits
   * @param {Sureness} sureness
   * @returns {Way}
   */
  function scored(image, background, rulings, rotation, digits, sureness) {
    const scores = digits.map((digit) => sureness(normaliseInk(digit.image)));
    const score = scores.reduce((sum, own) => sum + (own - DOUBT), 0);
    return { image, background, rulings, rotation, digits, scores, score };
  }

  /**
   * @param {Way} way
   * @param {Way} plain
   * @returns {boolean} Whether both find the same digits: then trying again is asking until one says
   *   yes.
   */
  function inSamePlaces(way, plain) {
    if (way.digits.length !== plain.digits.length) return false;
    return way.digits.every(({ left, top, image }, i) => {
      const other = plain.digits[i];
      const { width, height } = other.image;
      const apart = Math.max(
        Math.abs(left - other.left),
        Math.abs(top - other.top),
        Math.abs(left + image.width - other.left - width),
        Math.abs(top + image.height - other.top - height),
      );
      return apart <= SAME_PLACE * Math.max(width, height);
    });
  }

  /**
   * @param {Pick<Way, 'digits' | 'image'>} way
   * @returns {boolean} Whether ink that reaches the image's border was taken for a digit.
   */
  function touchBorder({ digits, image: { width, height } }) {
    return digits.some(
      ({ left, top, image }) =>
        left === 0 || top === 0 || left + image.width === width || top + image.height === height,
    );
  }

  /**
   * Finds the ink in other ways than the plain one.
   *
   * @param {{grey: ArrayLike<number>, width: number, height: number}} shrunk
   * @param {InkImage | null} plain
   * @param {InkTone | null} tone
   * @returns {{image: InkImage, background: Way['background'], rulings: boolean}[]}
   */
  function otherInks({ grey, width, height }, plain, tone) {
    /** @type {ReturnType<typeof otherInks>} */
    const inks = [];
    /** @type {(image: InkImage, background: Way['background']) => void} */
    const add = (image, background) => {
      inks.push({ image, background, rulings: false });
      const without = removeRulings(image);
      if (without !== null && without.ink.some((level) => level > 0)) {
        inks.push({ image: without, background, rulings: true });
      }
    };
    if (plain !== null) add(plain, 'plane'); // but without what lies at the border
    let dark = Uint8Array.from(grey, (level) => Math.floor(level + 0.5));
    // Paper is what there is most of; ink is darker if the darkest is farther from it.
    const ordered = dark.slice().sort();
    const paper = ordered[(ordered.length - 1) >> 1];
    const few = Math.floor(ordered.length / PEAK_SHARE);
    const isLighter = paper - ordered[few] < ordered[ordered.length - 1 - few] - paper;
    if (tone === null ? isLighter : tone === 'light') {
      dark = dark.map((level) => 255 - level);
    }
    for (const scale of SCALES) {
      const reach = Math.max(Math.floor(Math.max(width, height) / scale), 1);
      const hat = blackHat(dark, width, height, reach);
      for (const share of SHARES) {
        const ink = thresholdHat(hat, share);
        if (ink !== null && ink.some((level) => level > 0)) add({ ink, width, height }, 'local');
      }
    }
    return inks;
  }

  /**
   * @param {InkImage} image
   * @param {90 | 270} rotation Clockwise, in degrees.
   * @returns {InkImage}
   */
  function turned({ ink, width, height }, rotation) {
    const other = new Float64Array(ink.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const to = rotation === 90 ? x * height + height - 1 - y : (width - 1 - x) * height + y;
        other[to] = ink[y * width + x];
      }
    }
    return { ink: other, width: height, height: width };
  }

  /**
   * @param {Omit<Way, 'score'>} way
   * @param {{times: number}} shrunk
   * @returns {Finding} With boxes in pixels of the whole image, before it was turned.
   */
  function findingOf({ digits, background, rulings, rotation, scores, image: whole }, { times }) {
    const isCut = Math.min(...scores) < ENOUGH && touchBorder({ digits, image: whole });
    const isTurned = rotation !== 0;
    const width = isTurned ? whole.height : whole.width;
    const height = isTurned ? whole.width : whole.height;
    const found = digits.map(({ left, top, image }) => {
      let box = { x: left, y: top, width: image.width, height: image.height };
      if (rotation === 90) {
        box = { x: top, y: height - left - image.width, width: image.height, height: image.width };
      } else if (rotation === 270) {
        box = { x: width - top - image.height, y: left, width: image.height, height: image.width };
      }
      const { x, y } = box;
      return {
        box: { x: x * times, y: y * times, width: box.width * times, height: box.height * times },
        pixels: normaliseInk(image),
      };
    });
    return { digits: found, background, rotation, rulings, isCut, parts: digits, image: whole, times };
  }

  return { findSurestDigits, findingOf };
})());

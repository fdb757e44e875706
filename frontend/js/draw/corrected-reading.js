/**
 * Reads a photo that somebody has corrected.
 *
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('draw', (() => {
  const { cutOut, findSurestDigits, findingOf, normaliseInk, partOf } = MNIST.vision;
  const { isSamePlace } = MNIST.draw;

  /** A digit is cut in one of so many places. */
  const CUTS = 24;
  /** None of them is nearer to its side than this share of its width. */
  const NARROWEST = 0.2;

  /**
   * @param {ArrayLike<number>} grey The image's grey values.
   * @param {number} width
   * @param {number} height
   * @param {InkCorrection} correction
   * @param {Sureness | null} sureness Of the network, if it is here.
   * @returns {Finding}
   */
  function findCorrected(grey, width, height, correction, sureness) {
    const judge = sureness ?? (() => 1);
    let finding = findSurestDigits(grey, width, height, judge, correction);
    for (const edit of correction.edits) finding = withEdit(finding, edit, judge);
    return finding;
  }

  /**
   * @param {Finding} finding
   * @param {InkEdit} edit
   * @param {Sureness} sureness
   * @returns {Finding} The same where the edit's digits are no longer there.
   */
  function withEdit(finding, { kind, boxes }, sureness) {
    const { digits, parts, image, times } = finding;
    if (image === null) return finding;
    const isMeant = digits.map(({ box }) => boxes.some((own) => isSamePlace(own, box)));
    const meant = parts.filter((_, i) => isMeant[i]);
    if (meant.length < (kind === 'join' ? 2 : 1)) return finding;
    const first = isMeant.indexOf(true);
    const edited = kind === 'join' ? [joinedParts(meant)] : cutInTwo(meant[0], sureness);
    const others = parts.map((part, i) => {
      if (i === first) return edited;
      return kind === 'join' && isMeant[i] ? [] : [part];
    }).flat();
    const scores = others.map((part) => sureness(normaliseInk(part.image)));
    return findingOf({ ...finding, digits: others, scores, image }, { times });
  }

  /**
   * @param {DigitInk[]} parts At least one.
   * @returns {DigitInk} The ink of all.
   */
  function joinedParts(parts) {
    const left = Math.min(...parts.map((part) => part.left));
    const top = Math.min(...parts.map((part) => part.top));
    const width = Math.max(...parts.map((part) => part.left + part.image.width)) - left;
    const height = Math.max(...parts.map((part) => part.top + part.image.height)) - top;
    const ink = new Float64Array(width * height);
    for (const { left: x, top: y, image } of parts) {
      image.ink.forEach((level, i) => {
        const column = x - left + (i % image.width);
        const row = y - top + Math.floor(i / image.width);
        ink[row * width + column] = Math.max(ink[row * width + column], level);
      });
    }
    return { left, top, image: { ink, width, height } };
  }

  /**
   * @param {DigitInk} part
   * @param {Sureness} sureness
   * @returns {DigitInk[]} Its left and its right part, cut where both are surest; or where the column
   *   has the least ink of several that are as good. One, if it is too narrow.
   */
  function cutInTwo(part, sureness) {
    const { ink, width, height } = part.image;
    /** @type {{parts: DigitInk[], score: number, ink: number} | null} */
    let best = null;
    for (let k = 0; k <= CUTS; k++) {
      const column = Math.round(width * (NARROWEST + (1 - 2 * NARROWEST) * (k / CUTS)));
      const parts = [partOf(part, 0, column) ?? [], partOf(part, column, width) ?? []].flat();
      if (parts.length < 2) continue;
      const score = parts.reduce((sum, { image }) => sum + sureness(normaliseInk(image)), 0);
      const inColumn = cutOut(ink, width, { left: column, top: 0, width: 1, height }).ink.reduce((a, b) => a + b, 0);
      if (best === null || score > best.score || (score === best.score && inColumn < best.ink)) {
        best = { parts, score, ink: inColumn };
      }
    }
    return best?.parts ?? [part];
  }

  return { findCorrected };
})());

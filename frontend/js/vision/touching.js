/**
 * Takes digits apart that touch: cuts the ink in many places, reads all parts, keeps the surest path
 * (Y. LeCun et al., 1998, section VI).
 *
 * backend/mnist_recognizer/vision/touching.py does the same arithmetic in the same order.
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const { cutOut, inkBox, normaliseInk } = MNIST.vision;

  /** Cuts are tried every sixth of the height. */
  const STEPS = 6;
  /** A part is this many steps wide, */
  const MIN_PART_STEPS = 2;
  const MAX_PART_STEPS = 7;
  /** and ink that is wider than this is not a number. */
  const MAX_STEPS = 48;
  /** Ink that is less high than this, in pixels, is not taken apart; */
  const MIN_HEIGHT = 12;
  /** nor ink that is less wide than this share of its height. */
  const MIN_ASPECT = 1.1;
  /** Each part must be at least this sure, */
  const SURE_PART = 0.7;
  /** at least this share of the whole's height, */
  const HIGH = 0.7;
  /** and in the mean surer than the whole by this much. */
  const SURER = 0.2;

  /**
   * @param {DigitInk} digit
   * @param {number} score How sure it is as one digit.
   * @param {Sureness} sureness
   * @returns {DigitInk[]} The parts, from left to right; the digit itself if they are not surer.
   */
  function splitTouching(digit, score, sureness) {
    const { ink, width, height } = digit.image;
    const steps = Math.floor((STEPS * width) / height);
    if (height < MIN_HEIGHT || width < MIN_ASPECT * height || steps > MAX_STEPS || steps < 2 * MIN_PART_STEPS) {
      return [digit];
    }
    const profile = new Int32Array(width);
    for (let i = 0; i < ink.length; i++) if (ink[i] !== 0) profile[i % width] += 1;
    const cuts = Array.from({ length: steps + 1 }, (_, k) => {
      if (k === 0) return 0;
      return k === steps ? width : thinnest(profile, k, steps);
    });
    /** @type {{from: number, to: number, part: DigitInk, score: number}[]} */
    const spans = [];
    for (let from = 0; from < steps; from++) {
      for (let to = from + MIN_PART_STEPS; to <= Math.min(from + MAX_PART_STEPS, steps); to++) {
        if (from === 0 && to === steps) continue;
        const part = partOf(digit, cuts[from], cuts[to]);
        if (part) spans.push({ from, to, part, score: sureness(normaliseInk(part.image)) });
      }
    }
    /** @type {({total: number, path: typeof spans} | null)[]} */
    const best = [{ total: 0, path: [] }];
    while (best.length <= steps) best.push(null);
    for (const span of spans) {
      const before = best[span.from];
      if (before === null || span.score < SURE_PART) continue;
      if (span.part.image.height < HIGH * height) continue;
      const total = before.total + span.score - 0.5;
      const now = best[span.to];
      if (now === null || total > now.total) best[span.to] = { total, path: [...before.path, span] };
    }
    const last = best[steps];
    if (last === null) return [digit];
    const mean = last.path.reduce((sum, span) => sum + span.score, 0) / last.path.length;
    return mean >= score + SURER ? last.path.map(({ part }) => part) : [digit];
  }

  /**
   * @param {Int32Array} profile How many pixels of ink each column has.
   * @param {number} step
   * @param {number} steps
   * @returns {number} The column with the least ink near a step, the first of several.
   */
  function thinnest(profile, step, steps) {
    const width = profile.length;
    const first = Math.floor(((2 * step - 1) * width + steps) / (2 * steps));
    const end = Math.max(Math.floor(((2 * step + 1) * width + steps) / (2 * steps)), first + 1);
    let column = first;
    for (let x = first + 1; x < end; x++) if (profile[x] < profile[column]) column = x;
    return column;
  }

  /**
   * @param {DigitInk} digit
   * @param {number} first
   * @param {number} end
   * @returns {DigitInk | null} The ink in some columns; null if there is none.
   */
  function partOf({ left, top, image }, first, end) {
    if (end <= first) return null;
    const columns = { left: first, top: 0, width: end - first, height: image.height };
    const inside = cutOut(image.ink, image.width, columns);
    const box = inkBox(inside.ink, inside.width, inside.height);
    if (box === null) return null;
    return { left: left + first + box.left, top: top + box.top, image: cutOut(inside.ink, inside.width, box) };
  }

  return { splitTouching, partOf };
})());

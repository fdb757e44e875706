/**
 * How a copy of the network learns own digits: which of them it learns from, what else it sees
 * meanwhile, and how it is measured. Pure functions: nothing here touches the page.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { doubtAbout, forward, networkInput, readRejection } = MNIST.nn;
  const { joinDigits } = MNIST.learn;

  const PIXELS = 784;
  /** With fewer digits, a quarter of them would say nothing. */
  const MIN_DIGITS_TO_TEST = 12;
  const HELD_BACK = 4;
  /** With old digits mixed in there are two of them for each of one's own. */
  const OLD_PER_OWN = 2;
  /** Fewer old digits would be learnt by heart instead of remembered. */
  const MIN_OLD = 1000;
  /** So many test digits fewer are worth a word of advice. */
  const MANY_LOST = 10;
  const MEASURED_AT_ONCE = 20;
  const STRAIGHTENED_AT_ONCE = 200;

  /** Lets the page do what else is due. */
  const nextTask = () => new Promise((done) => setTimeout(done));

  /**
   * @param {ReadonlyArray<OwnDigit>} digits
   * @param {boolean} isTesting Whether a quarter is held back for the test.
   * @returns {{learned: OwnDigit[], held: OwnDigit[]}} Every fourth, label by label, is held back; the
   *   same digits give the same parts.
   */
  function splitMine(digits, isTesting) {
    const sorted = [...digits].sort((one, other) => one.label - other.label || one.time - other.time);
    if (!isTesting || sorted.length < MIN_DIGITS_TO_TEST) return { learned: sorted, held: [] };
    /** @param {number} i */
    const isHeld = (i) => i % HELD_BACK === HELD_BACK - 1;
    return {
      learned: sorted.filter((_, i) => !isHeld(i)),
      held: sorted.filter((_, i) => isHeld(i)),
    };
  }

  /**
   * @param {Network} network
   * @param {ReadonlyArray<OwnDigit>} digits
   * @returns {Promise<DigitSet>} As the network reads them; in short parts, so that the page stays quick.
   */
  async function mineAsRead(network, digits) {
    const pixels = new Uint8Array(PIXELS * digits.length);
    for (const [n, digit] of digits.entries()) {
      pixels.set(networkInput(network, digit.pixels), PIXELS * n);
      if (n % STRAIGHTENED_AT_ONCE === STRAIGHTENED_AT_ONCE - 1) await nextTask();
    }
    return { pixels, labels: Uint8Array.from(digits, ({ label }) => label) };
  }

  /**
   * @param {DigitSet} own As the network reads them.
   * @param {DigitSet | null} old Digits that the network knows, to be mixed in.
   * @returns {{digits: DigitSet, imagesPerPass: number}} What the copy is trained on. In
   *   `imagesPerPass` images each own digit comes once, on the average.
   */
  function lessonOfMine(own, old) {
    const count = own.labels.length;
    if (old === null) return { digits: own, imagesPerPass: count };
    const oldCount = Math.min(old.labels.length, Math.max(MIN_OLD, OLD_PER_OWN * count));
    const times = Math.max(1, Math.round(oldCount / OLD_PER_OWN / count));
    const chosen = { pixels: old.pixels.subarray(0, PIXELS * oldCount), labels: old.labels.subarray(0, oldCount) };
    const digits = joinDigits(...Array(times).fill(own), chosen);
    return { digits, imagesPerPass: digits.labels.length / times };
  }

  /**
   * Measures a network in short parts, so that the page stays quick.
   *
   * @param {Network} network
   * @param {DigitSet} digits
   * @returns {Promise<MineScore>}
   */
  async function scoreOfMine(network, { pixels, labels }) {
    const rejection = readRejection(network);
    const score = { count: labels.length, right: 0, refused: 0 };
    for (let n = 0; n < labels.length; n++) {
      if (n % MEASURED_AT_ONCE === MEASURED_AT_ONCE - 1) await nextTask();
      const image = pixels.subarray(PIXELS * n, PIXELS * (n + 1));
      const pass = forward(network, image);
      if (pass.probabilities.indexOf(Math.max(...pass.probabilities)) === labels[n]) score.right++;
      if (rejection !== null && doubtAbout(rejection, pass, image) !== null) score.refused++;
    }
    return score;
  }

  /**
   * @param {Network} shipped
   * @param {Layer[]} layers What the copy has learned.
   * @param {Record<string, unknown>} lesson How it learned that.
   * @returns {Network} With the metadata that still hold, and how it came about.
   */
  function taughtNetwork({ metadata }, layers, lesson) {
    const { model, parameters, geometry, rejection, trained_at: trainedAt, test_accuracy: accuracy } = metadata;
    const from = { trained_at: trainedAt, test_accuracy: accuracy };
    return { layers, metadata: { model, parameters, geometry, rejection, fine_tuned: { from, ...lesson } } };
  }

  /**
   * @param {MineResult} result
   * @returns {boolean} Whether the copy reads so many fewer test digits that one should know before it is kept.
   */
  function isMuchWorse({ test }) {
    return test.before.right - test.after.right > MANY_LOST;
  }

  /**
   * @param {MineResult} result
   * @returns {string} What became better and what worse, in sentences.
   */
  function verdictOnMine(result) {
    const { own, isHeldBack, withOld, test } = result;
    const { count, right } = own.after;
    const same = right === own.before.right ? '-same' : '';
    const sentences = [
      text(`mine.own-${isHeldBack ? 'held' : 'learned'}${same}`, { count, right, before: own.before.right }),
      text('mine.tested', { right: test.after.right, all: test.after.count, before: test.before.right }),
    ];
    if (!isHeldBack) sentences.splice(1, 0, text('mine.flattery'));
    if (isMuchWorse(result)) {
      sentences.push(text(withOld ? 'mine.forget-less' : 'mine.forget-less-mix'));
    }
    return sentences.join(text('common.between-sentences'));
  }

  return {
    MIN_DIGITS_TO_TEST, splitMine, mineAsRead, lessonOfMine, scoreOfMine, taughtNetwork, isMuchWorse, verdictOnMine,
  };
})());

/**
 * The JSON file that holds own digits. Pure functions: nothing here touches the page or what the
 * browser keeps.
 */
MNIST.add('own', (() => {
  const { bytesOf } = MNIST.nn;
  const { MAX_DIGITS, ownDigit } = MNIST.own;
  const { text } = MNIST.words;

  const PIXELS = 784;
  const FORMAT = 'mnist-recognizer own digits';
  const VERSION = 1;
  const MAX_FILE_BYTES = 20e6;

  /**
   * @param {ReadonlyArray<OwnDigit>} digits
   * @returns {string} The content of a JSON file.
   */
  function writeDigitsFile(digits) {
    const entries = digits.map(({ label, time, pixels }) => ({
      label,
      labelled: new Date(time).toISOString(),
      pixels: btoa(String.fromCharCode(...pixels)),
    }));
    // One line a digit: a person can read it, and a version control system can compare it.
    const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n');
    return `{"format": "${FORMAT}", "version": ${VERSION}, "digits": [\n${lines}\n]}\n`;
  }

  /**
   * @param {string} file The content of a file that {@link writeDigitsFile} wrote.
   * @returns {OwnDigit[]}
   * @throws {RangeError} It is another file, or damaged; the message is for people.
   */
  function readDigitsFile(file) {
    const content = parse(file);
    if (content?.format !== FORMAT) throw new RangeError(text('mine.file-other'));
    if (!Number.isInteger(content.version) || content.version < 1) {
      throw new RangeError(text('mine.file-no-version'));
    }
    if (content.version > VERSION) {
      throw new RangeError(text('mine.file-later', { version: content.version, known: VERSION }));
    }
    const { digits } = content;
    if (!Array.isArray(digits)) throw new RangeError(text('mine.file-no-list'));
    if (digits.length > MAX_DIGITS) {
      throw new RangeError(text('mine.file-too-many', { found: digits.length, max: MAX_DIGITS }));
    }
    return digits.map((entry, i) => readEntry(entry, i + 1));
  }

  /**
   * @param {string} content
   * @returns {any}
   */
  function parse(content) {
    try {
      return JSON.parse(content);
    } catch {
      throw new RangeError(text('mine.file-not-json'));
    }
  }

  /**
   * @param {any} entry
   * @param {number} number From 1.
   * @returns {OwnDigit}
   */
  function readEntry(entry, number) {
    const label = entry?.label;
    if (!Number.isInteger(label) || label < 0 || label > 9) {
      throw new RangeError(text('mine.file-no-label', { number }));
    }
    const time = typeof entry.labelled === 'string' ? Date.parse(entry.labelled) : NaN;
    if (!Number.isFinite(time)) throw new RangeError(text('mine.file-no-date', { number }));
    const pixels = readPixels(entry.pixels);
    if (pixels === null) {
      throw new RangeError(text('mine.file-no-image', { number }));
    }
    return ownDigit(pixels, label, time);
  }

  /**
   * @param {unknown} base64
   * @returns {Uint8Array | null}
   */
  function readPixels(base64) {
    if (typeof base64 !== 'string' || base64.length > 2 * PIXELS) return null;
    try {
      const pixels = bytesOf(base64);
      return pixels.length === PIXELS && pixels.some((grey) => grey > 0) ? pixels : null;
    } catch {
      return null; // no base64
    }
  }

  return { MAX_FILE_BYTES, writeDigitsFile, readDigitsFile };
})());

/**
 * Digits that somebody drew and labelled, and the JSON file that holds them. Pure functions: nothing
 * here touches the page or what the browser keeps.
 */
MNIST.add('own', (() => {
  const { bytesOf } = MNIST.nn;

  const PIXELS = 784;
  const FORMAT = 'mnist-recognizer own digits';
  const VERSION = 1;
  const MAX_DIGITS = 10_000;
  const MAX_FILE_BYTES = 20e6;

  /**
   * @param {Uint8Array} pixels 784 grey values in MNIST's geometry, as drawn: not straightened.
   * @param {number} label
   * @param {number} time When it was labelled, in milliseconds since 1970.
   * @returns {OwnDigit}
   */
  function ownDigit(pixels, label, time) {
    return { id: idOf(pixels), label, pixels: pixels.slice(), time };
  }

  /**
   * @param {Uint8Array} pixels
   * @returns {string} 16 hexadecimal digits, the same for the same image: a drawing that is labelled
   *   again takes the place of the first. (FNV-1a, twice with different starts.)
   */
  function idOf(pixels) {
    const [one, other] = [0x811c9dc5, 0x050c5d1f].map((start) => {
      let hash = start;
      for (const grey of pixels) hash = Math.imul(hash ^ grey, 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, '0');
    });
    return one + other;
  }

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
   * @param {string} text The content of a file that {@link writeDigitsFile} wrote.
   * @returns {OwnDigit[]}
   * @throws {RangeError} It is another file, or damaged; the message is for people.
   */
  function readDigitsFile(text) {
    const content = parse(text);
    if (content?.format !== FORMAT) throw new RangeError('This file does not hold digits from this page.');
    if (!Number.isInteger(content.version) || content.version < 1) {
      throw new RangeError('This file does not say which version of the format it has.');
    }
    if (content.version > VERSION) {
      throw new RangeError(`This file has version ${content.version} of the format; this page reads version ${VERSION}.`);
    }
    const { digits } = content;
    if (!Array.isArray(digits)) throw new RangeError('This file has no list of digits.');
    if (digits.length > MAX_DIGITS) {
      throw new RangeError(`This file holds ${digits.length} digits, and ${MAX_DIGITS} is the maximum.`);
    }
    return digits.map((entry, i) => readEntry(entry, i + 1));
  }

  /**
   * @param {string} text
   * @returns {any}
   */
  function parse(text) {
    try {
      return JSON.parse(text);
    } catch {
      throw new RangeError('This file is not JSON, or is damaged.');
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
      throw new RangeError(`Digit ${number} of this file has no label from 0 to 9.`);
    }
    const time = typeof entry.labelled === 'string' ? Date.parse(entry.labelled) : NaN;
    if (!Number.isFinite(time)) throw new RangeError(`Digit ${number} of this file has no date.`);
    const pixels = readPixels(entry.pixels);
    if (pixels === null) {
      throw new RangeError(`Digit ${number} of this file is not an image of 28 × 28 pixels with ink.`);
    }
    return ownDigit(pixels, label, time);
  }

  /**
   * @param {unknown} text
   * @returns {Uint8Array | null}
   */
  function readPixels(text) {
    if (typeof text !== 'string' || text.length > 2 * PIXELS) return null;
    try {
      const pixels = bytesOf(text);
      return pixels.length === PIXELS && pixels.some((grey) => grey > 0) ? pixels : null;
    } catch {
      return null; // no base64
    }
  }

  return { MAX_DIGITS, MAX_FILE_BYTES, ownDigit, idOf, writeDigitsFile, readDigitsFile };
})());

/**
 * Saves own digits as a file, opens such a file, and hands files to the reader.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { MAX_FILE_BYTES, readDigitsFile, writeDigitsFile } = MNIST.own;

  /**
   * Lets the browser save a file.
   *
   * @param {string} name
   * @param {BlobPart} content
   * @param {string} type
   */
  function saveMineFile(name, content, type) {
    const address = URL.createObjectURL(new Blob([content], { type }));
    const link = Object.assign(document.createElement('a'), { href: address, download: name });
    link.click();
    // A browser may take its time to begin.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  class MineFiles {
    #report;

    /**
     * @param {() => ReadonlyArray<OwnDigit>} digits
     * @param {(digits: OwnDigit[]) => Promise<number>} keep Returns how many are new.
     * @param {(text: string, isProblem: boolean) => void} report
     */
    constructor(digits, keep, report) {
      this.#report = report;
      elementById('mine-export', HTMLButtonElement).addEventListener('click', () => {
        const { length } = digits();
        if (length === 0) return report(text('mine.nothing'), true);
        const content = writeDigitsFile(digits());
        setTimeout(() => saveMineFile('my-digits.json', content, 'application/json')); // in a task of its own
        return report(text('mine.saved', { count: length }), false);
      });
      const input = elementById('mine-import', HTMLInputElement);
      input.addEventListener('change', async () => {
        const [file] = input.files ?? [];
        if (file !== undefined) await this.#open(file, keep);
        input.value = ''; // the same file may be chosen again
      });
    }

    /**
     * @param {File} file
     * @param {(digits: OwnDigit[]) => Promise<number>} keep
     */
    async #open(file, keep) {
      try {
        if (file.size > MAX_FILE_BYTES) throw new RangeError(text('mine.file-large', { megabytes: MAX_FILE_BYTES / 1e6 }));
        const digits = readDigitsFile(await file.text());
        const added = await keep(digits);
        const known = digits.length - added;
        const sentence = known > 0
          ? text('mine.some-new', { count: digits.length, added, known })
          : text('mine.all-new', { count: digits.length });
        this.#report(sentence, false);
      } catch (error) {
        this.#report(text('mine.not-opened', { file: file.name, reason: /** @type {Error} */ (error).message }), true);
      }
    }
  }

  return { MineFiles, saveMineFile };
})());

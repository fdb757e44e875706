/**
 * Long computations in short slices: the page stays quick, and no worker is needed.
 */
MNIST.add('learn', (() => {
  const MILLISECONDS = 8;

  /**
   * @template T
   * @param {Generator<void, T>} work Yields often.
   * @returns {Promise<T>} What it returns.
   */
  async function mapInSlices(work) {
    return /** @type {T} */ (await mapInSlicesWhile(work, () => true));
  }

  /**
   * @template Y
   * @template T
   * @param {Generator<Y, T>} work Yields often.
   * @param {(latest: Y) => boolean} goesOn Asked after each slice, with what was yielded last.
   * @returns {Promise<T | null>} What it returns; null if it did not go on.
   */
  async function mapInSlicesWhile(work, goesOn) {
    for (;;) {
      const end = performance.now() + MILLISECONDS;
      let latest;
      do {
        const { done, value } = work.next();
        if (done) return value;
        latest = value;
      } while (performance.now() < end);
      if (!goesOn(latest)) return null;
      await new Promise((resume) => setTimeout(resume));
    }
  }

  return { mapInSlices, mapInSlicesWhile };
})());

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
   * @template T
   * @param {Generator<void, T>} work Yields often.
   * @param {() => boolean} goesOn Asked after each slice.
   * @returns {Promise<T | null>} What it returns; null if it did not go on.
   */
  async function mapInSlicesWhile(work, goesOn) {
    for (;;) {
      const end = performance.now() + MILLISECONDS;
      while (performance.now() < end) {
        const { done, value } = work.next();
        if (done) return value;
      }
      if (!goesOn()) return null;
      await new Promise((resume) => setTimeout(resume));
    }
  }

  return { mapInSlices, mapInSlicesWhile };
})());

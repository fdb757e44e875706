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
    for (;;) {
      const end = performance.now() + MILLISECONDS;
      while (performance.now() < end) {
        const { done, value } = work.next();
        if (done) return value;
      }
      await new Promise((resume) => setTimeout(resume));
    }
  }

  return { mapInSlices };
})());

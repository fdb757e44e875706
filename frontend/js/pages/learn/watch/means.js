/**
 * Loss and accuracy of the latest training digits. One batch alone says little, so they are means over
 * some of them.
 */
MNIST.add('learn', (() => {
  class WatchMeans {
    /** Over so many training digits, or over an epoch if that has fewer. */
    static digits = 2000;
    /** @type {StepResult[]} */
    #steps = [];

    /**
     * @param {ReadonlyArray<StepResult>} steps The latest, in order.
     * @param {number} epoch How many digits an epoch has.
     * @returns {{loss: number | null, accuracy: number | null}} null before the first step.
     */
    add(steps, epoch) {
      this.#steps = latest([...this.#steps, ...steps], Math.min(epoch, WatchMeans.digits));
      const images = sum(this.#steps, ({ size }) => size);
      if (images === 0) return { loss: null, accuracy: null };
      return {
        loss: sum(this.#steps, ({ loss, size }) => loss * size) / images,
        accuracy: sum(this.#steps, ({ correct }) => correct) / images,
      };
    }
  }

  /**
   * @param {StepResult[]} steps
   * @param {number} images
   * @returns {StepResult[]} The last ones with at most so many images together, at least one.
   */
  function latest(steps, images) {
    let start = Math.max(steps.length - 1, 0);
    for (let count = steps[start]?.size ?? 0; start > 0; start--) {
      count += steps[start - 1].size;
      if (count > images) break;
    }
    return steps.slice(start);
  }

  /**
   * @param {StepResult[]} steps
   * @param {(step: StepResult) => number} value
   */
  function sum(steps, value) {
    return steps.reduce((total, step) => total + value(step), 0);
  }

  return { WatchMeans };
})());

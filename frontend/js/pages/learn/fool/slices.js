/**
 * Long computations in short slices: a generator is run for a few milliseconds at a time, so that
 * drawing and sliders stay smooth.
 */
MNIST.add('learn', (() => {
  /** In milliseconds; a generator's own step comes on top. */
  const SLICE = 8;

  class FoolTask {
    #panel;
    #timer = 0;

    /** @param {HTMLElement} panel Is busy while something runs. */
    constructor(panel) {
      this.#panel = panel;
    }

    /**
     * Runs a generator to its end; what ran before is dropped.
     *
     * @template Progress, Result
     * @param {Generator<Progress, Result>} generator
     * @param {(result: Result) => void} done
     * @param {(progress: Progress) => void} [progress] Called after each slice.
     */
    run(generator, done, progress) {
      this.stop();
      const slice = () => {
        const end = performance.now() + SLICE;
        let next = generator.next();
        while (next.done !== true && performance.now() < end) next = generator.next();
        if (next.done === true) {
          this.stop();
          done(next.value);
          return;
        }
        progress?.(next.value);
        this.#timer = window.setTimeout(slice);
      };
      this.#timer = window.setTimeout(slice);
      this.#panel.setAttribute('aria-busy', 'true');
    }

    get isRunning() {
      return this.#timer !== 0;
    }

    stop() {
      window.clearTimeout(this.#timer);
      this.#timer = 0;
      this.#panel.setAttribute('aria-busy', 'false');
    }
  }

  return { FoolTask };
})());

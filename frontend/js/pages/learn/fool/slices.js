/**
 * Long computations in short slices: a generator is run for a few milliseconds at a time, so that
 * drawing and sliders stay smooth.
 */
MNIST.add('learn', (() => {
  /** In milliseconds; a generator's own step comes on top. */
  const SLICE = 8;
  /** How long at least from one report of progress to the next, in milliseconds. */
  const REPORT = 100;

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
     * @param {(progress: Progress) => void} [progress] Called now and then.
     */
    run(generator, done, progress) {
      this.stop();
      let reported = performance.now();
      const slice = () => {
        const end = performance.now() + SLICE;
        let next = generator.next();
        while (next.done !== true && performance.now() < end) next = generator.next();
        if (next.done === true) {
          this.stop();
          done(next.value);
          return;
        }
        if (performance.now() > reported + REPORT) {
          reported = performance.now();
          progress?.(next.value);
        }
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

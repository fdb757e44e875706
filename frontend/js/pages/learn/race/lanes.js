/**
 * The lanes of a race: trainings that begin with the same seed and see the same digits in the same
 * order, image by image side by side. Nothing here touches the page.
 */
MNIST.add('learn', (() => {
  const { TrainingEngine, initialNetwork } = MNIST.nn;
  /** After so many images a lane is measured, on so many test digits at once. */
  const MEASURE_EVERY = 500;
  const MEASURED_AT_ONCE = 100;

  class RaceLane {
    #engine;
    #images;
    #milliseconds = 0;
    /** How many test digits have been measured since the last step, and read right. */
    #measured = 0;
    #right = 0;
    /** @type {RacePoint[]} */
    points = [];
    isBroken = false;

    /**
     * @param {WatchSettings} settings
     * @param {{training: DigitSet, test: DigitSet}} digits
     * @param {number} images So many it is trained on.
     */
    constructor({ hidden, initialisation, ...settings }, { training, test }, images) {
      const network = initialNetwork({ hidden, initialisation, seed: settings.seed });
      this.#engine = new TrainingEngine({ network, settings, digits: training, test });
      this.#images = images;
    }

    get images() {
      return this.#engine.images;
    }

    get isDone() {
      return this.isBroken || (this.images >= this.#images && !this.#isMeasurementDue);
    }

    get #isMeasurementDue() {
      const last = this.points.at(-1);
      if (last === undefined) return true;
      const isEnd = this.images >= this.#images && last.images < this.images;
      return isEnd || this.images >= last.images + MEASURE_EVERY;
    }

    /**
     * Goes on a little: one batch, or a part of a measurement, whose time does not count.
     *
     * @param {() => number} now In milliseconds.
     */
    advance(now) {
      if (this.#isMeasurementDue) {
        this.#measure();
        return;
      }
      const start = now();
      this.#engine.step();
      this.#milliseconds += now() - start;
    }

    #measure() {
      const { test, images, steps } = this.#engine;
      const end = Math.min(this.#measured + MEASURED_AT_ONCE, test.labels.length);
      this.#right += this.#engine.evaluatePart(this.#measured, end).correct;
      this.#measured = end;
      if (end < test.labels.length) return;
      this.points.push({ images, steps, milliseconds: this.#milliseconds, accuracy: this.#right / end });
      this.isBroken = this.#engine.hasDiverged;
      this.#measured = 0;
      this.#right = 0;
    }
  }

  class RaceLanes {
    /**
     * @param {ReadonlyArray<WatchSettings>} settings One for each lane.
     * @param {{training: DigitSet, test: DigitSet}} digits
     * @param {number} images So many each lane is trained on.
     */
    constructor(settings, digits, images) {
      this.lanes = settings.map((each) => new RaceLane(each, digits, images));
    }

    get isDone() {
      return this.lanes.every(({ isDone }) => isDone);
    }

    /**
     * Lets the lane that is furthest behind go on, again and again.
     *
     * @param {number} duration For so many milliseconds, about.
     * @param {() => number} [now]
     */
    work(duration, now = () => performance.now()) {
      const end = now() + duration;
      while (!this.isDone && now() < end) {
        const going = this.lanes.filter(({ isDone }) => !isDone);
        const behind = going.reduce((last, lane) => (lane.images < last.images ? lane : last));
        behind.advance(now);
      }
    }
  }

  return { RaceLanes };
})());

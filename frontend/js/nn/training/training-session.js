/**
 * A training run that is given commands: it works in short slices and answers between them. It runs in
 * a worker or, where there is none, in the page itself.
 */
MNIST.core.shareWithWorkers('nn', () => {
  const { TrainingEngine } = MNIST.nn;

  /** Milliseconds between two reports of progress. */
  const REPORT_EVERY = 33;
  /** So many images at once are measured. */
  const MEASURED = 100;
  /** The first measurements come after so many images, later ones less often. */
  const FIRST_MEASUREMENT = 250;

  class TrainingSession {
    /** @type {MNIST.nn.TrainingEngine} Made by the first command. */
    #engine = /** @type {any} */ (null);
    /** @type {'paused' | 'running' | 'diverged'} */
    #state = 'paused';
    #measureEvery = 0;
    /** How much of each the run may still do. */
    #left = { images: 0, batches: 0, epochs: 0 };
    /** @type {number[]} Commands that are answered when the run ends. */
    #runs = [];
    /** At least so many milliseconds from one step to the next. */
    #interval = 0;
    #nextStep = 0;
    #schedules = 0;
    /** @type {Uint8Array | null} */
    #probe = null;
    /** @type {StepResult[]} Since the last report, as the next two. */
    #recent = [];
    /** @type {TrainingProgress['measurements']} */
    #measurements = [];
    /** @type {{first: number, loss: number, correct: number} | null} A measurement that is going on. */
    #measuring = null;
    #nextMeasurement = 0;
    #lastReport = 0;
    #stepsReported = 0;
    #isReportSeen = true;

    /** @param {SessionHost} host */
    constructor(host) {
      this.host = host;
    }

    /** @param {SessionCommand} command Each but `seen` is answered. */
    receive(command) {
      try {
        if (command.type === 'seen') this.#isReportSeen = true;
        else if (command.type === 'run') this.#run(command);
        else this.host.post({ type: 'done', id: command.id, value: this.#obey(command) });
      } catch (error) {
        this.host.post({ type: 'refused', id: 'id' in command ? command.id : -1, reason: String(error) });
      }
    }

    /**
     * @param {Exclude<SessionCommand, {type: 'seen' | 'run'}>} command
     * @returns {TrainingSnapshot | undefined}
     */
    #obey(command) {
      switch (command.type) {
        case 'begin':
          this.#engine = new TrainingEngine(command.start);
          this.#measureEvery = command.measureEvery;
          this.#settle();
          return undefined;
        case 'pause':
          this.#end('paused');
          return undefined;
        case 'change':
          this.#engine.settings = command.settings;
          return undefined;
        case 'probe':
          this.#probe = command.pixels;
          if (this.#state !== 'running') this.#report();
          return undefined;
        case 'snapshot':
          return this.#engine.snapshot();
        case 'restore':
          this.#engine.restore(command.snapshot);
          this.#settle();
          return undefined;
        default:
          return undefined;
      }
    }

    /** Starts from where the engine is now. */
    #settle() {
      this.#end('paused');
      this.#recent = [];
      this.#measurements = [];
      this.#measuring = { first: 0, loss: 0, correct: 0 };
      this.#nextMeasurement = nextMeasurement(this.#engine.images, this.#measureEvery);
      if (this.#engine.hasDiverged) this.#end('diverged');
      this.#report();
    }

    /** @param {Extract<SessionCommand, {type: 'run'}>} command */
    #run({ id, images, batches, epochs, stepsPerSecond }) {
      this.#runs.push(id);
      if (this.#state === 'diverged') {
        this.#end('diverged');
        return;
      }
      this.#left = { images, batches, epochs };
      this.#interval = 1000 / stepsPerSecond;
      this.#nextStep = this.host.now();
      this.#stepsReported = this.#engine.steps;
      this.#lastReport = this.host.now();
      this.#state = 'running';
      this.#schedule(0);
    }

    /** @param {'paused' | 'diverged'} state Why it ends. */
    #end(state) {
      const wasRunning = this.#state === 'running';
      this.#state = state;
      if (wasRunning) this.#report();
      for (const id of this.#runs.splice(0)) this.host.post({ type: 'done', id });
    }

    /** @param {number} delay In milliseconds; what was scheduled before no longer counts. */
    #schedule(delay) {
      const number = ++this.#schedules;
      this.host.later(() => {
        if (number === this.#schedules) this.#slice();
      }, delay);
    }

    /** Works for a slice of time, and sees to it that the next one comes. */
    #slice() {
      const { now, sliceTime } = this.host;
      const end = now() + sliceTime;
      while (this.#state === 'running' && now() < end && (this.#measuring !== null || now() >= this.#nextStep)) {
        if (this.#measuring !== null) this.#measurePart(this.#measuring);
        else if (Object.values(this.#left).every((amount) => amount > 0)) this.#step();
        else this.#end('paused');
      }
      if (this.#state !== 'running') return;
      if (this.#isReportSeen && now() - this.#lastReport >= REPORT_EVERY) this.#report();
      this.#schedule(this.#measuring === null ? Math.max(0, this.#nextStep - now()) : 0);
    }

    #step() {
      const engine = this.#engine;
      const result = engine.step(Math.min(this.#left.images, engine.settings.batchSize));
      this.#recent.push(result);
      this.#left.images -= result.size;
      this.#left.batches -= 1;
      if (engine.stepInEpoch === 0) this.#left.epochs -= 1;
      this.#nextStep = Math.max(this.#nextStep + this.#interval, this.host.now() - this.#interval);
      if (engine.hasDiverged) this.#end('diverged');
      if (engine.images >= this.#nextMeasurement) {
        this.#measuring = { first: 0, loss: 0, correct: 0 };
        this.#nextMeasurement = nextMeasurement(engine.images, this.#measureEvery);
      }
    }

    /** @param {{first: number, loss: number, correct: number}} measuring */
    #measurePart(measuring) {
      const count = this.#engine.test.labels.length;
      const end = Math.min(measuring.first + MEASURED, count);
      const { loss, correct } = this.#engine.evaluatePart(measuring.first, end);
      measuring.first = end;
      measuring.loss += loss;
      measuring.correct += correct;
      if (end < count) return;
      const { steps } = this.#engine;
      this.#measurements.push({ steps, accuracy: measuring.correct / count, loss: measuring.loss / count });
      this.#measuring = null;
    }

    /** Reports what has happened since the last report. */
    #report() {
      const engine = this.#engine;
      const now = this.host.now();
      const seconds = (now - this.#lastReport) / 1000;
      const trained = this.#recent.reduce((sum, { size }) => sum + size, 0);
      const theta = engine.theta.slice();
      this.#isReportSeen = false; // the answer may come before `post` returns
      this.host.post({
        type: 'progress',
        theta,
        progress: {
          state: this.#state,
          steps: engine.steps,
          epoch: engine.epoch,
          stepInEpoch: engine.stepInEpoch,
          images: engine.images,
          loss: trained > 0 ? this.#recent.reduce((sum, { loss, size }) => sum + loss * size, 0) / trained : null,
          accuracy: trained > 0 ? this.#recent.reduce((sum, { correct }) => sum + correct, 0) / trained : null,
          recent: this.#recent,
          measurements: this.#measurements,
          digit: engine.digit,
          stepsPerSecond: seconds > 0 ? (engine.steps - this.#stepsReported) / seconds : 0,
          probe: this.#probe === null ? null : engine.predict(this.#probe),
          settings: engine.settings,
        },
      }, [theta.buffer]);
      this.#recent = [];
      this.#measurements = [];
      this.#stepsReported = engine.steps;
      this.#lastReport = now;
    }
  }

  /**
   * @param {number} images How many were trained on when the last measurement was due.
   * @param {number} most So many images after it the next one is due at the latest.
   * @returns {number} After how many images in all the next one is due.
   */
  function nextMeasurement(images, most) {
    return images + Math.min(most, Math.max(FIRST_MEASUREMENT, images / 2));
  }

  return { TrainingSession };
});

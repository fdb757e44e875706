/**
 * One training after another: the network, its settings, and what it has shown so far. Nothing here
 * touches the page.
 */
MNIST.add('learn', (() => {
  const { Trainer, fingerprint, forward, initialNetwork } = MNIST.nn;
  const {
    Meter, WATCH_START, WatchFrames, WatchHistory, WatchMeans, hasPlateau, needsNewNetwork,
  } = MNIST.learn;
  const MILLION = 1e6; // an epoch is a sum of many small parts, so it is rounded to millionths

  class WatchRun {
    #digits;
    #changed;
    /** @type {MNIST.nn.Trainer | null} */
    #trainer = null;
    #stepsPerSecond = Infinity;
    /** The epoch it is in, with a fraction, and the one in which play was pressed last. */
    #epoch = 0;
    #since = 0;
    /** The share of test digits that was read right when last measured. @type {number | null} */
    #test = null;
    /** @type {Uint8Array | null} */
    #drawn = null;
    /** Counts what was asked of the trainer: only the end of the latest is an end. */
    #request = 0;
    /** Counts networks and branches: what comes late from an earlier one is dropped. */
    #branch = 0;
    #isRestoring = false;
    #isRecallDue = false;
    #means = new WatchMeans();
    /** Measures the network on the test digits where the training rests. */
    #meter;
    /** @type {WatchSettings} */
    settings = WATCH_START;
    history = new WatchHistory();
    frames = new WatchFrames();
    initial = initialNetwork(WATCH_START);
    network = this.initial;
    #printed = { network: this.initial, text: fingerprint(this.initial) };
    isRunning = false;
    /** @type {WatchCase['stopped']} */
    stopped = null;
    imagesPerSecond = 0;

    /**
     * @param {{training: DigitSet, test: DigitSet}} digits
     * @param {() => void} changed Called when there is something new to see.
     */
    constructor(digits, changed) {
      this.#digits = digits;
      this.#changed = changed;
      this.#meter = new Meter(digits.test, () => this.#measured());
      this.begin(WATCH_START);
    }

    /** @param {WatchSettings} settings Of a new network, which takes the place of the one before. */
    begin(settings) {
      const wasRunning = this.isRunning;
      this.#trainer?.stop();
      this.settings = settings;
      const { hidden, initialisation } = settings;
      this.initial = initialNetwork({ hidden, initialisation, seed: settings.seed });
      this.network = this.initial;
      this.history = new WatchHistory();
      this.frames = new WatchFrames();
      this.#goOnFrom(0, null);
      this.#startTrainer();
      if (wasRunning) this.play();
      this.#changed();
    }

    #startTrainer() {
      const { hidden, initialisation, ...settings } = this.settings;
      this.#trainer = new Trainer({
        network: this.initial,
        settings,
        digits: this.#digits.training,
        test: this.#digits.test,
        onProgress: (progress) => {
          if (!this.#isRestoring) this.#take(progress);
        },
      });
      this.#trainer.probe(this.#drawn);
    }

    /**
     * @param {number} epoch
     * @param {number | null} test
     */
    #goOnFrom(epoch, test) {
      this.#epoch = epoch;
      this.#since = epoch;
      this.#test = test;
      this.#request++;
      this.#branch++;
      this.#isRestoring = false;
      this.#means = new WatchMeans();
      this.isRunning = false;
      this.stopped = null;
    }

    /** @returns {string} Computed once for each network. */
    get fingerprint() {
      if (this.#printed.network !== this.network) this.#printed = { network: this.network, text: fingerprint(this.network) };
      return this.#printed.text;
    }

    /** @param {number} stepsPerSecond `Infinity` is as fast as it goes. */
    set speed(stepsPerSecond) {
      this.#stepsPerSecond = stepsPerSecond;
      if (this.isRunning) this.play();
    }

    play() {
      this.advance({});
    }

    /** @param {{images?: number, batches?: number, epochs?: number}} amount Without any it goes on and on. */
    advance(amount) {
      const request = ++this.#request;
      this.#since = this.#epoch;
      this.stopped = null;
      this.isRunning = true;
      const end = () => {
        if (request !== this.#request) return;
        this.isRunning = false;
        if (this.#trainer?.state === 'diverged') this.stopped = 'broken';
        if (this.#trainer?.state === 'failed') this.stopped = 'failed';
        this.#changed();
      };
      this.#trainer?.run({ ...amount, stepsPerSecond: this.#stepsPerSecond }).then(end, end);
      this.#changed();
    }

    pause() {
      if (!this.isRunning) return;
      this.isRunning = false;
      void this.#trainer?.pause();
      this.#changed();
    }

    /** @param {Partial<WatchSettings>} part */
    change(part) {
      const settings = { ...this.settings, ...part };
      if (needsNewNetwork(part)) {
        this.begin(settings);
        return;
      }
      this.settings = settings;
      const { hidden, initialisation, ...training } = settings;
      this.#trainer?.change(training);
      if (!this.isRunning) this.frames.forget(this.history.last?.step ?? 0); // it has other settings now
      this.#film();
      this.#changed();
    }

    #film() {
      const { last } = this.history;
      if (this.#trainer === null || last === null) return;
      void this.frames.follow(this.#trainer, last.step, last.epoch).then((isKept) => isKept && this.#changed());
    }

    /**
     * @param {Uint8Array | null} pixels What is drawn; null if nothing is.
     * @returns {boolean} Whether that is another drawing.
     */
    probe(pixels) {
      if (pixels === this.#drawn) return false;
      this.#drawn = pixels;
      this.#isRecallDue = true;
      this.#trainer?.probe(pixels);
      return true;
    }

    /**
     * @param {WatchFrame} frame
     * @returns {ArrayLike<number> | null} What its network makes of the drawing.
     */
    probeOf({ network }) {
      return this.#drawn === null ? null : forward(network, this.#drawn).probabilities;
    }

    /**
     * @param {WatchFrame} frame
     * @returns {number | null} The share of test digits that its network reads right; null as long as
     *     that is not measured.
     */
    testOf({ network }) {
      const accuracy = this.#meter.accuracyOf(network);
      if (accuracy === null) this.#meter.measure(network);
      return accuracy;
    }

    /** Asks the networks of the film about the drawing, if it is another one now. */
    recallProbes() {
      if (!this.#isRecallDue) return;
      this.#isRecallDue = false;
      this.history.probeAgain(this.#drawn === null ? () => null : this.frames.probesOf(this.#drawn));
    }

    /** @param {WatchFrame} frame Where the training goes on from; what came later becomes a branch. */
    async branchAt(frame) {
      const { hidden, initialisation } = this.settings;
      this.settings = { ...frame.snapshot.settings, hidden, initialisation };
      if (this.#trainer?.state === 'failed') this.#startTrainer();
      this.history.branchAt(frame.step);
      this.frames.cutAt(frame.step);
      this.network = frame.network;
      this.#goOnFrom(frame.epoch, this.history.tests.at(-1)?.accuracy ?? null);
      this.#isRestoring = true; // what still comes is from the end that is left
      const branch = this.#branch;
      this.#changed();
      await this.#trainer?.restore(frame.snapshot);
      if (branch !== this.#branch) return;
      this.#isRestoring = false;
      this.#trainer?.probe(this.#drawn);
    }

    /**
     * @template T
     * @param {(snapshot: TrainingSnapshot, digits: {training: DigitSet, test: DigitSet}) => T} look
     * @returns {Promise<T | null>} What it makes of where the training is; null if that has ended.
     */
    async lookAhead(look) {
      this.pause();
      const snapshot = (await this.#trainer?.snapshot().catch(() => null)) ?? null;
      return snapshot === null ? null : look(snapshot, this.#digits);
    }

    /** Ends it for good. */
    stop() {
      this.#goOnFrom(this.#epoch, this.#test);
      this.#trainer?.stop();
    }

    /** @param {TrainingProgress} progress */
    #take({ state, steps, recent, measurements, network, stepsPerSecond, probe, settings }) {
      const images = recent.reduce((sum, { size }) => sum + size, 0);
      const examples = Math.min(settings.examples, this.#digits.training.labels.length);
      const epoch = Math.round((this.#epoch + images / examples) * MILLION) / MILLION;
      this.#epoch = epoch;
      for (const measured of measurements) {
        const behind = ((steps - measured.steps) * settings.batchSize) / examples;
        this.#addTest(measured.steps, Math.max(epoch - behind, 0), measured.accuracy);
      }
      const { loss, accuracy } = this.#means.add(recent, examples);
      this.history.add({ step: steps, epoch, loss, accuracy, test: this.#test, probe });
      this.network = network;
      if (images > 0) this.imagesPerSecond = stepsPerSecond * (images / recent.length);
      this.#stopIfInVain(state);
      if (state !== 'running' && this.history.tests.at(-1)?.step !== steps) this.#meter.measure(network);
      this.#film();
      this.#changed();
    }

    /**
     * @param {number} step
     * @param {number} epoch
     * @param {number} accuracy
     */
    #addTest(step, epoch, accuracy) {
      this.history.addTest({ step, epoch, accuracy });
      this.#test = accuracy;
    }

    /** The network has been measured where it rests. */
    #measured() {
      const { last } = this.history;
      const accuracy = this.#meter.accuracyOf(this.network);
      if (last === null || accuracy === null) { // it has gone on, or a moment of the film was measured
        this.#changed();
        return;
      }
      this.#addTest(last.step, last.epoch, accuracy);
      this.history.add({ ...last, test: accuracy });
      this.#changed();
    }

    /** @param {TrainingProgress['state']} state */
    #stopIfInVain(state) {
      if (state === 'diverged') this.stopped = 'broken';
      else if (this.isRunning && hasPlateau(this.history.points, this.#since)) this.stopped = 'plateau';
      else return;
      this.pause();
    }
  }

  return { WatchRun };
})());

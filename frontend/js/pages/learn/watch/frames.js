/**
 * The frames of a training's film: snapshots to go back to. They stand closer at the start, where most
 * happens, and there are at most so many, however long the training is.
 */
MNIST.add('learn', (() => {
  const { forward, layersOf } = MNIST.nn;
  /** The next frame comes when the number of steps has grown by this factor. */
  const GROWTH = 1.4;

  class WatchFrames {
    static max = 24;
    /** @type {WatchFrame[]} */
    #frames = [];
    /** Counts what was cut: a snapshot that comes late from before is dropped. */
    #cuts = 0;
    #waitingFor = -1;

    /** @returns {ReadonlyArray<WatchFrame>} */
    get all() {
      return this.#frames;
    }

    /**
     * @param {number} step
     * @returns {boolean} Whether a frame should be kept now.
     */
    wants(step) {
      const last = this.#frames.at(-1);
      return last === undefined || step >= Math.max(last.step + 1, GROWTH * last.step);
    }

    /**
     * @param {TrainingSnapshot} snapshot
     * @param {number} epoch With a fraction.
     */
    add(snapshot, epoch) {
      const { steps, theta, sizes } = snapshot;
      if (!this.wants(steps)) return;
      const network = { layers: layersOf(theta, sizes), metadata: {} };
      this.#frames.push({ step: steps, epoch, snapshot, network });
      if (this.#frames.length <= WatchFrames.max) return;
      // Every other one goes, but not the first and the last.
      const end = this.#frames.length - 1;
      this.#frames = this.#frames.filter((_, k) => k === 0 || k === end || k % 2 === 1);
    }

    /**
     * Keeps a frame of a training, if one is due.
     *
     * @param {Pick<MNIST.nn.Trainer, 'snapshot'>} trainer
     * @param {number} step Where it is.
     * @param {number} epoch With a fraction.
     * @returns {Promise<boolean>} Whether a frame has been kept.
     */
    async follow(trainer, step, epoch) {
      if (this.#waitingFor === this.#cuts || !this.wants(step)) return false;
      const cuts = this.#cuts;
      this.#waitingFor = cuts;
      const snapshot = await trainer.snapshot().catch(() => null);
      if (cuts !== this.#cuts) return false;
      this.#waitingFor = -1;
      if (snapshot === null) return false;
      // It may have gone on a little since it was there.
      const { batchSize, examples } = snapshot.settings;
      this.add(snapshot, epoch + ((snapshot.steps - step) * batchSize) / examples);
      return true;
    }

    /** @param {number} step The frame of this step goes. */
    forget(step) {
      this.#cuts++;
      this.#frames = this.#frames.filter((frame) => frame.step !== step);
    }

    /** @param {number} step What comes later goes, also what is still to come of it. */
    cutAt(step) {
      this.#cuts++;
      this.#frames = this.#frames.filter((frame) => frame.step <= step);
    }

    /**
     * @param {number} step
     * @returns {WatchFrame | null} The last frame that is not later.
     */
    before(step) {
      return this.#frames.filter((frame) => frame.step <= step).at(-1) ?? null;
    }

    /**
     * @param {Uint8Array} pixels
     * @returns {(step: number) => ArrayLike<number> | null} What the network of the last frame made of it.
     */
    probesOf(pixels) {
      /** @type {Map<WatchFrame, number[]>} */
      const known = new Map();
      return (step) => {
        const frame = this.before(step);
        if (frame === null) return null;
        const probabilities = known.get(frame) ?? forward(frame.network, pixels).probabilities;
        known.set(frame, probabilities);
        return probabilities;
      };
    }
  }

  return { WatchFrames };
})());

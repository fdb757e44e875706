/**
 * Trains a network beside the page: in a worker, or in short slices between the page's own work where
 * no worker may be started.
 */
MNIST.add('nn', (() => {
  const { startWorker } = MNIST.core;
  const { TrainingSession, checkedSettings, layersOf, sizesOf } = MNIST.nn;

  /** So many milliseconds a worker may take to answer for the first time. */
  const PATIENCE = 2000;
  /** A browser may end a worker without a word: two such times in silence, in milliseconds, and it is dead. */
  const BEAT = 4000;
  /** How long the run works in the page before it gives way, in milliseconds. */
  const SLICE = 8;
  const MEASURE_EVERY = 2500;

  class Trainer {
    /** @type {TrainerState} */
    #state = 'starting';
    #isInWorker = false;
    /** @type {TrainingSettings} */
    #settings;
    /** @type {Pick<Network, 'metadata'> & {sizes: number[]}} */
    #shape;
    /** @type {(progress: TrainingProgress) => void} */
    #onProgress;
    /** @type {(reason: string) => void} */
    #onFailure;
    /** @type {Worker | null} */
    #worker = null;
    /** @type {((command: SessionCommand) => void) | null} Where commands go, once it is known. */
    #send = null;
    /** @type {SessionCommand[]} Until then. */
    #waiting = [];
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
    #answers = new Map();
    #lastId = 0;
    /** Runs while the worker owes an answer. @type {ReturnType<typeof setInterval> | undefined} */
    #watch = undefined;
    #silentBeats = 0;

    /** @param {TrainingStart & TrainerOptions} options */
    constructor({ network, settings = {}, digits, test, onProgress, ...rest }) {
      this.#settings = checkedSettings(settings);
      this.#shape = { metadata: network.metadata, sizes: sizesOf(network) };
      this.#onProgress = onProgress;
      this.#onFailure = rest.onFailure ?? (() => {});
      const start = { network, settings: this.#settings, digits, test };
      this.#ask({ type: 'begin', start, measureEvery: rest.measureEvery ?? MEASURE_EVERY });
      this.#startWorker(rest.makeWorker ?? (() => startWorker(workerMain)));
    }

    get state() {
      return this.#state;
    }

    get settings() {
      return this.#settings;
    }

    /** Whether a worker does the work; false as long as it is not known. */
    get isInWorker() {
      return this.#isInWorker;
    }

    /** @param {{stepsPerSecond?: number}} [pace] As fast as it can, unless it says otherwise. */
    start(pace = {}) {
      void this.run({ ...pace, images: Infinity });
    }

    /**
     * @param {{images?: number, batches?: number, epochs?: number, stepsPerSecond?: number}} amount The
     *   first that is reached ends the run, and an epoch ends where the order of digits does.
     * @returns {Promise<void>} Done, paused or diverged.
     */
    run({ images = Infinity, batches = Infinity, epochs = Infinity, stepsPerSecond = Infinity }) {
      return this.#ask({ type: 'run', images, batches, epochs, stepsPerSecond });
    }

    /** @returns {Promise<void>} It has paused. */
    pause() {
      return this.#ask({ type: 'pause' });
    }

    /**
     * @param {Partial<TrainingSettings>} part
     * @throws {RangeError} A setting has a value that it may not have; none is changed then.
     */
    change(part) {
      this.#settings = checkedSettings(part, this.#settings);
      void this.#ask({ type: 'change', settings: this.#settings });
    }

    /** @param {Uint8Array | null} pixels An image whose probabilities come with each progress. */
    probe(pixels) {
      void this.#ask({ type: 'probe', pixels: pixels?.slice() ?? null });
    }

    /** @returns {Promise<TrainingSnapshot>} */
    snapshot() {
      return this.#ask({ type: 'snapshot' });
    }

    /**
     * @param {TrainingSnapshot} snapshot Of a run of the same network on the same digits.
     * @returns {Promise<void>}
     * @throws {RangeError} It belongs to another network.
     */
    async restore(snapshot) {
      await this.#ask({ type: 'restore', snapshot });
      this.#settings = snapshot.settings;
    }

    /** Ends it for good. */
    stop() {
      const send = this.#send;
      this.#finish('stopped', 'The training was stopped.');
      if (!this.#isInWorker) send?.({ type: 'pause', id: 0 });
      this.#worker?.terminate();
      this.#worker = null;
    }

    /**
     * @template {SessionRequest} T
     * @param {T} request
     * @returns {Promise<any>} What it answers.
     */
    #ask(request) {
      const id = ++this.#lastId;
      const command = /** @type {SessionCommand} */ (/** @type {unknown} */ ({ ...request, id }));
      const answer = new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
      answer.catch(() => {}); // who does not wait for it need not know
      if (this.#state === 'stopped' || this.#state === 'failed') {
        this.#answer(id, new Error('The training has ended.'));
      } else if (this.#send === null) {
        this.#waiting.push(command);
      } else {
        this.#send(command);
      }
      this.#watchWorker();
      return answer;
    }

    /** Notices when the worker, which owes an answer, says nothing any more. */
    #watchWorker() {
      if (!this.#isInWorker || this.#watch !== undefined || this.#answers.size === 0) return;
      this.#silentBeats = 0;
      this.#watch = setInterval(() => {
        this.#silentBeats += 1;
        if (this.#answers.size === 0) this.#stopWatching();
        else if (this.#silentBeats > 2) this.#fail('The browser has ended its worker.');
      }, BEAT);
    }

    #stopWatching() {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }

    /** @param {string} reason */
    #fail(reason) {
      this.#worker?.terminate();
      this.#finish('failed', reason);
      this.#onFailure(reason);
    }

    /** @param {() => Worker} makeWorker */
    #startWorker(makeWorker) {
      try {
        const worker = makeWorker();
        this.#worker = worker;
        const patience = setTimeout(() => this.#workInPage(), PATIENCE);
        worker.onmessage = ({ data }) => {
          clearTimeout(patience);
          this.#silentBeats = 0;
          this.#receive(data);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          clearTimeout(patience);
          if (this.#isInWorker) this.#fail(event.message);
          else this.#workInPage();
        };
      } catch { // no workers at all, or a browser that refuses at once
        this.#workInPage();
      }
    }

    #workInPage() {
      if (this.#state === 'stopped') return;
      this.#worker?.terminate();
      this.#worker = null;
      const session = new TrainingSession({
        post: (answer) => this.#receive(answer),
        later: (work, delay) => setTimeout(work, delay),
        now: () => performance.now(),
        sliceTime: SLICE,
      });
      this.#deliverTo((command) => session.receive(command));
    }

    /** @param {(command: SessionCommand) => void} send */
    #deliverTo(send) {
      this.#send = send;
      for (const command of this.#waiting.splice(0)) send(command);
    }

    /** @param {SessionAnswer} answer */
    #receive(answer) {
      if (this.#state === 'stopped') return;
      switch (answer.type) {
        case 'ready': {
          const worker = /** @type {Worker} */ (this.#worker);
          this.#isInWorker = true;
          this.#deliverTo((command) => worker.postMessage(command));
          this.#watchWorker();
          break;
        }
        case 'progress': {
          const { metadata, sizes } = this.#shape;
          this.#state = answer.progress.state;
          this.#send?.({ type: 'seen' });
          this.#onProgress({ ...answer.progress, network: { metadata, layers: layersOf(answer.theta, sizes) } });
          break;
        }
        case 'done':
          this.#answer(answer.id, answer.value);
          break;
        case 'refused':
          this.#answer(answer.id, new RangeError(answer.reason));
          break;
        default:
      }
    }

    /**
     * @param {number} id
     * @param {unknown} value
     */
    #answer(id, value) {
      const waiting = this.#answers.get(id);
      this.#answers.delete(id);
      if (value instanceof Error) waiting?.reject(value);
      else waiting?.resolve(value);
    }

    /**
     * @param {'stopped' | 'failed'} state
     * @param {string} reason
     */
    #finish(state, reason) {
      this.#state = state;
      this.#stopWatching();
      this.#send = null;
      this.#waiting = [];
      for (const id of [...this.#answers.keys()]) this.#answer(id, new Error(reason));
    }
  }

  /** What the worker does. It is handed over as text, and finds what is shared with workers in MNIST. */
  function workerMain() {
    const { port1, port2 } = new MessageChannel(); // setTimeout would wait for 4 ms each time
    /** @type {() => void} */
    let next = () => {};
    port1.onmessage = () => next();
    const session = new MNIST.nn.TrainingSession({
      post: (answer, transfer = []) => self.postMessage(answer, { transfer }),
      later: (work, delay) => {
        if (delay > 0) {
          setTimeout(work, delay);
        } else {
          next = work;
          port2.postMessage(null);
        }
      },
      now: () => performance.now(),
      sliceTime: 12,
    });
    self.onmessage = ({ data }) => session.receive(data);
    self.postMessage({ type: 'ready' });
  }

  return { Trainer };
})());

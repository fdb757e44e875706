/**
 * The button that opens the lessons. Their scripts and style sheet come when it is pressed for the
 * first time; its `data-scripts` names them.
 */
MNIST.add('learn', (() => {
  const { inLanguage, loadScript, loadStylesOf, scriptsOf } = MNIST.core;
  const { text } = MNIST.words;

  class LessonDoor {
    #button;
    #host;
    /** @type {Promise<MNIST.learn.LessonRoom> | null} */
    #loading = null;
    /** @type {MNIST.learn.LessonRoom | null} */
    #room = null;

    /**
     * @param {HTMLButtonElement} button
     * @param {LessonHost} host
     */
    constructor(button, host) {
      this.#button = button;
      this.#host = host;
      button.addEventListener('click', () => void this.#enter((room) => room.openOverview()));
    }

    /** Where the learner is; null outside of the lessons. */
    get position() {
      return this.#room?.position ?? null;
    }

    /** Whether a stage should be silent, because it would give an answer away. */
    get isVeiling() {
      return this.#room?.isVeiling ?? false;
    }

    /**
     * @param {number} lesson From 1.
     * @param {number} step From 0.
     */
    async openAt(lesson, step) {
      await this.#enter((room) => room.openAt(lesson, step));
    }

    /** The state has changed. */
    render() {
      this.#room?.render();
    }

    /** @param {(room: MNIST.learn.LessonRoom) => void} then */
    async #enter(then) {
      this.#loading ??= this.#load();
      try {
        const room = await this.#loading;
        await this.#host.loaded;
        then(room);
      } catch (error) {
        this.#loading = null;
        const reason = error instanceof Error ? error.message : String(error);
        this.#host.note(text('learn.lessons-not-loaded', { reason }));
      }
    }

    async #load() {
      await loadStylesOf(this.#button);
      for (const script of inLanguage(scriptsOf(this.#button))) await loadScript(`js/${script}`);
      this.#room = new MNIST.learn.LessonRoom(this.#host);
      return this.#room;
    }
  }

  return { LessonDoor };
})());

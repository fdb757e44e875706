/**
 * What a lesson can see of the page and do to it.
 */
MNIST.add('learn', (() => {
  const { doubtAbout, edited, forward, readRejection } = MNIST.nn;
  const { describeDoubt } = MNIST.ui;
  const { networkOf, withPass } = MNIST.learn;

  class LessonWorld {
    #host;
    /** @type {{network: Network, rejection: Rejection | null} | null} */
    #judge = null;

    /** @param {LessonHost} host */
    constructor(host) {
      this.#host = host;
    }

    get host() {
      return this.#host;
    }

    get state() {
      return this.#host.getState();
    }

    /** As it is now, with all changes. */
    get network() {
      return networkOf(this.state);
    }

    /** As it came. */
    get shipped() {
      return this.state.versions[0].network;
    }

    get drawing() {
      return this.#host.drawn.drawing;
    }

    get isExample() {
      return this.#host.drawn.isExample;
    }

    get isEmpty() {
      return this.state.pixels.every((grey) => grey === 0);
    }

    /** The likeliest digit. */
    get answer() {
      const { probabilities } = this.state.pass;
      return probabilities.indexOf(Math.max(...probabilities));
    }

    /** Its probability. */
    get share() {
      return Math.max(...this.state.pass.probabilities);
    }

    /** Why the drawing would be refused; empty if it is accepted. */
    get reason() {
      const { pixels } = this.state;
      const { shipped } = this;
      if (this.#judge?.network !== shipped) this.#judge = { network: shipped, rejection: readRejection(shipped) };
      const { rejection } = this.#judge;
      const doubt = rejection && doubtAbout(rejection, forward(shipped, pixels), pixels);
      return doubt === null ? '' : describeDoubt(doubt);
    }

    /** The training of “Watch it learn”; null until its digits have come. */
    get run() {
      const stage = /** @type {MNIST.learn.WatchStage | null} */ (this.#host.stageNamed('watch'));
      return stage?.run ?? null;
    }

    /** “Fool it”; null until it has come. */
    get fool() {
      return /** @type {MNIST.learn.FoolStage | null} */ (this.#host.stageNamed('fool'));
    }

    /** @param {StageName} stage */
    isLoaded(stage) {
      if (stage === 'watch') return this.run !== null;
      return this.#host.stageNamed(stage) !== null;
    }

    /** @param {Network} network */
    accuracyOf(network) {
      return this.#host.accuracyOf(network);
    }

    /** @param {Partial<LearnState>} part */
    change(part) {
      this.#host.change(part);
    }

    /**
     * @param {Edit[]} edits Of the network as it is now; one change, to be undone as one.
     * @param {string} text What it is, for people.
     */
    edit(edits, text) {
      const { state } = this;
      const network = edited(this.network, edits);
      this.change(withPass({ ...state, versions: [...state.versions, { network, text, key: 'lesson', edits }], sumStep: 0 }));
    }

    /** Takes back what was changed and erased for a lesson. */
    tidy() {
      if (this.state.versions.length > 1) this.#host.restore();
      if (this.state.erased.size > 0) this.change(withPass({ ...this.state, erased: new Set() }));
    }

    /**
     * What the page calls it, in the page's language.
     *
     * @param {string} selector Of a button, a summary, an option, or a field with a label around it.
     */
    nameOf(selector) {
      const found = document.querySelector(selector);
      const copy = /** @type {Element | undefined} */ ((found?.closest('label') ?? found)?.cloneNode(true));
      for (const field of copy?.querySelectorAll('select, input, output') ?? []) field.remove();
      return copy?.textContent?.trim() ?? '';
    }

    /** @param {string} selector Of a button or a radio button, which is pressed as a learner would. */
    press(selector) {
      /** @type {HTMLElement | null} */ (document.querySelector(selector))?.click();
    }

    /**
     * @param {string} selector Of a list.
     * @param {string} value What is chosen in it.
     */
    choose(selector, value) {
      const list = document.querySelector(selector);
      if (!(list instanceof HTMLSelectElement)) return;
      list.value = value;
      list.dispatchEvent(new Event('change'));
    }
  }

  return { LessonWorld };
})());

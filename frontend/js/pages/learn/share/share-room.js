/**
 * Makes a link of the page as it is, and brings back what a link holds. Nothing heavy runs by itself:
 * a training is set up, and its learner presses play.
 */
MNIST.add('learn', (() => {
  const { LinkDialog, LinkRules, LINK_STAGES, decodeLink, encodeLink, linkIn, openClassSheet, restored, withEdit, withPass } = MNIST.learn;
  const { keepDrawing, showKeptDrawing } = MNIST.draw;
  const { describeEdit, edited } = MNIST.nn;
  const { LANGUAGES, language, text } = MNIST.words;

  class ShareRoom {
    #host;
    #dialog;
    /** What waits for the drawing to be read. @type {Partial<LinkView> | null} */
    #view = null;
    /** What waits for “Watch it learn”. @type {Training | null} */
    #training = null;
    /** Waits for the drawing too, which takes earlier notes away. */
    #sentence = '';
    #rules;

    /** @param {ShareHost} host */
    constructor(host) {
      this.#host = host;
      this.#rules = new LinkRules((sentence) => host.note(sentence));
      this.#dialog = new LinkDialog(
        (pasted) => this.#openPasted(pasted),
        (link) => void openClassSheet(host.getState().pixels, link),
      );
    }

    /** Shows the link of the page as it is. */
    open() {
      const { address, isLong, hasDrawing } = this.#link();
      const { drawing } = this.#host.drawn;
      const { versions } = this.#host.getState();
      const notes = [];
      if (isLong && hasDrawing) notes.push(text('share.long', { count: address.length }));
      if (drawing.image !== null) notes.push(text('share.no-image'));
      else if (!hasDrawing && !drawing.isEmpty) notes.push(text('share.too-detailed'));
      const lost = versions.length - 1 - this.#changes().length;
      if (lost > 0) notes.push(text('share.no-steps', { count: lost }));
      if (this.#watch()?.run?.history.last != null) notes.push(text('share.no-run'));
      this.#dialog.open(address, notes, this.#rules, (rules) => this.#link(rules).address);
    }

    /** @returns {string} What the page's address must hold to come back as it is, with what is kept elsewhere. */
    getFragment() {
      const { fragment, hasDrawing } = this.#link();
      const { drawing } = this.#host.drawn;
      if (!hasDrawing && !drawing.isEmpty) keepDrawing(drawing, fragment);
      return fragment;
    }

    /**
     * @param {string} fragment Of an address, without #. It may come from anybody.
     * @returns {Promise<boolean>} Whether it brings a drawing.
     */
    async restore(fragment) {
      const content = decodeLink(fragment, this.#shipped.layers);
      if (typeof content === 'string') {
        this.#say(text(`share.problem-${content}`));
        return false;
      }
      const changed = this.#changedBy(content);
      if (changed === null) {
        this.#say(text('share.problem-damaged'));
        return false;
      }
      window.history.replaceState({ isRestored: true }, '');
      const unknown = this.#rules.set(content);
      if (unknown !== '') this.#say(unknown);
      this.#training = content.training;
      this.#view = content.view;
      this.#host.change({ versions: changed.versions, pass: changed.pass });
      const { hide } = this.#rules;
      const stage = content.stage ?? this.#host.getState().stage;
      const shown = hide.includes(stage) ? LINK_STAGES.find((one) => !hide.includes(one)) ?? stage : stage;
      this.#host.open(shown);
      if (content.strokes !== null) this.#host.drawn.drawing.load(content.strokes);
      else if (this.#host.getState().pass.activations[0].some((x) => x > 0)) this.#host.change(this.completed(this.#host.getState()));
      if (content.lesson !== null) void this.#host.lessons.openAt(content.lesson.lesson, content.lesson.step);
      else if (content.isWhole) this.#host.announce(text('share.opened'));
      return content.strokes !== null || showKeptDrawing(this.#host.drawn.drawing, fragment);
    }

    /**
     * @param {LearnState} state With a drawing that has just been read.
     * @returns {LearnState} With what a link says of it.
     */
    completed(state) {
      if (this.#sentence !== '') this.#host.note(this.#sentence);
      this.#sentence = '';
      const view = this.#view;
      this.#view = null;
      return view === null ? state : withPass({ ...state, ...view });
    }

    /** Sets the training up as soon as its stage has come. */
    render() {
      this.#rules.apply();
      const watch = this.#training === null ? null : this.#watch();
      if (watch === null || this.#training === null) return;
      watch.setUp(this.#training);
      this.#training = null;
    }

    get #shipped() {
      return this.#host.getState().versions[0].network;
    }

    #watch() {
      return /** @type {MNIST.learn.WatchStage | null} */ (this.#host.stageNamed('watch'));
    }

    /** @returns {ReadonlyArray<Edit>[]} The changes of the network that a link can hold: up to the first step of descent. */
    #changes() {
      const changes = [];
      for (const { edits } of this.#host.getState().versions.slice(1)) {
        if (edits === undefined) break;
        changes.push(edits);
      }
      return changes;
    }

    /** @param {Pick<LinkContent, 'hide' | 'lock'>} [rules] */
    #link({ hide, lock } = this.#rules) {
      const state = this.#host.getState();
      const { drawing } = this.#host.drawn;
      const address = new URL(window.location.href);
      address.searchParams.set('lang', language);
      address.hash = '';
      const { text: fragment, ...rest } = encodeLink({
        stage: state.stage,
        strokes: drawing.isEmpty || drawing.image !== null ? null : drawing.inkedStrokes,
        changes: this.#changes(),
        view: state,
        training: this.#training ?? this.#watch()?.setup ?? null,
        lesson: this.#host.lessons.position,
        hide,
        lock,
      }, address.href.length + 1);
      return { fragment, address: `${address.href}#${fragment}`, ...rest };
    }

    /**
     * @param {LinkContent} content
     * @returns {LearnState | null} With its changes of the network; null if they lead to what is no number.
     */
    #changedBy({ changes, isWhole }) {
      const before = this.#host.getState();
      if (changes.length === 0) return isWhole ? restored(before) : before;
      /** @type {LearnState | null} */
      let state = restored(before);
      for (const edits of changes) {
        if (state === null) return null;
        if (edits.length === 1) state = withEdit(state, edits[0], describeEdit(edits[0]));
        else state = withChange(state, edits);
      }
      return state;
    }

    /**
     * @param {string} pasted
     * @returns {string} What is wrong with it; nothing if it is opened.
     */
    #openPasted(pasted) {
      const { fragment, language: asked } = linkIn(pasted);
      const content = LINK_STAGES.some((stage) => stage === fragment) ? null : decodeLink(fragment, this.#shipped.layers);
      if (typeof content === 'string') return text(`share.problem-${content}`);
      if (asked !== null && asked !== language && Object.hasOwn(LANGUAGES, asked)) {
        const address = new URL(window.location.href);
        address.searchParams.set('lang', asked);
        address.hash = fragment;
        window.location.assign(address);
      } else if (window.location.hash === `#${fragment}`) void this.restore(fragment);
      else window.location.hash = fragment;
      return '';
    }

    /** @param {string} sentence */
    #say(sentence) {
      this.#host.note(sentence);
      this.#sentence = sentence;
    }
  }

  /**
   * @param {LearnState} state
   * @param {Edit[]} edits One change, to be undone as one.
   * @returns {LearnState | null}
   */
  function withChange(state, edits) {
    const network = edited(state.versions[state.versions.length - 1].network, edits);
    const version = { network, text: text('share.changes', { count: edits.length }), key: 'link', edits };
    const next = withPass({ ...state, versions: [...state.versions, version], sumStep: 0 });
    return next.pass.sums.every((sums) => sums.every(Number.isFinite)) ? next : null;
  }

  return { ShareRoom };
})());

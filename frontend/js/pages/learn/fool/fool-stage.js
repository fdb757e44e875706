/**
 * Stage F, "Fool it": six experiments, one at a time, on the image that the network reads.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { judge, readRejection, toGrey } = MNIST.nn;
  const {
    FoolChange, FoolDream, FoolMorph, FoolNoise, FoolPixels, FoolRobustness, loadDigits, networkOf, onChoice, onPress,
    partOf,
  } = MNIST.learn;

  const EXPERIMENTS = [
    { name: 'pixels', Experiment: FoolPixels },
    { name: 'change', Experiment: FoolChange },
    { name: 'noise', Experiment: FoolNoise },
    { name: 'dream', Experiment: FoolDream },
    { name: 'morph', Experiment: FoolMorph },
    { name: 'robustness', Experiment: FoolRobustness },
  ];

  /** @implements {Stage} */
  class FoolStage {
    #host;
    #place;
    #which;
    #edited;
    /** @type {Map<string, FoolExperiment>} */
    #experiments = new Map();
    #name = EXPERIMENTS[0].name;
    /** What the open experiment shows. @type {FoolContext | null} */
    #context = null;
    /** Whether the open experiment has seen it. */
    #isShown = false;
    /** @type {FoolContext['digits']} */
    #digits = null;
    /** @type {WeakMap<Network, {rejection: Rejection | null}>} */
    #rejections = new WeakMap();

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      const { section } = host;
      const choices = EXPERIMENTS.map(({ name }, n) => `<label><input type="radio" name="fool-experiment" value="${name}"${n === 0 ? ' checked' : ''}><span>${text(`fool.${name}-title`)}</span></label>`);
      section.innerHTML = `
        <p class="lead">${text('fool.lead')}</p>
        <fieldset class="fool-nav"><legend class="visually-hidden">${text('fool.experiment')}</legend>${choices.join('')}
          <button class="link-button fool-again" type="button">${text('fool.start-over')}</button></fieldset>
        <p class="fine fool-which"></p>
        <p class="fine fool-edited" hidden>${text('fool.edited')}</p>
        <div class="fool-place"></div>`;
      this.#place = partOf(section, '.fool-place', HTMLElement);
      this.#which = partOf(section, '.fool-which', HTMLElement);
      this.#edited = partOf(section, '.fool-edited', HTMLElement);
      onChoice(section, 'fool-experiment', (name) => {
        this.#experiment.leave();
        this.#name = name;
        this.#isShown = false;
        this.render(host.getState());
      });
      onPress(section, '.fool-again', () => {
        this.#experiment.leave();
        this.#experiments.delete(this.#name);
        this.#isShown = false;
        this.render(host.getState());
        host.announce(text('fool.starts-over', { experiment: text(`fool.${this.#name}-title`) }));
      });
      loadDigits().then((digits) => {
        this.#digits = digits;
        this.#context = null;
        this.render(host.getState());
      }, () => host.note(text('fool.no-digits')));
    }

    /** @param {LearnState} state */
    render(state) {
      if (state.stage !== 'fool') return;
      if (this.#context?.pass !== state.pass) {
        this.#context = this.#contextOf(state);
        this.#isShown = false;
      }
      if (this.#isShown) return;
      this.#isShown = true;
      const { panel } = this.#experiment;
      if (this.#place.firstChild !== panel) this.#place.replaceChildren(panel);
      this.#which.textContent = text(this.#name === 'robustness' ? 'fool.before-centring' : 'fool.after-centring');
      this.#which.hidden = this.#name === 'noise';
      this.#edited.hidden = state.versions.length === 1;
      this.#experiment.render(/** @type {FoolContext} */ (this.#context));
    }

    leave() {
      this.#experiment.leave();
      this.#isShown = false;
    }

    /** @param {number} steps */
    go(steps) {
      this.#experiment.go?.(steps);
    }

    /** The open experiment's. */
    get name() {
      return this.#name;
    }

    /**
     * @param {string} name
     * @returns {FoolExperiment | null} null before it was opened.
     */
    experimentNamed(name) {
      return this.#experiments.get(name) ?? null;
    }

    get #entry() {
      return EXPERIMENTS.find(({ name }) => name === this.#name) ?? EXPERIMENTS[0];
    }

    /** @returns {FoolExperiment} Made when it is chosen for the first time. */
    get #experiment() {
      const known = this.#experiments.get(this.#name);
      if (known !== undefined) return known;
      const { Experiment } = this.#entry;
      const made = new Experiment(this.#host);
      this.#host.tables.connect(made.panel, made.tables);
      this.#experiments.set(this.#name, made);
      return made;
    }

    /**
     * @param {LearnState} state
     * @returns {FoolContext}
     */
    #contextOf(state) {
      const network = networkOf(state);
      const pixels = toGrey(state.pass.activations[0]);
      const rejection = this.#rejectionOf(network);
      return {
        pass: state.pass, network, rejection, pixels, digits: this.#digits,
        verdict: judge(network, rejection, pixels), isEmpty: pixels.every((grey) => grey === 0),
      };
    }

    /** @param {Network} network */
    #rejectionOf(network) {
      const known = this.#rejections.get(network) ?? { rejection: readRejection(network) };
      this.#rejections.set(network, known);
      return known.rejection;
    }
  }

  return { FoolStage };
})());

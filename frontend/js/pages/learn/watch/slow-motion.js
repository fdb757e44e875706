/**
 * Slow motion: the training takes one image at a time, and each step stops at each of its five stages.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const {
    SLOW_STAGES, describeSlowStage, element, paintGrey, paintSigned, percent, plain, signed, slowStepOf,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  /** How long a stage stays while it plays, in milliseconds. */
  const STAGE_TIME = 2_500;

  const SLOW_MARKUP = `
    <section id="watch-slow" class="watch-slow" aria-labelledby="watch-slow-title" hidden>
      <h3 id="watch-slow-title" tabindex="-1">${text('watch.slow-title')}</h3>
      <ol id="watch-slow-bar" class="watch-slow-bar" aria-label="${text('watch.slow-stages')}"></ol>
      <p id="watch-slow-text" class="watch-slow-text"></p>
      <div class="watch-slow-pictures">
        <figure><canvas id="watch-slow-image" role="img" aria-label="${text('watch.slow-digit')}"></canvas><figcaption>${text('watch.slow-image')}</figcaption></figure>
        <figure><canvas id="watch-slow-hidden" role="img"></canvas><figcaption id="watch-slow-caption"></figcaption></figure>
        <ol id="watch-slow-outputs" class="watch-slow-outputs"></ol>
      </div>
      <div class="controls">
        <button id="watch-slow-next" class="button button-primary" type="button">${text('watch.slow-next')}</button>
        <button id="watch-slow-play" class="button" type="button">${text('watch.slow-play')}</button>
        <button id="watch-slow-close" class="button button-quiet" type="button">${text('watch.slow-close')}</button>
        <button type="button" class="link-button" data-table="slow">${text('watch.show-table')}</button>
      </div>
    </section>`;

  class WatchSlowMotion {
    #section = elementById('watch-slow', HTMLElement);
    #text = elementById('watch-slow-text', HTMLElement);
    #image = elementById('watch-slow-image', HTMLCanvasElement);
    #hidden = elementById('watch-slow-hidden', HTMLCanvasElement);
    #caption = elementById('watch-slow-caption', HTMLElement);
    #outputs = elementById('watch-slow-outputs', HTMLElement);
    #play = elementById('watch-slow-play', HTMLButtonElement);
    #bar = SLOW_STAGES.map((name) => element('li', {}, name));
    #run;
    #say;
    #stage = 0;
    /** @type {WatchSlowStep | null} */
    #step = null;
    #timer = 0;
    /** Whether the next stage is being worked out. */
    #isBusy = false;

    /**
     * @param {() => MNIST.learn.WatchRun | null} run
     * @param {(text: string) => void} say
     */
    constructor(run, say) {
      this.#run = run;
      this.#say = say;
      elementById('watch-slow-bar', HTMLElement).append(...this.#bar);
      elementById('watch-slow-next', HTMLButtonElement).addEventListener('click', () => void this.next());
      this.#play.addEventListener('click', () => (this.#timer === 0 ? this.#start() : this.pause()));
      elementById('watch-slow-close', HTMLButtonElement).addEventListener('click', () => this.close());
      // Here Esc closes the panel, and does not clear the pad.
      this.#section.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        this.close();
        elementById('watch-slow-open', HTMLButtonElement).focus();
      });
    }

    get isOpen() {
      return !this.#section.hidden;
    }

    /** @returns {TableContent} */
    table() {
      return slowTable(/** @type {WatchSlowStep} */ (this.#step));
    }

    async open() {
      this.#section.hidden = false;
      elementById('watch-slow-title', HTMLElement).focus();
      await this.#take();
    }

    close() {
      this.pause();
      this.#section.hidden = true;
    }

    pause() {
      window.clearInterval(this.#timer);
      this.#timer = 0;
      this.#play.textContent = text('watch.slow-play');
    }

    #start() {
      this.#play.textContent = text('watch.pause');
      this.#timer = window.setInterval(() => void this.next(), STAGE_TIME);
      void this.next();
    }

    /** Begins with the next image. */
    async #take() {
      this.#isBusy = true;
      this.#step = (await this.#run()?.lookAhead(slowStepOf)) ?? null;
      this.#isBusy = false;
      this.#stage = 0;
      this.#show();
    }

    /** Goes on by a stage; the last one is the step that the training takes. */
    async next() {
      if (this.#isBusy) return;
      if (this.#step === null || this.#stage === SLOW_STAGES.length - 1) {
        await this.#take();
        return;
      }
      this.#stage++;
      if (this.#stage === SLOW_STAGES.length - 1) this.#run()?.advance({ images: 1 });
      this.#show();
    }

    #show() {
      const step = this.#step;
      if (step === null) return;
      this.#bar.forEach((item, k) => {
        if (k === this.#stage) item.setAttribute('aria-current', 'step');
        else item.removeAttribute('aria-current');
      });
      this.#text.textContent = describeSlowStage(step, this.#stage);
      this.#say(`${SLOW_STAGES[this.#stage]}. ${this.#text.textContent}`);
      paintGrey(this.#image, step.pass.activations[0], 28, 1);
      const isBackward = this.#stage >= 3;
      const layers = isBackward ? step.gradient.deltas.slice(0, -1) : step.pass.activations.slice(1);
      const values = layers.flatMap((layer) => Array.from(padded(layer)));
      paintSigned(this.#hidden, values, 16);
      this.#caption.textContent = isBackward
        ? text('watch.slow-errors') : text('watch.slow-activations');
      this.#hidden.setAttribute('aria-label', this.#caption.textContent);
      this.#showOutputs(step);
    }

    /** @param {WatchSlowStep} step */
    #showOutputs({ pass, passAfter, gradient, label }) {
      const isError = this.#stage === 2 || this.#stage === 3;
      const { probabilities } = this.#stage === SLOW_STAGES.length - 1 ? passAfter : pass;
      const values = isError ? gradient.deltas[gradient.deltas.length - 1] : probabilities;
      this.#outputs.setAttribute('aria-label', text(isError ? 'watch.slow-output-errors' : 'watch.slow-probabilities'));
      this.#outputs.replaceChildren(...Array.from(values, (value, digit) => {
        const bar = element('span', { class: value < 0 ? 'watch-slow-bar-part is-less' : 'watch-slow-bar-part' });
        bar.style.setProperty('--share', String(Math.abs(value)));
        const shown = isError ? signed(value, 4) : percent(value);
        return element('li', digit === label ? { class: 'is-label' } : {}, String(digit), element('span', {}, bar), shown);
      }));
    }
  }

  /**
   * @param {WatchSlowStep} step
   * @returns {TableContent} Each neuron of the step.
   */
  function slowTable({ pass, gradient: { deltas } }) {
    const rows = deltas.flatMap((layer, l) => Array.from(layer, (delta, neuron) => {
      const isOutput = l === deltas.length - 1;
      const value = isOutput ? pass.probabilities[neuron] : pass.activations[l + 1][neuron];
      const place = { layer: l + 1, neuron };
      return [text(isOutput ? 'learn.output' : 'learn.neuron', place), plain(value, 4), signed(delta, 4)];
    }));
    const head = ['neuron', 'value', 'error'].map((name) => text(`watch.column-${name}`));
    return { title: text('watch.slow-table'), head, rows };
  }

  /**
   * @param {Float64Array} layer
   * @returns {Float64Array} Filled up to whole rows of 16.
   */
  function padded(layer) {
    const rows = new Float64Array(16 * Math.ceil(layer.length / 16));
    rows.set(layer);
    return rows;
  }

  return { SLOW_MARKUP, WatchSlowMotion };
})());

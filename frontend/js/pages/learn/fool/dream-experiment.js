/**
 * Dream: the image that the network likes best for a digit, with all pixels free, and within real
 * handwriting.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { dreamFreely, dreamWithin, handwritingSpan, judge, logOddsOf, noiseImage, toUnit } = MNIST.nn;
  const {
    FoolDigits, FoolExhibit, FoolSlider, FoolTask, digitAt, foolPanel, foolTexts, foolWords, onChoice, onPress, partOf, plain,
    verdictTable,
  } = MNIST.learn;
  const STEPS = 80;
  /** How many images of a digit span its handwriting, along how many axes. */
  const [IMAGES, COMPONENTS] = [50, 24];
  const MILLISECONDS_A_STEP = 60;

  const TEXT = foolTexts('dream');
  const BODY = `
    <fieldset class="choices"><legend>${text('fool.dream-of')}</legend><span class="targets"></span></fieldset>
    <fieldset class="choices">
      <legend>${text('fool.start-from')}</legend>
      <label><input type="radio" name="fool-start" value="noise" checked> ${text('fool.from-noise')}</label>
      <label><input type="radio" name="fool-start" value="paper"> ${text('fool.from-paper')}</label>
      <label><input type="radio" name="fool-start" value="own"> ${text('fool.from-own')}</label>
      <label class="fool-seed-row">${text('fool.seed')} <input class="fool-seed" type="number" min="0" max="999999" step="1" value="1"></label>
    </fieldset>
    <div class="fool-duel">
      <div><figure class="fool-free"></figure></div>
      <div><figure class="fool-within"></figure></div>
    </div>
    <div class="fool-player">
      <button class="button button-primary fool-play" type="button">${text('fool.play')}</button>
      <label class="slider fool-step">${text('fool.step')} <input type="range" min="0" max="${STEPS}" step="1" value="${STEPS}"> <output></output></label>
    </div>
    <p class="fool-result check"></p>
    <p class="fine"><button type="button" class="link-button" data-table="dream">${text('fool.show-table')}</button></p>`;

  class FoolDream {
    panel = foolPanel(TEXT, BODY);
    #host;
    #free = new FoolExhibit(partOf(this.panel, '.fool-free', HTMLElement), text('fool.freely'));
    #within = new FoolExhibit(partOf(this.panel, '.fool-within', HTMLElement), text('fool.within'));
    #seed = partOf(this.panel, '.fool-seed', HTMLInputElement);
    #result = partOf(this.panel, '.fool-result', HTMLElement);
    #play;
    #digits;
    #step;
    #task = new FoolTask(this.panel);
    #player = 0;
    #digit = 3;
    #start = 'noise';
    /** @type {FoolContext | null} */
    #context = null;
    /** Each step's two images. @type {{free: Uint8Array, within: Uint8Array}[]} */
    #frames = [];
    /** @type {Map<number, HandwritingSpan>} */
    #spans = new Map();

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      this.#digits = new FoolDigits(partOf(this.panel, '.targets', HTMLElement), (digit) => {
        this.#digit = digit;
        this.#dream();
      });
      this.#step = new FoolSlider(partOf(this.panel, '.fool-step', HTMLElement), (step) => text('fool.of', { n: step, all: STEPS }), () => {
        this.#pause();
        this.#show();
      });
      this.#step.value = STEPS;
      this.#play = onPress(this.panel, '.fool-play', () => this.#playOrPause());
      this.#seed.addEventListener('change', () => this.#dream());
      onChoice(this.panel, 'fool-start', (start) => {
        this.#start = start;
        this.#dream();
      });
    }

    /** @param {FoolContext} context */
    render(context) {
      const before = this.#context;
      this.#context = context;
      const isSame = before?.network === context.network && before.digits === context.digits;
      if (isSame && this.#start !== 'own' && this.#frames.length > STEPS) return;
      this.#dream();
    }

    leave() {
      this.#pause();
      this.#task.stop();
    }

    /** @param {number} steps */
    go(steps) {
      this.#pause();
      this.#step.value += steps;
      this.#show();
    }

    /** What is made of the free dream's last image; null as long as it is dreamt. */
    get end() {
      const last = this.#frames[STEPS];
      const context = this.#context;
      return last === undefined || context === null ? null : judge(context.network, context.rejection, last.free);
    }

    /** @returns {Record<string, () => TableContent>} */
    get tables() {
      return {
        dream: () => {
          const { free, within } = this.#verdicts();
          return verdictTable(text('fool.dream-table', { digit: this.#digit, step: this.#step.value }), [[text('fool.freely'), free], [text('fool.within'), within]]);
        },
      };
    }

    #dream() {
      this.leave();
      this.#frames = [];
      this.#digits.show(this.#digit);
      partOf(this.panel, '.fool-seed-row', HTMLElement).hidden = this.#start !== 'noise';
      const context = this.#context;
      if (context === null || context.digits === null) return;
      this.#task.run(this.#dreamBoth(context, context.digits.training), () => {
        this.#show();
        this.#host.announce(this.#result.textContent ?? '');
      }, () => this.#show());
    }

    /**
     * @param {FoolContext} context
     * @param {DigitSet} training
     * @returns {Generator<void, void>}
     */
    * #dreamBoth({ network, pixels }, training) {
      const start = this.#startImage(pixels);
      const digit = this.#digit;
      const free = dreamFreely(network, digit, start, STEPS);
      const span = yield* this.#spanOf(digit, training);
      const within = dreamWithin(network, digit, span, start, STEPS);
      for (let step = 0; step <= STEPS; step++) {
        const [one, other] = [free.next().value, within.next().value];
        if (one === undefined || other === undefined) return;
        this.#frames.push({ free: one, within: other });
        yield;
      }
    }

    /** @param {Uint8Array} pixels */
    #startImage(pixels) {
      if (this.#start === 'own') return pixels;
      const seed = Number.isFinite(this.#seed.valueAsNumber) ? this.#seed.valueAsNumber : 1;
      return this.#start === 'noise' ? noiseImage('dots', seed) : new Uint8Array(784);
    }

    /**
     * @param {number} digit
     * @param {DigitSet} training
     * @returns {Generator<void, HandwritingSpan>}
     */
    * #spanOf(digit, training) {
      const known = this.#spans.get(digit);
      if (known !== undefined) return known;
      const images = [];
      for (let n = 0; n < training.labels.length; n++) {
        if (training.labels[n] === digit) images.push(digitAt(training, n));
      }
      const span = yield* handwritingSpan(images.slice(0, IMAGES), COMPONENTS);
      this.#spans.set(digit, span);
      return span;
    }

    #playOrPause() {
      if (this.#player !== 0) {
        this.#pause();
        return;
      }
      if (this.#step.value >= STEPS) this.#step.value = 0;
      this.#play.textContent = text('fool.pause');
      // Who wants little motion sees a few still images instead of a film.
      const stride = window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 20 : 1;
      this.#player = window.setInterval(() => {
        this.#step.value += stride;
        if (this.#step.value >= STEPS) this.#pause();
        this.#show();
      }, stride * MILLISECONDS_A_STEP);
      this.#show();
    }

    #pause() {
      window.clearInterval(this.#player);
      this.#player = 0;
      this.#play.textContent = text('fool.play');
    }

    #frame() {
      return this.#frames[Math.min(this.#step.value, this.#frames.length - 1)];
    }

    #verdicts() {
      const { network, rejection } = /** @type {FoolContext} */ (this.#context);
      const { free, within } = this.#frame();
      return { free: judge(network, rejection, free), within: judge(network, rejection, within) };
    }

    #show() {
      if (this.#context === null || this.#frames.length === 0) return;
      const { network } = this.#context;
      const { free, within } = this.#frame();
      const verdicts = this.#verdicts();
      this.#free.show(free, verdicts.free);
      this.#within.show(within, verdicts.within);
      this.#step.say(text('fool.dream-aloud', { free: foolWords(verdicts.free), within: foolWords(verdicts.within) }));
      const odds = (/** @type {Uint8Array} */ image) => plain(logOddsOf(network, toUnit(image), this.#digit).logOdds, 1);
      const refusal = (/** @type {FoolVerdict} */ { isAccepted }) => (isAccepted ? text('fool.it-accepts') : text('fool.it-refuses'));
      this.#result.textContent = text('fool.dream-result', {
        digit: this.#digit, free: odds(free), freeVerdict: refusal(verdicts.free), within: odds(within), withinVerdict: refusal(verdicts.within),
      });
    }
  }

  return { FoolDream };
})());

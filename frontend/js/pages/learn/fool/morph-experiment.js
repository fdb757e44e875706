/**
 * Morph: from the learner's digit to another one, with the ten probabilities along the way.
 */
MNIST.add('learn', (() => {
  const { edgeDistances, fade, reshape } = MNIST.vision;
  const { judge } = MNIST.nn;
  const {
    FoolDigits, FoolExhibit, FoolSlider, FoolTask, digitAt, element, foolPanel, foolWords, onChoice, onPress, paintGrey,
    paintSigned, partOf, percent, showEmpty,
  } = MNIST.learn;
  const [STEPS, FILM] = [60, 9];

  const TEXT = {
    title: 'Morph',
    question: 'Your digit becomes another one, little by little. Where does the answer change, and is there a moment at which the page says “I do not know”?',
    means: 'Between two digits lie images that are neither. The network passes from one to the other within a few steps, and may name a third digit on the way.',
    limits: 'It does not mean that the change is where a person would see it, and one way is not the only one: fading and reshaping cross other images.',
  };
  const BODY = `
    <fieldset class="choices"><legend>Becomes a</legend><span class="targets"></span>
      <button class="button fool-another" type="button">Another one</button></fieldset>
    <fieldset class="choices">
      <legend>By</legend>
      <label><input type="radio" name="fool-way" value="reshape" checked> reshaping: strokes move</label>
      <label><input type="radio" name="fool-way" value="fade"> fading: one over the other</label>
    </fieldset>
    <div class="fool-morph">
      <div class="fool-way">
        <div class="fool-film" aria-hidden="true"></div>
        <div class="fool-ribbon">
          <ol class="fool-ribbon-names" aria-hidden="true"></ol>
          <div class="grid-box"><canvas role="img" aria-label="The ten probabilities along the way"></canvas><span class="fool-cursor"></span></div>
          <span class="fool-ribbon-name" aria-hidden="true">refused</span>
          <canvas class="fool-refused" aria-hidden="true"></canvas>
        </div>
        <label class="slider fool-where"><span class="visually-hidden">How far</span> <input type="range" min="0" max="${STEPS}" step="1" value="${STEPS / 2}"> <output></output></label>
      </div>
      <figure class="fool-now"></figure>
    </div>
    <p class="fool-result check"></p>
    <p class="fine"><button type="button" class="link-button" data-table="morph">Show as table</button></p>`;

  class FoolMorph {
    panel = foolPanel(TEXT, BODY);
    #host;
    #now = new FoolExhibit(partOf(this.panel, '.fool-now', HTMLElement), 'On the way');
    #film = partOf(this.panel, '.fool-film', HTMLElement);
    #ribbon = partOf(this.panel, '.fool-ribbon .grid-box canvas', HTMLCanvasElement);
    #refused = partOf(this.panel, '.fool-refused', HTMLCanvasElement);
    #result = partOf(this.panel, '.fool-result', HTMLElement);
    #digits;
    #place;
    #task = new FoolTask(this.panel);
    /** @type {FoolContext | null} */
    #context = null;
    /** @type {number | null} */
    #target = null;
    #number = 0;
    #way = 'reshape';
    /** @type {FoolImage[]} */
    #steps = [];

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      this.#digits = new FoolDigits(partOf(this.panel, '.targets', HTMLElement), (digit) => {
        this.#target = digit;
        this.#begin();
      });
      onPress(this.panel, '.fool-another', () => {
        this.#number++;
        this.#begin();
      });
      onChoice(this.panel, 'fool-way', (way) => {
        this.#way = way;
        this.#begin();
      });
      this.#place = new FoolSlider(partOf(this.panel, '.fool-where', HTMLElement), (step) => percent(step / STEPS), () => this.#show());
      this.#place.value = STEPS / 2;
      for (let n = 0; n < FILM; n++) this.#film.append(element('canvas'));
      for (let digit = 0; digit < 10; digit++) {
        partOf(this.panel, '.fool-ribbon-names', HTMLElement).append(element('li', {}, `${digit}`));
      }
    }

    /** @param {FoolContext} context */
    render(context) {
      const isSame = this.#context?.pass === context.pass;
      this.#context = context;
      showEmpty(this.panel, context.isEmpty);
      if (!isSame || this.#steps.length <= STEPS) this.#begin();
    }

    leave() {
      this.#task.stop();
    }

    /** @param {number} steps */
    go(steps) {
      this.#place.value += steps;
      this.#show();
    }

    /** @returns {Record<string, () => TableContent>} */
    get tables() {
      return { morph: () => this.#table() };
    }

    /** @returns {number} As chosen; else the runner-up. */
    get #wanted() {
      const { verdict: { digit, probabilities } } = /** @type {FoolContext} */ (this.#context);
      return this.#target ?? probabilities.indexOf(Math.max(...probabilities.filter((_, k) => k !== digit)));
    }

    #begin() {
      this.#steps = [];
      const context = this.#context;
      if (context === null || context.digits === null || context.isEmpty) return;
      this.#digits.show(this.#wanted);
      const other = digitOf(context.digits.test, this.#wanted, this.#number);
      this.#task.run(this.#walk(context, other), () => {
        this.#paint();
        this.#show();
        this.#host.announce(this.#result.textContent ?? '');
      });
    }

    /**
     * @param {FoolContext} context
     * @param {Uint8Array} other
     * @returns {Generator<void, void>}
     */
    * #walk({ network, rejection, pixels }, other) {
      const isFade = this.#way === 'fade';
      const from = isFade ? null : edgeDistances(pixels);
      yield;
      const to = isFade ? null : edgeDistances(other);
      for (let step = 0; step <= STEPS; step++) {
        const share = step / STEPS;
        // Both ends are the images themselves.
        const isEnd = step === 0 || step === STEPS;
        const image = from === null || to === null || isEnd ? fade(pixels, other, share) : reshape(from, to, share);
        this.#steps.push({ pixels: image, verdict: judge(network, rejection, image) });
        yield;
      }
    }

    #paint() {
      [...this.#film.children].forEach((canvas, n) => {
        const { pixels } = this.#steps[Math.round((n * STEPS) / (FILM - 1))];
        paintGrey(/** @type {HTMLCanvasElement} */ (canvas), pixels, 28, 255);
      });
      const columns = STEPS + 1;
      const shares = new Float64Array(10 * columns);
      this.#steps.forEach(({ verdict: { probabilities } }, step) => {
        probabilities.forEach((share, digit) => {
          shares[digit * columns + step] = share;
        });
      });
      paintSigned(this.#ribbon, shares, columns, 1);
      paintGrey(this.#refused, this.#steps.map(({ verdict }) => (verdict.isAccepted ? 0 : 1)), columns, 1);
      const changes = this.#steps.flatMap(({ verdict: { digit } }, step) => {
        const before = step === 0 ? null : this.#steps[step - 1].verdict.digit;
        return before === null || before === digit ? [] : [`at ${percent(step / STEPS)} from ${before} to ${digit}`];
      });
      const refused = this.#steps.filter(({ verdict }) => !verdict.isAccepted).length;
      const answer = changes.length === 0 ? 'The answer never changes.' : `The answer changes ${changes.join(', ')}.`;
      const refusal = refused === 0 ? 'The page would accept every image on the way.' : `The page would refuse ${refused} of the ${columns} images.`;
      this.#result.textContent = `${answer} ${refusal}`;
      this.#ribbon.setAttribute('aria-label', `The ten probabilities along the way. ${this.#result.textContent}`);
    }

    #show() {
      const step = this.#place.value;
      if (this.#steps.length <= step) return;
      const { pixels, verdict } = this.#steps[step];
      this.#now.show(pixels, verdict);
      this.#place.say(foolWords(verdict));
      partOf(this.panel, '.fool-cursor', HTMLElement).style.setProperty('--place', String((step + 0.5) / (STEPS + 1)));
    }

    /** @returns {TableContent} */
    #table() {
      const rows = this.#steps.map(({ verdict: { probabilities, isAccepted } }, step) => [
        percent(step / STEPS), ...probabilities.map((share) => percent(share)), isAccepted ? 'accepts' : 'refuses',
      ]);
      return { title: 'The ten probabilities along the way', head: ['way', ...'0123456789', 'the page'], rows };
    }
  }

  /**
   * @param {DigitSet} digits
   * @param {number} digit
   * @param {number} number
   * @returns {Uint8Array} The digit's image with this number, in a circle.
   */
  function digitOf(digits, digit, number) {
    const places = Array.from(digits.labels.keys()).filter((n) => digits.labels[n] === digit);
    return digitAt(digits, places[number % places.length]);
  }

  return { FoolMorph };
})());

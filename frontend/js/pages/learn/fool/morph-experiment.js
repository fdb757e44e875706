/**
 * Morph: from the learner's digit to another one, with the ten probabilities along the way.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { edgeDistances, fade, reshape } = MNIST.vision;
  const { judge } = MNIST.nn;
  const {
    FoolDigits, FoolExhibit, FoolSlider, FoolTask, digitAt, element, foolPanel, foolTexts, foolWords, onChoice, onPress, paintGrey,
    paintSigned, partOf, percent, showEmpty,
  } = MNIST.learn;
  const [STEPS, FILM] = [60, 9];

  const TEXT = foolTexts('morph');
  const BODY = `
    <fieldset class="choices"><legend>${text('fool.becomes')}</legend><span class="targets"></span>
      <button class="button fool-another" type="button">${text('fool.another')}</button></fieldset>
    <fieldset class="choices">
      <legend>${text('fool.by')}</legend>
      <label><input type="radio" name="fool-way" value="reshape" checked> ${text('fool.reshape')}</label>
      <label><input type="radio" name="fool-way" value="fade"> ${text('fool.fade')}</label>
    </fieldset>
    <div class="fool-morph">
      <div class="fool-way">
        <div class="fool-film" aria-hidden="true"></div>
        <div class="fool-ribbon">
          <ol class="fool-ribbon-names" aria-hidden="true"></ol>
          <div class="grid-box"><canvas role="img" aria-label="${text('fool.along')}"></canvas><span class="fool-cursor"></span></div>
          <span class="fool-ribbon-name" aria-hidden="true">${text('fool.refused')}</span>
          <canvas class="fool-refused" aria-hidden="true"></canvas>
        </div>
        <label class="slider fool-where"><span class="visually-hidden">${text('fool.how-far')}</span> <input type="range" min="0" max="${STEPS}" step="1" value="${STEPS / 2}"> <output></output></label>
      </div>
      <figure class="fool-now"></figure>
    </div>
    <p class="fool-result check"></p>
    <p class="fine"><button type="button" class="link-button" data-table="morph">${text('fool.show-table')}</button></p>`;

  class FoolMorph {
    panel = foolPanel(TEXT, BODY);
    #host;
    #now = new FoolExhibit(partOf(this.panel, '.fool-now', HTMLElement), text('fool.on-the-way'));
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
        return before === null || before === digit ? [] : [text('fool.turn', { place: percent(step / STEPS), before, after: digit })];
      });
      const refused = this.#steps.filter(({ verdict }) => !verdict.isAccepted).length;
      const sentences = [
        changes.length === 0 ? text('fool.never-changes') : text('fool.changes', { turns: changes.join(text('fool.between-turns')) }),
        text('fool.way-refused', { count: refused, all: columns }),
      ];
      if (this.#wanted === this.#context?.verdict.digit) sentences.unshift(text('fool.same-digit', { digit: this.#wanted }));
      this.#result.textContent = sentences.join(text('common.between-sentences'));
      this.#ribbon.setAttribute('aria-label', [text('fool.along'), this.#result.textContent].join(text('fool.title-end')));
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
        percent(step / STEPS), ...probabilities.map((share) => percent(share)), text(isAccepted ? 'fool.accepts' : 'fool.refuses'),
      ]);
      return { title: text('fool.along'), head: [text('fool.head-way'), ...'0123456789', text('fool.page')], rows };
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

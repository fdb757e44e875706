/**
 * Smallest noise: all pixels change a little, along the gradient, until the network reads a chosen digit.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { answerTo, changeBetween, judge, lengthOf, randomSource, smallestChange, toUnit, withRandomNoise } = MNIST.nn;
  const {
    FoolDigits, FoolExhibit, FoolSlider, FoolTask, foolPanel, foolTexts, foolWords, gridTable, onChoice, paintSigned, partOf, percent,
    plain, showEmpty, signed,
  } = MNIST.learn;
  /** How many random noises are tried for comparison. */
  const RANDOM = 200;
  const REST = 250;

  const TEXT = foolTexts('change');
  const BODY = `
    <fieldset class="choices"><legend>${text('fool.should-read')}</legend><span class="targets"></span></fieldset>
    <fieldset class="choices">
      <legend>${text('fool.small-means')}</legend>
      <label><input type="radio" name="fool-measure" value="euclidean" checked> ${text('fool.small-total')}</label>
      <label><input type="radio" name="fool-measure" value="largest"> ${text('fool.small-each')}</label>
      <label><input type="checkbox" class="fool-pass"> ${text('fool.not-refused')}</label>
    </fieldset>
    <div class="fool-sum">
      <figure class="fool-before"></figure>
      <span class="fool-operator" aria-hidden="true">+</span>
      <figure class="fool-change"><p class="fool-title">${text('fool.the-change')}</p><canvas role="img"></canvas>
        <figcaption><p class="fool-scale"></p><p class="legend"><span class="is-for">${text('fool.more-ink')}</span><span class="is-against">${text('fool.less-ink')}</span></p></figcaption></figure>
      <span class="fool-operator" aria-hidden="true">=</span>
      <figure class="fool-after"></figure>
    </div>
    <label class="slider fool-amount">${text('fool.how-much')} <input type="range" min="0" max="200" step="5" value="100"> <output></output></label>
    <p class="fool-result check"></p>
    <p class="fine"><button type="button" class="link-button" data-table="change">${text('fool.show-change')}</button></p>`;

  class FoolChange {
    panel = foolPanel(TEXT, BODY);
    #host;
    #before = new FoolExhibit(partOf(this.panel, '.fool-before', HTMLElement), text('fool.your-digit'));
    #after = new FoolExhibit(partOf(this.panel, '.fool-after', HTMLElement), text('fool.your-changed'));
    #canvas = partOf(this.panel, '.fool-change canvas', HTMLCanvasElement);
    #result = partOf(this.panel, '.fool-result', HTMLElement);
    #digits;
    #amount;
    #task = new FoolTask(this.panel);
    #timer = 0;
    /** @type {FoolContext | null} */
    #context = null;
    /** @type {number | null} */
    #target = null;
    /** @type {ChangeMeasure} */
    #measure = 'euclidean';
    #mustPass = false;
    /** @type {Uint8Array | null} */
    #found = null;
    #isDone = false;
    /** How many random noises of the same size changed the answer. */
    #flips = 0;

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      this.#digits = new FoolDigits(partOf(this.panel, '.targets', HTMLElement), (digit) => {
        this.#target = digit;
        this.#search(0);
      });
      this.#amount = new FoolSlider(partOf(this.panel, '.fool-amount', HTMLElement), (value) => MNIST.words.percent(value / 100), () => this.#show());
      this.#amount.value = 100;
      onChoice(this.panel, 'fool-measure', (measure) => {
        this.#measure = /** @type {ChangeMeasure} */ (measure);
        this.#search(0);
      });
      const pass = partOf(this.panel, '.fool-pass', HTMLInputElement);
      pass.addEventListener('change', () => {
        this.#mustPass = pass.checked;
        this.#search(0);
      });
    }

    /** @param {FoolContext} context */
    render(context) {
      const isSame = this.#context?.pass === context.pass;
      this.#context = context;
      showEmpty(this.panel, context.isEmpty);
      if (isSame && (this.#isDone || this.#task.isRunning)) this.#show();
      else this.#search(REST);
    }

    leave() {
      window.clearTimeout(this.#timer);
      this.#task.stop();
    }

    /** @param {number} steps */
    go(steps) {
      this.#amount.value += 5 * steps;
      this.#show();
    }

    /** @returns {Record<string, () => TableContent>} */
    get tables() {
      return { change: () => gridTable(this.#change().change, 28, text('fool.change-table'), (value) => signed(value, 2)) };
    }

    /** @returns {number} As chosen, else the runner-up: it is nearest. */
    get #wanted() {
      const { verdict: { digit, probabilities } } = /** @type {FoolContext} */ (this.#context);
      if (this.#target !== null && this.#target !== digit) return this.#target;
      return probabilities.indexOf(Math.max(...probabilities.filter((_, k) => k !== digit)));
    }

    /** @param {number} rest How long to wait, in milliseconds, for more strokes. */
    #search(rest) {
      this.leave();
      this.#found = null;
      this.#isDone = false;
      this.#amount.value = 100;
      this.#show();
      const context = this.#context;
      if (context === null || context.isEmpty) return;
      const { network, rejection, pixels } = context;
      const target = this.#wanted;
      const isFooled = (/** @type {Uint8Array} */ changed) => {
        const { digit, isAccepted } = judge(network, rejection, changed);
        return digit === target && (isAccepted || !this.#mustPass);
      };
      this.#timer = window.setTimeout(() => {
        this.#task.run(smallestChange(network, pixels, target, this.#measure, isFooled), (found) => {
          this.#found = found;
          if (found === null) this.#finish(0);
          else this.#task.run(this.#tryRandom(context, found), (flips) => this.#finish(flips));
        }, (best) => {
          this.#found = best;
          this.#show();
        });
      }, rest);
    }

    /** @param {number} flips */
    #finish(flips) {
      this.#flips = flips;
      this.#isDone = true;
      this.#show();
      this.#host.announce(this.#result.textContent ?? '');
    }

    /**
     * @param {FoolContext} context
     * @param {Uint8Array} found
     * @returns {Generator<void, number>}
     */
    * #tryRandom({ network, pixels, verdict }, found) {
      const sizes = changeBetween(pixels, found);
      let flips = 0;
      for (let seed = 0; seed < RANDOM; seed++) {
        const noisy = withRandomNoise(pixels, sizes, this.#measure, randomSource(seed));
        if (answerTo(network, noisy) !== verdict.digit) flips++;
        yield;
      }
      return flips;
    }

    /** The change as far as the slider goes. */
    #change() {
      const { pixels } = /** @type {FoolContext} */ (this.#context);
      const found = this.#found ?? pixels;
      const share = this.#amount.value / 100;
      const moved = pixels.map((grey, i) => Math.round(Math.min(255, Math.max(0, grey + share * (found[i] - grey)))));
      return { moved, ...changeBetween(pixels, moved) };
    }

    #show() {
      const context = this.#context;
      if (context === null) return;
      const { network, rejection, pixels, verdict } = context;
      const target = this.#wanted;
      this.#digits.show(target, verdict.digit);
      this.#before.show(pixels, verdict);
      const { moved, change, euclidean, largest } = this.#change();
      const times = largest === 0 ? 1 : Math.max(1, Math.floor(1 / largest));
      paintSigned(this.#canvas, change, 28, 1 / times);
      this.#canvas.setAttribute('aria-label', text('fool.change-shown', { count: times }));
      partOf(this.panel, '.fool-scale', HTMLElement).textContent = text('fool.scale', { count: times });
      const after = judge(network, rejection, moved);
      this.#after.show(moved, after);
      this.#amount.say(foolWords(after));
      const length = lengthOf(toUnit(pixels));
      const size = text('fool.change-size', {
        change: plain(euclidean), digit: plain(length), share: percent(euclidean / (length || 1)), largest: percent(largest),
      });
      this.#result.textContent = this.#isDone ? this.#report(size, target) : text('fool.searching');
    }

    /**
     * @param {string} size
     * @param {number} target
     */
    #report(size, target) {
      if (this.#found === null) {
        return text(this.#mustPass ? 'fool.no-change-passes' : 'fool.no-change', { digit: target });
      }
      if (this.#amount.value !== 100) return size;
      return [size, text('fool.random', { count: this.#flips, all: RANDOM })].join(text('common.between-sentences'));
    }
  }

  return { FoolChange };
})());

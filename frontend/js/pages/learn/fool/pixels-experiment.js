/**
 * Fewest pixels: the learner toggles pixels by hand, then the gradient shows how few it needs.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { fewestPixels, judge, withToggles } = MNIST.nn;
  const {
    FoolExhibit, FoolSlider, FoolTask, TileGrid, foolPanel, foolSentence, foolTexts, foolWords, onChoice, onPress, partOf, showEmpty,
  } = MNIST.learn;
  const { contextOf } = MNIST.core;
  const SIDE = 28;
  /** Canvas pixels of one pixel of the image. */
  const CELL = 12;
  /** The grey of paper: no ink is darker. */
  const PAPER = 18;

  const TEXT = foolTexts('pixels');
  const BODY = `
    <fieldset class="choices">
      <legend>${text('fool.goal')}</legend>
      <label><input type="radio" name="fool-goal" value="answer" checked> ${text('fool.goal-other')}</label>
      <label><input type="radio" name="fool-goal" value="accepted"> ${text('fool.goal-passed')}</label>
    </fieldset>
    <div class="fool-duel fool-by-hand">
      <div>
        <figure class="fool-hand"><div class="grid-box"><canvas aria-label="${text('fool.hand-grid')}"></canvas></div></figure>
        <div class="controls">
          <button class="button fool-back" type="button">${text('fool.undo')}</button>
        </div>
      </div>
      <div>
        <figure class="fool-machine"><div class="grid-box"><canvas role="img"></canvas></div></figure>
        <div class="controls">
          <button class="button button-primary fool-search" type="button">${text('fool.let-try')}</button>
        </div>
        <label class="slider fool-steps" hidden>${text('fool.pixel-steps')} <input type="range" min="0" max="1" step="1" value="0"> <output></output></label>
      </div>
    </div>
    <p class="fool-result check"></p>
    <p class="fine">${text('fool.signs')} <button type="button" class="link-button" data-table="pixels">${text('fool.show-table')}</button></p>`;

  class FoolPixels {
    panel = foolPanel(TEXT, BODY);
    #host;
    #hand = new FoolExhibit(partOf(this.panel, '.fool-hand', HTMLElement), text('fool.you'));
    #machine = new FoolExhibit(partOf(this.panel, '.fool-machine', HTMLElement), text('fool.gradient'));
    #grid;
    #steps;
    #task = new FoolTask(this.panel);
    #result = partOf(this.panel, '.fool-result', HTMLElement);
    #search;
    #goal = 'answer';
    /** @type {FoolContext | null} */
    #context = null;
    /** Toggled by the learner, in order. @type {number[]} */
    #own = [];
    /** By the gradient; null before it has tried, empty if it found nothing. @type {number[] | null} */
    #found = null;

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      const canvas = partOf(this.panel, '.fool-hand canvas', HTMLCanvasElement);
      this.#grid = new TileGrid(canvas, { columns: SIDE, count: SIDE * SIDE }, (i) => this.#describe(i), (i) => this.#toggle(i));
      this.#steps = new FoolSlider(partOf(this.panel, '.fool-steps', HTMLElement), (n) => text('fool.of', { n, all: this.#found?.length ?? 0 }), () => this.#show());
      this.#search = onPress(this.panel, '.fool-search', () => this.#find());
      onPress(this.panel, '.fool-back', () => this.#take(this.#own.slice(0, -1)));
      onChoice(this.panel, 'fool-goal', (goal) => {
        this.#goal = goal;
        this.#forget();
        this.#show();
      });
    }

    /** @param {FoolContext} context */
    render(context) {
      if (this.#context?.pass !== context.pass) {
        this.#own = [];
        this.#forget();
      }
      this.#context = context;
      showEmpty(this.panel, context.isEmpty);
      this.#show();
    }

    leave() {
      if (this.#task.isRunning) this.#forget();
      this.#show();
    }

    /** @param {number} steps */
    go(steps) {
      if (this.#found === null) return;
      this.#steps.value += steps;
      this.#show();
    }

    /** What was toggled by the learner, whether that fools it, and what the gradient found. */
    get toggled() {
      const context = this.#context;
      const now = context === null ? null : judge(context.network, context.rejection, withToggles(context.pixels, this.#own));
      return { own: this.#own, isFooled: now !== null && now.digit !== context?.verdict.digit, found: this.#found };
    }

    /** @returns {Record<string, () => TableContent>} */
    get tables() {
      return { pixels: () => this.#table() };
    }

    #forget() {
      this.#task.stop();
      this.#found = null;
    }

    /** @param {number} i */
    #toggle(i) {
      this.#take(this.#own.includes(i) ? this.#own.filter((place) => place !== i) : [...this.#own, i]);
    }

    /** @param {number[]} places */
    #take(places) {
      this.#own = places;
      this.#show();
      const context = this.#context;
      if (context === null || context.isEmpty) return;
      const verdict = judge(context.network, context.rejection, withToggles(context.pixels, places));
      this.#host.announce(text('fool.toggled', { pixels: countOf(places), reading: foolSentence(verdict) }));
    }

    #find() {
      const context = this.#context;
      if (context === null || context.isEmpty || this.#task.isRunning) return;
      const { network, rejection, pixels, verdict } = context;
      const isFooled = (/** @type {Uint8Array} */ changed) => {
        const now = judge(network, rejection, changed);
        return now.digit !== verdict.digit && (this.#goal === 'answer' || now.isAccepted);
      };
      this.#task.run(fewestPixels(network, pixels, isFooled), (found) => {
        this.#found = found ?? [];
        this.#steps.max = this.#found.length;
        this.#steps.value = this.#found.length;
        this.#show();
        this.#host.announce(this.#result.textContent ?? '');
      });
      this.#show();
    }

    #show() {
      const context = this.#context;
      if (context === null) return;
      const { network, rejection, pixels, verdict } = context;
      const own = withToggles(pixels, this.#own);
      const now = judge(network, rejection, own);
      paintToggles(partOf(this.panel, '.fool-hand canvas', HTMLCanvasElement), own, this.#own);
      this.#hand.show(own, now);
      const canvas = partOf(this.panel, '.fool-machine canvas', HTMLCanvasElement);
      const places = (this.#found ?? []).slice(0, this.#steps.value);
      const changed = withToggles(pixels, places);
      const found = judge(network, rejection, changed);
      paintToggles(canvas, changed, places);
      canvas.setAttribute('aria-label', text('fool.toggled', { pixels: countOf(places), reading: foolSentence(found) }));
      this.#machine.show(changed, found);
      this.#steps.say(foolWords(found));
      partOf(this.panel, '.fool-steps', HTMLElement).hidden = (this.#found?.length ?? 0) === 0;
      partOf(this.panel, '.fool-back', HTMLElement).setAttribute('aria-disabled', String(this.#own.length === 0));
      this.#search.disabled = this.#found !== null;
      this.#search.textContent = this.#task.isRunning ? text('fool.searching') : text('fool.let-try');
      this.#result.textContent = [this.#ownResult(now, verdict), this.#machineResult()].filter(Boolean).join(text('common.between-sentences'));
    }

    /**
     * @param {FoolVerdict} now
     * @param {FoolVerdict} before
     */
    #ownResult(now, before) {
      if (this.#own.length === 0) return '';
      const done = now.digit !== before.digit && (this.#goal === 'answer' || now.isAccepted);
      const count = this.#own.length;
      if (done) return text('fool.you-needed', { count });
      return text(now.digit === before.digit ? 'fool.you-still' : 'fool.you-refused', { count, digit: now.digit });
    }

    #machineResult() {
      if (this.#found === null) return '';
      if (this.#found.length === 0) return text('fool.gradient-none', { count: 40 });
      return text('fool.gradient-needed', { count: this.#found.length });
    }

    /** @param {number} i */
    #describe(i) {
      const { pixels } = /** @type {FoolContext} */ (this.#context);
      const isToggled = this.#own.includes(i);
      const ink = withToggles(pixels, isToggled ? [i] : [])[i];
      const values = { place: placeOf(i), share: MNIST.words.percent(ink / 255) };
      return text(`fool.pixel-${ink === 0 ? 'paper' : 'ink'}${isToggled ? '-toggled' : ''}`, values);
    }

    /** @returns {TableContent} */
    #table() {
      const { pixels } = /** @type {FoolContext} */ (this.#context);
      const rows = [[text('fool.you'), this.#own], [text('fool.gradient'), this.#found ?? []]].flatMap(([who, places]) => {
        return /** @type {number[]} */ (places).map((i, n) => {
          return [String(who), `${n + 1}`, placeOf(i), text(pixels[i] < 128 ? 'fool.became-ink' : 'fool.became-paper')];
        });
      });
      return { title: text('fool.toggled-table'), head: ['by', 'number', 'pixel', 'change'].map((name) => text(`fool.head-${name}`)), rows };
    }
  }

  /** @param {number[]} places */
  function countOf(places) {
    return text('fool.pixels-count', { count: places.length });
  }

  /** @param {number} i */
  function placeOf(i) {
    return text('fool.place', { row: Math.floor(i / SIDE), column: i % SIDE });
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Uint8Array} pixels With what is toggled.
   * @param {number[]} places Marked with a frame and a sign.
   */
  function paintToggles(canvas, pixels, places) {
    canvas.width = SIDE * CELL;
    canvas.height = SIDE * CELL;
    const context = contextOf(canvas);
    pixels.forEach((grey, i) => {
      const light = Math.max(grey, PAPER);
      context.fillStyle = `rgb(${light} ${light} ${light})`;
      context.fillRect((i % SIDE) * CELL, Math.floor(i / SIDE) * CELL, CELL, CELL);
    });
    for (const i of places) {
      const [x, y] = [(i % SIDE) * CELL, Math.floor(i / SIDE) * CELL];
      const isInk = pixels[i] > 0;
      context.fillStyle = isInk ? '#ff8c42' : '#10233f';
      context.fillRect(x, y, CELL, CELL);
      context.strokeStyle = isInk ? '#ffd9bf' : '#56a0ff';
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, CELL - 2, CELL - 2);
      context.fillStyle = isInk ? '#000' : '#fff';
      context.fillRect(x + 3, y + CELL / 2 - 1, CELL - 6, 2);
      if (isInk) context.fillRect(x + CELL / 2 - 1, y + 3, 2, CELL - 6);
    }
  }

  return { FoolPixels };
})());

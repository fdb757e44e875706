/**
 * Pure noise: images that nobody drew, what they are read as, and how many the page refuses.
 */
MNIST.add('learn', (() => {
  const { judge, noiseImage } = MNIST.nn;
  const { FoolExhibit, FoolTask, element, foolPanel, onChoice, onPress, paintGrey, partOf, percent } = MNIST.learn;
  const [COUNT, SHOWN] = [1000, 18];

  const TEXT = {
    title: 'Pure noise',
    question: 'Nobody drew these images. The network must still name one of ten digits. How sure is it, and does the page refuse?',
    means: 'Softmax shares out 100% among ten digits whatever comes in: confidence says which digit is likeliest if it is one, not whether it is one. A second judge, trained on digits and non-digits, has to say that.',
    limits: 'It does not mean that the detector is safe: noise is easy to refuse. What is made against it, as in “Dream”, is not.',
  };
  const BODY = `
    <fieldset class="choices">
      <legend>Noise</legend>
      <label><input type="radio" name="fool-noise" value="grey" checked> every pixel a random grey</label>
      <label><input type="radio" name="fool-noise" value="dots"> dots all over</label>
      <label><input type="radio" name="fool-noise" value="middle"> dots in the middle</label>
      <label><input type="radio" name="fool-noise" value="blobs"> blobs</label>
    </fieldset>
    <div class="fields fields-row fool-seeds">
      <label>Seed <input class="fool-seed" type="number" min="0" max="999999" step="1" value="1"></label>
      <button class="button fool-next" type="button">Next seed</button>
    </div>
    <p class="headline fool-result" role="status"></p>
    <div class="fool-noise">
      <div>
        <h4 id="fool-tally-title">1,000 images, by what is read</h4>
        <ol class="fool-tally" aria-labelledby="fool-tally-title"></ol>
        <p class="legend"><span class="fool-key-refused">refused</span><span class="fool-key-accepted">accepted</span>
          <button type="button" class="link-button" data-table="noise">Show as table</button></p>
      </div>
      <div>
        <h4 id="fool-gallery-title">The first 18; choose one</h4>
        <div class="fool-gallery" role="listbox" aria-labelledby="fool-gallery-title" tabindex="0"></div>
      </div>
      <figure class="fool-chosen"></figure>
    </div>`;

  class FoolNoise {
    panel = foolPanel(TEXT, BODY);
    #host;
    #chosen = new FoolExhibit(partOf(this.panel, '.fool-chosen', HTMLElement), 'This one');
    #seed = partOf(this.panel, '.fool-seed', HTMLInputElement);
    #tally = partOf(this.panel, '.fool-tally', HTMLElement);
    #gallery = partOf(this.panel, '.fool-gallery', HTMLElement);
    #result = partOf(this.panel, '.fool-result', HTMLElement);
    #task = new FoolTask(this.panel);
    /** @type {NoiseKind} */
    #kind = 'grey';
    #choice = 0;
    /** @type {FoolContext | null} */
    #context = null;
    /** @type {FoolTally} */
    #count = emptyTally();

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      onChoice(this.panel, 'fool-noise', (kind) => {
        this.#kind = /** @type {NoiseKind} */ (kind);
        this.#begin();
      });
      this.#seed.addEventListener('change', () => this.#begin());
      onPress(this.panel, '.fool-next', () => {
        this.#seed.value = String((this.#first + 1) % 1_000_000);
        this.#begin();
      });
      for (let n = 0; n < SHOWN; n++) {
        const tile = element('div', { class: 'fool-tile', role: 'option', id: `fool-tile-${n}` },
          element('canvas', { 'aria-hidden': 'true' }), element('span'));
        tile.addEventListener('click', () => this.#choose(n));
        this.#gallery.append(tile);
      }
      for (let digit = 0; digit < 10; digit++) {
        this.#tally.append(element('li', {}, element('b', {}, `${digit}`), element('span', { class: 'fool-tally-bar' }, element('i'), element('i')), element('span')));
      }
      this.#gallery.addEventListener('keydown', (event) => this.#press(event));
    }

    /** @param {FoolContext} context */
    render(context) {
      const before = this.#context;
      this.#context = context;
      if (before?.network !== context.network || this.#count.total < COUNT) this.#begin();
    }

    leave() {
      this.#task.stop();
    }

    /** @param {number} steps */
    go(steps) {
      this.#choose(Math.min(SHOWN - 1, Math.max(0, this.#choice + steps)));
    }

    /** @returns {Record<string, () => TableContent>} */
    get tables() {
      return { noise: () => this.#table() };
    }

    /** The seed of the first image. */
    get #first() {
      const { valueAsNumber } = this.#seed;
      return Number.isFinite(valueAsNumber) ? Math.min(999_999, Math.max(0, Math.floor(valueAsNumber))) : 1;
    }

    /** @param {number} n */
    #image(n) {
      // The next seed shows a thousand other images.
      return noiseImage(this.#kind, this.#first * 1000 + n);
    }

    #begin() {
      const context = this.#context;
      if (context === null) return;
      this.#count = emptyTally();
      [...this.#gallery.children].forEach((tile, n) => {
        const pixels = this.#image(n);
        const { digit, confidence, isAccepted } = judge(context.network, context.rejection, pixels);
        paintGrey(partOf(tile, 'canvas', HTMLCanvasElement), pixels, 28, 255);
        const answer = `${digit} · ${Math.round(100 * confidence)}%`;
        partOf(tile, 'span', HTMLElement).textContent = answer;
        tile.setAttribute('data-accepted', String(isAccepted));
        tile.setAttribute('aria-label', `${answer}, ${isAccepted ? 'accepted' : 'refused'}`);
      });
      this.#mark();
      this.#task.run(this.#judgeAll(context), () => {
        this.#show();
        this.#host.announce(this.#result.textContent ?? '');
      }, () => this.#show());
    }

    /**
     * @param {FoolContext} context
     * @returns {Generator<void, void>}
     */
    * #judgeAll({ network, rejection }) {
      const count = this.#count;
      for (let n = 0; n < COUNT; n++) {
        const { digit, confidence, isAccepted } = judge(network, rejection, this.#image(n));
        count.total++;
        count.confidence += confidence;
        if (confidence > 0.9) count.sure++;
        (isAccepted ? count.accepted : count.refused)[digit]++;
        yield;
      }
    }

    /** @param {number} n */
    #choose(n) {
      this.#choice = n;
      this.#mark();
    }

    #mark() {
      const context = this.#context;
      if (context === null) return;
      [...this.#gallery.children].forEach((tile, n) => tile.setAttribute('aria-selected', String(n === this.#choice)));
      this.#gallery.setAttribute('aria-activedescendant', `fool-tile-${this.#choice}`);
      const pixels = this.#image(this.#choice);
      this.#chosen.show(pixels, judge(context.network, context.rejection, pixels));
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const columns = getComputedStyle(this.#gallery).gridTemplateColumns.split(' ').length;
      const to = {
        ArrowLeft: this.#choice - 1, ArrowRight: this.#choice + 1, ArrowUp: this.#choice - columns,
        ArrowDown: this.#choice + columns, Home: 0, End: SHOWN - 1,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (to >= 0 && to < SHOWN) this.#choose(to);
    }

    #show() {
      const { total, accepted, refused, confidence, sure } = this.#count;
      const most = Math.max(1, ...accepted.map((number, digit) => number + refused[digit]));
      [...this.#tally.children].forEach((row, digit) => {
        const style = /** @type {HTMLElement} */ (row).style;
        style.setProperty('--refused', String(refused[digit] / most));
        style.setProperty('--accepted', String(accepted[digit] / most));
        /** @type {HTMLElement} */ (row.lastElementChild).textContent = String(accepted[digit] + refused[digit]);
      });
      const passed = accepted.reduce((sum, number) => sum + number, 0);
      const share = total === 0 ? 0 : confidence / total;
      const refusal = passed === 0 ? 'The page refuses them all.' : `The page refuses ${(total - passed).toLocaleString('en')} and accepts ${passed}.`;
      this.#result.textContent = `Of ${total.toLocaleString('en')} images ${sure.toLocaleString('en')} are read with more than 90% confidence; the mean is ${percent(share)}. ${refusal}`;
    }

    /** @returns {TableContent} */
    #table() {
      const { accepted, refused } = this.#count;
      const rows = accepted.map((number, digit) => [`${digit}`, `${number + refused[digit]}`, `${refused[digit]}`, `${number}`]);
      return { title: 'What 1,000 noise images are read as', head: ['digit', 'images', 'refused', 'accepted'], rows };
    }
  }

  /** @returns {FoolTally} */
  function emptyTally() {
    return { total: 0, confidence: 0, sure: 0, accepted: Array(10).fill(0), refused: Array(10).fill(0) };
  }

  return { FoolNoise };
})());

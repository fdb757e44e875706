/**
 * Pure noise: images that nobody drew, what they are read as, and how many the page refuses.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { judge, noiseImage } = MNIST.nn;
  const { FoolExhibit, FoolGallery, FoolTask, element, foolPanel, foolTexts, onChoice, onPress, partOf, percent } = MNIST.learn;
  const [COUNT, SHOWN] = [1000, 18];

  const TEXT = foolTexts('noise');
  const BODY = `
    <fieldset class="choices">
      <legend>${text('fool.noise-kind')}</legend>
      <label><input type="radio" name="fool-noise" value="grey" checked> ${text('fool.noise-grey')}</label>
      <label><input type="radio" name="fool-noise" value="dots"> ${text('fool.noise-dots')}</label>
      <label><input type="radio" name="fool-noise" value="middle"> ${text('fool.noise-middle')}</label>
      <label><input type="radio" name="fool-noise" value="blobs"> ${text('fool.noise-blobs')}</label>
    </fieldset>
    <div class="fields fields-row fool-seeds">
      <label>${text('fool.seed')} <input class="fool-seed" type="number" min="0" max="999999" step="1" value="1"></label>
      <button class="button fool-next" type="button">${text('fool.next-seed')}</button>
    </div>
    <p class="headline fool-result"></p>
    <div class="fool-noise">
      <div>
        <h4 id="fool-tally-title">${text('fool.tally-title')}</h4>
        <ol class="fool-tally" aria-labelledby="fool-tally-title"></ol>
        <p class="legend"><span class="fool-key-refused">${text('fool.refused-key')}</span><span class="fool-key-accepted">${text('fool.accepted-key')}</span>
          <button type="button" class="link-button" data-table="noise">${text('fool.show-table')}</button></p>
      </div>
      <div>
        <h4 id="fool-gallery-title">${text('fool.gallery-title')}</h4>
        <fieldset class="choices">
          <legend class="visually-hidden">${text('fool.which')}</legend>
          <label><input type="radio" name="fool-some" value="first" checked> ${text('fool.first')}</label>
          <label><input type="radio" name="fool-some" value="surest"> ${text('fool.surest')}</label>
          <label><input type="radio" name="fool-some" value="accepted"> ${text('fool.the-accepted')}</label>
        </fieldset>
        <p class="fine fool-none" hidden>${text('fool.accepts-none')}</p>
        <div class="fool-gallery" role="listbox" aria-labelledby="fool-gallery-title" tabindex="0"></div>
      </div>
      <figure class="fool-chosen"></figure>
    </div>`;

  class FoolNoise {
    panel = foolPanel(TEXT, BODY);
    #host;
    #chosen = new FoolExhibit(partOf(this.panel, '.fool-chosen', HTMLElement), text('fool.this-one'));
    #seed = partOf(this.panel, '.fool-seed', HTMLInputElement);
    #tally = partOf(this.panel, '.fool-tally', HTMLElement);
    #gallery = new FoolGallery(partOf(this.panel, '.fool-gallery', HTMLElement), SHOWN, ({ pixels, verdict }) => {
      this.#chosen.show(pixels, verdict);
    });
    #result = partOf(this.panel, '.fool-result', HTMLElement);
    #task = new FoolTask(this.panel);
    /** @type {NoiseKind} */
    #kind = 'grey';
    /** Which images the gallery shows. */
    #which = 'first';
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
      onChoice(this.panel, 'fool-some', (which) => {
        this.#which = which;
        this.#fill();
      });
      this.#seed.addEventListener('change', () => this.#begin());
      onPress(this.panel, '.fool-next', () => {
        this.#seed.value = String((this.#first + 1) % 1_000_000);
        this.#begin();
      });
      for (let digit = 0; digit < 10; digit++) {
        this.#tally.append(element('li', {}, element('b', {}, `${digit}`), element('span', { class: 'fool-tally-bar' }, element('i'), element('i')), element('span')));
      }
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
      this.#gallery.move(steps);
    }

    /** What is counted so far. */
    get tally() {
      return this.#count;
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
      this.#fill();
      this.#task.run(this.#judgeAll(context), () => {
        this.#show();
        if (this.#which !== 'first') this.#fill();
        this.#host.announce(this.#result.textContent ?? '');
      }, () => this.#show());
    }

    /** Shows images in the gallery; which of them are sure or accepted is known once all are judged. */
    #fill() {
      const context = this.#context;
      if (context === null) return;
      const { confidences, passed, total } = this.#count;
      const exhibits = shownOf(this.#which, confidences, passed).slice(0, SHOWN).map((n) => {
        const pixels = this.#image(n);
        return { pixels, verdict: judge(context.network, context.rejection, pixels) };
      });
      partOf(this.panel, '.fool-none', HTMLElement).hidden = exhibits.length > 0 || total < COUNT;
      this.#gallery.show(exhibits);
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
        count.confidences.push(confidence);
        if (isAccepted) count.passed.push(n);
        if (confidence > 0.9) count.sure++;
        (isAccepted ? count.accepted : count.refused)[digit]++;
        yield;
      }
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
      const passed = this.#count.passed.length;
      const share = total === 0 ? 0 : confidence / total;
      const values = { count: total, sure, share: percent(share), refused: total - passed, passed };
      this.#result.textContent = text(passed === 0 ? 'fool.noise-all-refused' : 'fool.noise-result', values);
    }

    /** @returns {TableContent} */
    #table() {
      const { accepted, refused } = this.#count;
      const rows = accepted.map((number, digit) => [`${digit}`, `${number + refused[digit]}`, `${refused[digit]}`, `${number}`]);
      return { title: text('fool.noise-table'), head: ['digit', 'images', 'refused', 'accepted'].map((name) => text(`fool.noise-head-${name}`)), rows };
    }
  }

  /**
   * @param {string} which
   * @param {number[]} confidences
   * @param {number[]} passed
   * @returns {number[]} The numbers of these images.
   */
  function shownOf(which, confidences, passed) {
    if (which === 'accepted') return passed;
    if (which === 'first') return Array.from({ length: SHOWN }, (_, n) => n);
    return Array.from(confidences.keys()).sort((one, other) => confidences[other] - confidences[one]);
  }

  /** @returns {FoolTally} */
  function emptyTally() {
    return { total: 0, confidence: 0, sure: 0, confidences: [], passed: [], accepted: Array(10).fill(0), refused: Array(10).fill(0) };
  }

  return { FoolNoise };
})());

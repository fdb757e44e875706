/**
 * An exhibit: one image as the network reads it, the answer, the ten probabilities, and whether the
 * page would refuse it.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { describeDoubt } = MNIST.ui;
  const { element, paintGrey, percent, plain } = MNIST.learn;
  /** The ends of the ruler of digit scores. */
  const [LOWEST, HIGHEST] = [-20, 20];

  /** @param {FoolVerdict} verdict */
  function refusalOf({ doubt, score, minScore }) {
    if (score === null || minScore === null) return text('fool.no-detector');
    const values = { score: plain(score, 1), least: plain(minScore, 1) };
    return doubt === null
      ? text('fool.would-accept', values) : text('fool.would-refuse', { ...values, doubt: describeDoubt(doubt) });
  }

  /**
   * @param {FoolVerdict} verdict
   * @returns {string} One sentence.
   */
  function foolSentence(verdict) {
    return text('fool.reads', { digit: verdict.digit, share: percent(verdict.confidence), refusal: refusalOf(verdict) });
  }

  /**
   * @param {FoolVerdict} verdict
   * @returns {string} A few words.
   */
  function foolWords({ digit, confidence, isAccepted }) {
    return text(isAccepted ? 'fool.reads-accepted' : 'fool.reads-refused', { digit, share: percent(confidence) });
  }

  class FoolExhibit {
    #figure;
    #canvas;
    #digit = element('b', { class: 'fool-digit' });
    #sure = element('span', { class: 'fool-sure' });
    #stamp = element('span', { class: 'fool-stamp' });
    #bars = element('ol', { class: 'fool-bars', 'aria-hidden': 'true' });
    #ruler = element('span', { class: 'fool-ruler', 'aria-hidden': 'true' }, element('i'), element('b'));
    #reason = element('p', { class: 'fool-reason' });

    /**
     * @param {HTMLElement} figure Is filled. A canvas that it has is left to others to paint.
     * @param {string} title
     */
    constructor(figure, title) {
      this.#figure = figure;
      const own = figure.querySelector('canvas');
      this.#canvas = own === null ? element('canvas', { role: 'img', 'aria-label': title }) : null;
      const image = this.#canvas ?? /** @type {HTMLElement} */ (own?.parentElement);
      figure.classList.add('fool-exhibit');
      figure.setAttribute('aria-label', title);
      for (let digit = 0; digit < 10; digit++) this.#bars.append(element('li', {}, element('span'), `${digit}`));
      figure.replaceChildren(
        element('p', { class: 'fool-title' }, title),
        image,
        element('figcaption', {},
          element('p', { class: 'fool-answer' }, this.#digit, this.#sure, this.#stamp),
          this.#bars, this.#ruler, this.#reason),
      );
    }

    /**
     * @param {Uint8Array} pixels
     * @param {FoolVerdict} verdict
     */
    show(pixels, verdict) {
      const { digit, confidence, probabilities, isAccepted, score, minScore } = verdict;
      if (this.#canvas !== null) {
        paintGrey(this.#canvas, pixels, 28, 255);
        this.#canvas.setAttribute('aria-label', foolSentence(verdict));
      }
      this.#figure.dataset.accepted = String(isAccepted);
      this.#digit.textContent = String(digit);
      this.#sure.textContent = percent(confidence);
      this.#stamp.textContent = text(isAccepted ? 'fool.accepted' : 'fool.refused');
      [...this.#bars.children].forEach((bar, k) => {
        /** @type {HTMLElement} */ (bar).style.setProperty('--share', String(probabilities[k]));
        bar.classList.toggle('is-answer', k === digit);
      });
      this.#ruler.hidden = score === null;
      this.#ruler.style.setProperty('--limit', String(onRuler(minScore ?? 0)));
      this.#ruler.style.setProperty('--score', String(onRuler(score ?? 0)));
      this.#reason.textContent = refusalOf(verdict);
    }
  }

  /**
   * @param {number} score
   * @returns {number} Its place from 0 to 1.
   */
  function onRuler(score) {
    return Math.min(1, Math.max(0, (score - LOWEST) / (HIGHEST - LOWEST)));
  }

  /**
   * @param {string} title
   * @param {[string, FoolVerdict][]} named
   * @returns {TableContent} Each image's ten probabilities, and what becomes of it.
   */
  function verdictTable(title, named) {
    const head = ['', ...named.map(([name]) => name)];
    const rows = Array.from({ length: 10 }, (_, digit) => {
      return [`${digit}`, ...named.map(([, { probabilities }]) => percent(probabilities[digit]))];
    });
    rows.push([text('fool.digit-score'), ...named.map(([, { score }]) => (score === null ? '–' : plain(score, 1)))]);
    rows.push([text('fool.least-score'), ...named.map(([, { minScore }]) => (minScore === null ? '–' : plain(minScore, 1)))]);
    rows.push([text('fool.page'), ...named.map(([, { isAccepted }]) => text(isAccepted ? 'fool.accepts' : 'fool.refuses'))]);
    return { title, head, rows };
  }

  return { FoolExhibit, foolSentence, foolWords, verdictTable };
})());

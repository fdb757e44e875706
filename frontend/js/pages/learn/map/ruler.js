/**
 * The ruler: the drawing's place among the scores of 1,000 digits, and the threshold below which an
 * image is refused.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { digitScore, doubtAbout } = MNIST.nn;
  const { describeDoubt } = MNIST.ui;
  const { element, mapWithArticle, percent, plain, signed } = MNIST.learn;
  const [LOW, HIGH, BARS] = [-20, 20, 40];
  const MARKS = [-20, -10, 0, 10, 20];

  /**
   * @param {FullPass} pass
   * @returns {ForwardPass}
   */
  function asForwardPass({ activations, sums, probabilities }) {
    return {
      hidden: activations.slice(1).map((a) => Float32Array.from(a)),
      logits: Float32Array.from(sums[sums.length - 1]),
      probabilities: Array.from(probabilities),
    };
  }

  /**
   * @param {number} score
   * @returns {number} Its place on the ruler, from 0 to 1.
   */
  function placeOnRuler(score) {
    return Math.min(Math.max((score - LOW) / (HIGH - LOW), 0), 1);
  }

  /**
   * @param {ReadonlyArray<MapAnswer>} answers
   * @returns {number[]} How many scores fall into each bar.
   */
  function mapHistogram(answers) {
    const counts = new Array(BARS).fill(0);
    for (const { score } of answers) counts[Math.min(Math.floor(placeOnRuler(score) * BARS), BARS - 1)]++;
    return counts;
  }

  class MapRuler {
    #verdict = elementById('map-verdict', HTMLElement);
    #ruler = elementById('map-ruler', HTMLElement);
    #bars = elementById('map-bars', HTMLElement);
    #threshold = elementById('map-threshold', HTMLElement);
    #needle = elementById('map-needle', HTMLElement);
    #note = elementById('map-ruler-note', HTMLElement);
    #rejection;
    /** @type {number[]} */
    #counts = [];
    /** Sorted. @type {number[]} */
    #scores = [];

    /** @param {Rejection} rejection */
    constructor(rejection) {
      this.#rejection = rejection;
      this.#threshold.style.left = `${100 * placeOnRuler(rejection.minScore)}%`;
      const scale = elementById('map-scale', HTMLElement);
      for (const mark of MARKS) {
        const number = element('span', {}, signed(mark, 0));
        number.style.left = `${100 * placeOnRuler(mark)}%`;
        scale.append(number);
      }
    }

    /**
     * @param {MapSurvey} survey
     * @param {boolean} isEdited
     */
    survey({ answers }, isEdited) {
      const { minScore } = this.#rejection;
      this.#counts = mapHistogram(answers);
      this.#scores = answers.map(({ score }) => score).sort((one, other) => one - other);
      const max = Math.max(...this.#counts);
      this.#bars.replaceChildren(...this.#counts.map((count, k) => {
        const isRefused = LOW + ((k + 1) * (HIGH - LOW)) / BARS <= minScore;
        const bar = element('span');
        bar.classList.toggle('is-refused', isRefused);
        bar.classList.toggle('is-empty', count === 0);
        bar.style.height = `max(3px, ${(100 * count) / max}%)`;
        return bar;
      }));
      const low = answers.filter(({ score }) => score < minScore).length;
      const doubtful = answers.filter(({ score, isAccepted }) => score >= minScore && !isAccepted).length;
      const sentences = [text('map.refusals', { low, threshold: plain(minScore), doubtful, all: answers.length })];
      if (isEdited) sentences.push(text('map.edited'));
      this.#note.textContent = sentences.join(text('common.between-sentences'));
    }

    /**
     * @param {LearnState} state
     * @param {boolean} isEmpty
     */
    render({ pass, pixels }, isEmpty) {
      this.#needle.hidden = isEmpty;
      if (isEmpty) {
        this.#verdict.textContent = text('map.draw-score');
        return;
      }
      const forward = asForwardPass(pass);
      const score = digitScore(this.#rejection, forward);
      const doubt = doubtAbout(this.#rejection, forward, pixels);
      this.#needle.style.left = `${100 * placeOnRuler(score)}%`;
      this.#needle.style.setProperty('--at', String(placeOnRuler(score)));
      const below = this.#scores.filter((other) => other < score).length;
      const name = mapWithArticle(forward.probabilities.indexOf(Math.max(...forward.probabilities)));
      const share = percent(Math.max(...forward.probabilities));
      const place = text('map.place', { score: plain(score, 1), count: below, all: this.#scores.length });
      const sentences = [place];
      if (doubt === null) sentences.push(text('map.would-read', { name }));
      else {
        const isLow = score < this.#rejection.minScore;
        sentences.push(text(isLow ? 'map.refused-low' : 'map.refused-close', { name, share }), describeDoubt(doubt));
      }
      this.#verdict.textContent = sentences.join(text('common.between-sentences'));
      this.#verdict.classList.toggle('is-refusal', doubt !== null);
      this.#needle.classList.toggle('is-refusal', doubt !== null);
      this.#ruler.setAttribute('aria-label', [text('map.scores'), place].join(text('map.title-end')));
    }

    /** @returns {TableContent} */
    table() {
      const rows = this.#counts.flatMap((count, k) => {
        const from = LOW + (k * (HIGH - LOW)) / BARS;
        return count === 0 ? [] : [[text('map.from-to', { from: plain(from, 0), to: plain(from + (HIGH - LOW) / BARS, 0) }), String(count)]];
      });
      return { title: text('map.scores'), head: [text('map.score'), text('map.head-digits')], rows };
    }
  }

  return { MapRuler, mapHistogram };
})());

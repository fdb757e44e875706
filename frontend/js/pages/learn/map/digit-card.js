/**
 * One digit of the map: its label, what the network reads, how sure it is.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { digitAt, element, mapThumbnail, mapWithArticle, percent, plain } = MNIST.learn;

  /**
   * @param {number} n
   * @param {number} label
   * @param {MapAnswer} answer
   * @returns {string}
   */
  function mapDescribe(n, label, { digit, sureness }) {
    const values = { n, is: mapWithArticle(label), read: mapWithArticle(digit), share: percent(sureness) };
    return text(digit === label ? 'map.digit-right' : 'map.digit-misread', values);
  }

  class MapDigitCard {
    #hint = elementById('map-digit-hint', HTMLElement);
    #card = elementById('map-digit', HTMLElement);
    #image = elementById('map-digit-image', HTMLCanvasElement);
    #sentence = elementById('map-digit-sentence', HTMLElement);
    #facts = elementById('map-digit-facts', HTMLElement);

    /**
     * @param {DigitSet} digits
     * @param {number} n Which of them.
     * @param {MapSurvey} survey
     * @param {{numbers: string, distance: number | null}} apart How far it is from the drawing.
     */
    render(digits, n, { answers }, { numbers, distance }) {
      this.#hint.hidden = true;
      this.#card.hidden = false;
      const label = digits.labels[n];
      const answer = answers[n];
      mapThumbnail(this.#image, digitAt(digits, n), label);
      this.#image.setAttribute('aria-label', text('map.test-digit', { n }));
      const sentence = mapDescribe(n, label, answer);
      if (this.#sentence.textContent !== sentence) this.#sentence.textContent = sentence;
      this.#sentence.classList.toggle('is-refusal', answer.digit !== label);
      /** @type {[string, string][]} */
      const facts = [
        [text('map.score'), Number.isNaN(answer.score) ? '–' : text(answer.isAccepted ? 'map.is-accepted' : 'map.is-refused', { score: plain(answer.score, 1) })],
        [text('map.distance-to', { numbers }), distance === null ? '–' : plain(distance)],
      ];
      this.#facts.replaceChildren(...facts.map(([name, value]) => {
        return element('div', {}, element('dt', {}, name), element('dd', {}, value));
      }));
    }
  }

  return { MapDigitCard, mapDescribe };
})());

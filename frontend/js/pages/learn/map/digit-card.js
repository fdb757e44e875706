/**
 * One digit of the map: its label, what the network reads, how sure it is.
 */
MNIST.add('learn', (() => {
  const { elementById } = MNIST.core;
  const { digitAt, element, mapThumbnail, mapWithArticle, percent, plain } = MNIST.learn;

  /**
   * @param {number} n
   * @param {number} label
   * @param {MapAnswer} answer
   * @returns {string}
   */
  function mapDescribe(n, label, { digit, sureness }) {
    const end = digit === label ? '' : ' Misread.';
    return `Test digit ${n} is ${mapWithArticle(label)}. The network reads ${mapWithArticle(digit)}, ${percent(sureness)} sure.${end}`;
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
      this.#image.setAttribute('aria-label', `Test digit ${n}`);
      const sentence = mapDescribe(n, label, answer);
      if (this.#sentence.textContent !== sentence) this.#sentence.textContent = sentence;
      this.#sentence.classList.toggle('is-refusal', answer.digit !== label);
      /** @type {[string, string][]} */
      const facts = [
        ['score', Number.isNaN(answer.score) ? '–' : `${plain(answer.score, 1)}, ${answer.isAccepted ? 'accepted' : 'refused'}`],
        [`distance to your drawing, by the ${numbers}`, distance === null ? '–' : plain(distance)],
      ];
      this.#facts.replaceChildren(...facts.map(([name, value]) => {
        return element('div', {}, element('dt', {}, name), element('dd', {}, value));
      }));
    }
  }

  return { MapDigitCard, mapDescribe };
})());

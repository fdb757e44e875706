/**
 * One digit of the map: its label, what the network reads, how sure it is.
 */
MNIST.add('learn', (() => {
  const { elementById } = MNIST.core;
  const { MAP_SPACES, digitAt, element, mapThumbnail, mapWithArticle, percent, plain } = MNIST.learn;

  /** A table of all would take longer than a frame. */
  const MAX_ROWS = 200;

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
        ['score', `${plain(answer.score, 1)}, ${answer.reason === '' ? 'accepted' : 'refused'}`],
        [`distance to your drawing, by the ${numbers}`, distance === null ? '–' : plain(distance)],
      ];
      this.#facts.replaceChildren(...facts.map(([name, value]) => {
        return element('div', {}, element('dt', {}, name), element('dd', {}, value));
      }));
    }
  }

  /**
   * @param {MapSheet} sheet
   * @param {Uint8Array} labels
   * @param {(n: number) => boolean} isShown
   * @param {MapPlace | null} near Those on the map next to this place come first.
   * @returns {TableContent} The digits of the map.
   */
  function mapTable({ plane: { places }, survey: { answers }, space }, labels, isShown, near) {
    const { scale, numbers } = MAP_SPACES[space];
    const [x, y] = near ?? [0, 0];
    const order = Array.from(labels.keys()).filter(isShown)
      .map((n) => ({ n, distance: Math.hypot(places[2 * n] - x, places[2 * n + 1] - y) }))
      .sort((one, other) => one.distance - other.distance);
    const rows = order.slice(0, MAX_ROWS).map(({ n }) => {
      const { digit, sureness, score } = answers[n];
      const place = [places[2 * n], places[2 * n + 1]].map((value) => plain(value / scale));
      return [String(n), String(labels[n]), String(digit), percent(sureness), plain(score, 1), ...place];
    });
    const title = `${rows.length} of ${order.length} digits, placed by the ${numbers}`
      + (near === null ? '' : '; those next to your drawing on the map first');
    return { title, head: ['test digit', 'label', 'read as', 'sure', 'score', 'x', 'y'], rows };
  }

  return { MapDigitCard, mapDescribe, mapTable };
})());

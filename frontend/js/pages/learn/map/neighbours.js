/**
 * The drawing's nearest training digits, with their distances, and what most of them are.
 */
MNIST.add('learn', (() => {
  const { elementById } = MNIST.core;
  const { digitAt, element, mapThumbnail, plain } = MNIST.learn;

  /** @param {number} digit */
  const withArticle = (digit) => (digit === 8 ? 'an 8' : `a ${digit}`);

  class MapNeighboursPanel {
    /** One for each neighbour. @type {{canvas: HTMLCanvasElement, label: HTMLElement, distance: HTMLElement, shown: number}[]} */
    #items = [];
    /** @type {MapNeighbours | null} */
    #found = null;
    #numbers = '';
    #votes = elementById('map-votes', HTMLElement);
    #list = elementById('map-neighbours', HTMLElement);
    #note = elementById('map-neighbours-note', HTMLElement);

    /** @returns {string} For people. */
    get sentence() {
      return this.#votes.textContent ?? '';
    }

    /**
     * @param {MapNeighbours | null} found null if nothing is drawn.
     * @param {MapSpace} space
     * @param {DigitSet} training
     * @param {number} digit What the network reads.
     * @param {boolean} isOnMap Whether the map shows where they are.
     */
    render(found, { numbers }, training, digit, isOnMap) {
      this.#found = found;
      this.#numbers = numbers;
      this.#list.hidden = found === null;
      const count = training.labels.length.toLocaleString('en');
      this.#note.textContent = `Of ${count} of MNIST’s training digits, by the ${numbers}. Distances count all of `
        + 'these numbers: what is near need not look near on the map'
        + (isOnMap ? ', where dashed lines lead to their places.' : '.');
      if (found === null) {
        this.#votes.textContent = 'Draw a digit to see which training digits are nearest.';
        return;
      }
      const { nearest, label, votes } = found;
      const name = withArticle(label);
      const agrees = label === digit ? `The network reads ${name} too.` : `But the network reads ${withArticle(digit)}.`;
      const verb = votes === 1 ? 'is' : 'are';
      this.#votes.textContent = `${votes} of ${nearest.length} neighbours ${verb} ${name}. ${agrees}`;
      nearest.forEach((neighbour, k) => this.#show(k, neighbour, training));
    }

    /**
     * @param {number} k
     * @param {MapNeighbour} neighbour
     * @param {DigitSet} training
     */
    #show(k, { index, label, distance }, training) {
      const item = this.#items[k] ?? this.#add(k);
      item.distance.textContent = plain(distance);
      if (item.shown === index) return;
      item.shown = index;
      item.label.textContent = String(label);
      mapThumbnail(item.canvas, digitAt(training, index), label);
    }

    /** @param {number} k */
    #add(k) {
      const canvas = element('canvas', { width: '28', height: '28', 'aria-hidden': 'true' });
      const label = element('b');
      const distance = element('span');
      const hidden = element('span', { class: 'visually-hidden' }, ', distance ');
      this.#list.append(element('li', {}, canvas, element('span', { class: 'map-neighbour-text' }, label, hidden, distance)));
      return (this.#items[k] = { canvas, label, distance, shown: -1 });
    }

    /** @returns {TableContent} */
    table() {
      const rows = (this.#found?.nearest ?? []).map(({ index, label, distance }, k) => {
        return [String(k + 1), String(index), String(label), plain(distance, 4)];
      });
      return {
        title: `Nearest training digits, by the ${this.#numbers}`,
        head: ['', 'training digit', 'label', 'distance'],
        rows,
      };
    }
  }

  return { MapNeighboursPanel, mapWithArticle: withArticle };
})());

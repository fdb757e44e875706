/**
 * The drawing's nearest training digits, with their distances, and what most of them are.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { digitAt, element, mapThumbnail, plain } = MNIST.learn;

  /** Among fewer training digits the neighbours may still change. */
  const ALL = 5000;

  /** @param {number} digit */
  const withArticle = (digit) => text('common.a-digit', { count: digit });

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
      const count = training.labels.length;
      this.#note.textContent = text(isOnMap ? 'map.note-on-map' : 'map.note', { count, numbers });
      if (found === null) {
        this.#votes.textContent = text('map.draw');
        return;
      }
      const { nearest, label, votes } = found;
      const isFirst = count < ALL;
      const values = { count: votes, all: nearest.length, is: withArticle(label), digits: count };
      this.#votes.textContent = [
        text(isFirst ? 'map.votes-first' : 'map.votes', values),
        label === digit ? text('map.agrees', values) : text('map.disagrees', { reads: withArticle(digit) }),
      ].join(text('common.between-sentences'));
      this.#votes.classList.toggle('is-provisional', isFirst);
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
      const hidden = element('span', { class: 'visually-hidden' }, text('map.distance-aloud'));
      this.#list.append(element('li', {}, canvas, element('span', { class: 'map-neighbour-text' }, label, hidden, distance)));
      return (this.#items[k] = { canvas, label, distance, shown: -1 });
    }

    /** @returns {TableContent} */
    table() {
      const rows = (this.#found?.nearest ?? []).map(({ index, label, distance }, k) => {
        return [String(k + 1), String(index), String(label), plain(distance, 4)];
      });
      return {
        title: text('map.nearest-table', { numbers: this.#numbers }),
        head: ['', text('map.head-training'), text('map.head-label'), text('map.head-distance')],
        rows,
      };
    }
  }

  return { MapNeighboursPanel, mapWithArticle: withArticle };
})());

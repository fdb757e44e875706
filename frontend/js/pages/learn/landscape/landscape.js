/**
 * The loss around the current weights, as a map of two random directions.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { countParameters, sizesOf } = MNIST.nn;
  const { LossLandscape, TileGrid, element, gridTable, paintGrey, placeOfPoint, signed } = MNIST.learn;
  /** How long it works before it gives way, in milliseconds. */
  const SLICE = 8;
  /** Bands of equal loss show the shape, as on a hiker's map. */
  const BANDS = 14;
  const { side: SIDE } = LossLandscape;
  const MARKUP = `<summary>${text('race.loss-title')}</summary>
    <p>${text('race.loss-lead')}</p>
    <div class="controls">
      <button id="landscape-look" class="button button-primary" type="button">${text('race.look')}</button>
      <button id="landscape-other" class="button" type="button">${text('race.other')}</button>
    </div>
    <figure id="landscape-figure" class="landscape-figure" aria-labelledby="landscape-caption" hidden>
      <div class="grid-box landscape-grid"><canvas id="landscape-map" width="${SIDE}" height="${SIDE}" aria-label="${text('race.loss-map')}"></canvas></div>
      <figcaption><span id="landscape-caption"></span> <button id="landscape-table" type="button" class="link-button">${text('watch.show-table')}</button></figcaption>
    </figure>
    <p id="landscape-point" class="fine"></p>
    <p id="landscape-report" class="headline" role="status"></p>`;

  class WatchLandscape {
    #digits;
    #network;
    #details;
    #grid;
    #seed = 1;
    #isOpen = true;
    /** @type {MNIST.learn.LossLandscape | null} */
    #landscape = null;

    /**
     * @param {HTMLElement} container
     * @param {StageHost} host
     * @param {DigitSet} digits Those that the network trains on.
     * @param {() => Network} network As it is now.
     */
    constructor(container, host, digits, network) {
      this.#digits = digits;
      this.#network = network;
      this.#details = element('details', { class: 'bench landscape' });
      this.#details.innerHTML = MARKUP;
      container.append(this.#details);
      const shape = { columns: SIDE, count: SIDE * SIDE };
      this.#grid = new TileGrid(
        elementById('landscape-map', HTMLCanvasElement), shape, (point) => this.#describe(point), (point) => this.#choose(point),
      );
      elementById('landscape-look', HTMLButtonElement).addEventListener('click', () => this.#look());
      elementById('landscape-other', HTMLButtonElement).addEventListener('click', () => {
        this.#seed++;
        this.#look();
      });
      elementById('landscape-table', HTMLButtonElement).addEventListener('click', () => {
        const losses = this.#landscape?.losses ?? [];
        host.tables.open(gridTable(losses, SIDE, text('race.loss-map'), (loss) => (Number.isNaN(loss) ? '' : number(loss, 2))));
      });
    }

    /** Another tab has been chosen. */
    pause() {
      this.#isOpen = false;
    }

    /** The tab has been chosen again. */
    resume() {
      if (this.#isOpen) return;
      this.#isOpen = true;
      if (this.#landscape !== null) this.#workOn(this.#landscape);
    }

    #look() {
      const network = this.#network();
      this.#landscape = new LossLandscape(network, this.#digits, this.#seed);
      elementById('landscape-report', HTMLElement).textContent = '';
      elementById('landscape-point', HTMLElement).textContent = '';
      elementById('landscape-caption', HTMLElement).textContent =
        text('race.loss-caption', { count: countParameters(sizesOf(network)) });
      elementById('landscape-figure', HTMLElement).hidden = false;
      this.#grid.mark(null);
      this.#workOn(this.#landscape);
    }

    /** @param {MNIST.learn.LossLandscape} landscape */
    #workOn(landscape) {
      if (landscape !== this.#landscape || !this.#isOpen || landscape.isDone) return;
      landscape.work(SLICE);
      this.#paint(landscape);
      if (landscape.isDone) elementById('landscape-report', HTMLElement).textContent = describeLandscape(landscape);
      setTimeout(() => this.#workOn(landscape));
    }

    /** @param {MNIST.learn.LossLandscape} landscape */
    #paint({ losses, stride }) {
      const known = losses.filter((loss) => Number.isFinite(loss));
      const [low, high] = [Math.log(Math.min(...known)), Math.log(Math.max(...known))];
      const shades = Array.from(losses, (_, point) => {
        const [row, column] = [Math.floor(point / SIDE), point % SIDE];
        const exact = losses[point];
        const loss = Number.isNaN(exact) ? losses[(row - (row % stride)) * SIDE + column - (column % stride)] : exact;
        const height = high > low ? (Math.log(Math.max(loss, Number.MIN_VALUE)) - low) / (high - low) : 0;
        return Math.min(Math.ceil(BANDS * height) / BANDS, 1) || 0;
      });
      paintGrey(elementById('landscape-map', HTMLCanvasElement), shades, SIDE, 1);
    }

    /** @param {number} point */
    #describe(point) {
      const loss = this.#landscape?.losses[point] ?? NaN;
      const { first, second } = placeOfPoint(point);
      const place = { first: signed(first, 1), second: signed(second, 1) };
      if (Number.isNaN(loss)) return text('race.point-unknown', place);
      return text('race.point', { loss: number(loss, 3), ...place });
    }

    /** @param {number} point */
    #choose(point) {
      this.#grid.mark(point);
      const said = this.#describe(point);
      elementById('landscape-point', HTMLElement).textContent = `${said}.`;
    }
  }

  /**
   * @param {Pick<MNIST.learn.LossLandscape, 'losses' | 'here'>} landscape
   * @returns {string}
   */
  function describeLandscape({ losses, here }) {
    const [low, high] = [Math.min(...losses), Math.max(...losses)];
    const values = { here: number(here, 3), points: losses.length, low: number(low, 3), high: number(high, 2) };
    return low >= 0.98 * here ? text('race.bottom', values) : text('race.way-down', values);
  }

  return { WatchLandscape, describeLandscape };
})());

/**
 * The pictures of a training: curves, ribbon, tiles. The network is surveyed in slices, one for each
 * frame, so that drawing never waits.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const {
    WatchSurvey, WatchTiles, describeRibbon, describeTile, gridTable, paintAccuracy, paintLoss, paintRibbon, percent,
    signed, tileOf,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  /** Tiles are painted at most so often, and pictures described, in milliseconds. */
  const [TILES_REST, TEXT_REST] = [100, 1_000];

  class WatchPictures {
    #accuracy = elementById('watch-accuracy', HTMLCanvasElement);
    #loss = elementById('watch-losses', HTMLCanvasElement);
    #ribbon = elementById('watch-ribbon', HTMLCanvasElement);
    #tileText = elementById('watch-tile-text', HTMLElement);
    #branchKey = /** @type {HTMLElement} */ (document.querySelector('.watch-key.is-branch'));
    #tiles;
    #repaint;
    /** @type {DigitSet | null} */
    #digits = null;
    /** @type {MNIST.learn.WatchSurvey | null} */
    #survey = null;
    /** The network that is surveyed, or was last. @type {Network | null} */
    #surveyed = null;
    /** @type {WatchView | null} What the tiles show. */
    #view = null;
    /** What the plots show. @type {unknown[]} */
    #painted = [];
    #tilesAt = -Infinity;
    #textAt = -Infinity;
    /** The neuron whose tile is chosen. */
    selected = 0;
    /** @type {WatchSurveyed | null} */
    result = null;
    /** @type {WatchView['mode']} */
    #mode = 'patterns';

    /** @param {() => void} repaint */
    constructor(repaint) {
      this.#repaint = repaint;
      this.#tiles = new WatchTiles(elementById('watch-tiles', HTMLElement), (neuron) => {
        this.selected = neuron;
        this.#tilesAt = -Infinity;
        repaint();
      });
      for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name="watch-tiles"]'))) {
        radio.addEventListener('change', () => {
          this.#mode = /** @type {WatchView['mode']} */ (radio.value);
          this.#view = null;
          repaint();
        });
      }
    }

    /** @param {DigitSet} digits Which the network is surveyed on. */
    set digits(digits) {
      this.#digits = digits;
    }

    /** The network is another one. */
    forget() {
      this.#survey = null;
      this.#surveyed = null;
      this.#view = null;
      this.result = null;
    }

    /**
     * @param {MNIST.learn.WatchRun} run
     * @param {WatchFrame | null} frame The moment that one has gone back to.
     */
    showPlots(run, frame) {
      run.recallProbes();
      this.#paintPlots(run.history, frame?.epoch ?? null);
      this.#describe(run);
    }

    /**
     * @param {MNIST.learn.WatchRun} run
     * @param {WatchFrame | null} frame The moment that one has gone back to.
     */
    showTiles(run, frame) {
      const network = frame?.network ?? run.network;
      this.#lookAt(network);
      this.#showTiles(network, run.initial);
    }

    /**
     * @param {MNIST.learn.WatchHistory} history
     * @param {number | null} cursor
     */
    #paintPlots(history, cursor) {
      const { theme } = document.documentElement.dataset;
      const key = [history.last, history.branches, cursor, theme, this.#accuracy.clientWidth, window.devicePixelRatio];
      if (key.every((part, k) => part === this.#painted[k])) return;
      this.#painted = key;
      paintAccuracy(this.#accuracy, history, cursor);
      paintLoss(this.#loss, history, cursor);
      paintRibbon(this.#ribbon, history, cursor);
      this.#branchKey.hidden = history.branches.length === 0;
    }

    /** @param {Network} network */
    #lookAt(network) {
      if (this.#digits === null) return;
      if (this.#survey === null) {
        if (this.#surveyed === network) return;
        this.#surveyed = network;
        this.#survey = new WatchSurvey(network, this.#digits);
      }
      this.#survey.advance();
      if (this.#survey.isDone) {
        this.result = this.#survey.result();
        this.#survey = null;
      }
      this.#repaint();
    }

    /**
     * @param {Network} network
     * @param {Network} initial
     */
    #showTiles(network, initial) {
      const view = { network, initial, surveyed: this.result, mode: this.#mode };
      const isNew = this.#view === null || this.#view.surveyed !== view.surveyed
        || (this.#mode !== 'patterns' && this.#view.network !== network);
      if (isNew || this.#tilesAt === -Infinity) {
        const now = performance.now();
        if (now - this.#tilesAt < TILES_REST) this.#repaint();
        else {
          this.#tilesAt = now;
          this.#view = view;
          this.#tiles.show(view, this.selected);
          this.#tileText.textContent = describeTile(view, Math.min(this.selected, network.layers[0].outputs - 1));
        }
      }
    }

    /** @param {MNIST.learn.WatchRun} run */
    #describe({ history, isRunning }) {
      const now = performance.now();
      if (isRunning && now - this.#textAt < TEXT_REST) return;
      this.#textAt = now;
      const { last } = history;
      const test = last === null || last.test === null ? text('watch.not-measured') : percent(last.test);
      const epoch = number(last?.epoch ?? 0, 2);
      const training = last === null || last.accuracy === null ? text('watch.not-trained') : percent(last.accuracy);
      this.#accuracy.setAttribute('aria-label', text('watch.accuracy-label', { test, training, epoch }));
      const loss = last?.loss == null ? text('watch.none-yet') : number(last.loss, 4);
      this.#loss.setAttribute('aria-label', text('watch.loss-label', { loss, epoch }));
      this.#ribbon.setAttribute('aria-label', describeRibbon(history.points));
    }

    /** @returns {TableContent} The numbers of the selected tile. */
    tileTable() {
      const view = /** @type {WatchView} */ (this.#view);
      const values = tileOf(view, Math.min(this.selected, view.network.layers[0].outputs - 1));
      return gridTable(values, 28, describeTile(view, this.selected), (value) => signed(value, 3));
    }
  }

  return { WatchPictures };
})());

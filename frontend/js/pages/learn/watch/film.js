/**
 * The film strip: one neuron through time, and a slider to go back to any frame. A branch goes on from
 * there, and what came after stays as a grey curve.
 */
MNIST.add('learn', (() => {
  const { paintSigned, percent, tileOf } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { number, text } = MNIST.words;
  const SIDE = 28;
  const PITCH = SIDE + 1;

  const FILM_MARKUP = `
    <section class="watch-film" aria-labelledby="watch-film-title">
      <h3 id="watch-film-title">${text('watch.film')}</h3>
      <p class="fine">${text('watch.film-text')}
        <button type="button" class="link-button" data-table="film">${text('watch.show-table')}</button></p>
      <div id="watch-film-box" class="watch-film-box">
        <canvas id="watch-strip" role="img" aria-label="${text('watch.film-strip')}"></canvas>
        <input id="watch-frame" type="range" min="0" max="0" step="1" value="0" aria-label="${text('watch.film-frame')}">
      </div>
      <div class="controls">
        <output id="watch-frame-text" for="watch-frame"></output>
        <button id="watch-branch" class="button" type="button">${text('watch.branch')}</button>
        <button id="watch-now" class="button button-quiet" type="button">${text('watch.back-now')}</button>
      </div>
    </section>`;

  class WatchFilm {
    #canvas = elementById('watch-strip', HTMLCanvasElement);
    #slider = elementById('watch-frame', HTMLInputElement);
    #text = elementById('watch-frame-text', HTMLOutputElement);
    #branch = elementById('watch-branch', HTMLButtonElement);
    #now = elementById('watch-now', HTMLButtonElement);
    #box = elementById('watch-film-box', HTMLElement);
    /** @type {ReadonlyArray<WatchFrame>} */
    #frames = [];
    /** What the strip shows. @type {unknown[]} */
    #painted = [];

    /**
     * @param {(frame: WatchFrame | null) => void} look null: at the network as it is now.
     * @param {(frame: WatchFrame) => void} branch
     */
    constructor(look, branch) {
      this.#slider.addEventListener('input', () => look(this.#frames[Number(this.#slider.value)] ?? null));
      this.#now.addEventListener('click', () => look(null));
      this.#branch.addEventListener('click', () => {
        const frame = this.#frames[Number(this.#slider.value)];
        if (frame !== undefined) branch(frame);
      });
    }

    /**
     * @param {MNIST.learn.WatchRun} run
     * @param {WatchFrame | null} shown
     * @param {number} selected The neuron.
     */
    show(run, shown, selected) {
      this.#frames = run.frames.all;
      const count = this.#frames.length;
      this.#slider.max = String(count); // the last place is now
      const at = shown === null ? count : this.#frames.indexOf(shown);
      this.#slider.value = String(at);
      this.#text.textContent = shown === null
        ? text('watch.now')
        : text('watch.frame', { epoch: number(shown.epoch, 2), step: shown.step, frame: at + 1, frames: count });
      this.#slider.setAttribute('aria-valuetext', this.#text.textContent);
      for (const button of [this.#branch, this.#now]) button.hidden = shown === null;
      this.#paint(run, Math.min(selected, run.network.layers[0].outputs - 1));
    }

    /**
     * @param {MNIST.learn.WatchRun} run
     * @param {number} neuron
     */
    #paint({ initial, frames, network, isRunning }, neuron) {
      // While it runs, the last frame follows with each new one that is kept.
      const key = [neuron, initial, frames.all.at(-1), isRunning ? null : network];
      if (key.every((part, k) => part === this.#painted[k])) return;
      this.#painted = key;
      const shown = [...frames.all.map((frame) => frame.network), network];
      const columns = shown.length * PITCH;
      const values = new Float32Array(columns * SIDE);
      shown.forEach((then, k) => {
        const tile = tileOf({ network: then, initial, surveyed: null, mode: 'change' }, neuron);
        const scale = 1 / MNIST.learn.largest(tile);
        tile.forEach((value, i) => {
          values[Math.floor(i / SIDE) * columns + k * PITCH + (i % SIDE)] = value * scale;
        });
      });
      paintSigned(this.#canvas, values, columns, 1);
      this.#box.style.setProperty('--frames', String(shown.length));
    }
  }

  /**
   * @param {MNIST.learn.WatchRun} run
   * @returns {TableContent} The frames of its film.
   */
  function filmTable({ frames, history }) {
    const rows = frames.all.map(({ step, epoch }, k) => {
      const test = history.tests.filter((one) => one.step <= step).at(-1);
      return [String(k + 1), number(epoch, 2), number(step), test === undefined ? '' : percent(test.accuracy)];
    });
    const head = ['frame', 'epoch', 'step', 'test-accuracy'].map((name) => text(`watch.column-${name}`));
    return { title: text('watch.film'), head, rows };
  }

  return { FILM_MARKUP, WatchFilm, filmTable };
})());

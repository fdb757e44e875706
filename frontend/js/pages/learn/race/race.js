/**
 * Race: up to four recipes side by side, from the same seed and on the same digits.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const {
    RACE_LINES, RaceLanes, WATCH_PRESETS, WATCH_START, describeRace, element, paintRace, percent, raceTable, settingsOf,
  } = MNIST.learn;
  /** How long it works before it gives way, in milliseconds. */
  const SLICE = 8;
  const FIRST_CHOICES = ['plain', 'momentum', 'adam', ''];
  const OWN = { id: 'own', name: text('race.own') };

  const keyOf = (/** @type {number} */ lane) => {
    const { colour, dash } = RACE_LINES[lane];
    return `<svg viewBox="0 0 40 6" aria-hidden="true"><path d="M0 3h40" stroke="var(${colour})" stroke-dasharray="${dash.join(' ')}"/></svg>`;
  };
  const options = [...WATCH_PRESETS, OWN].map(({ id, name }) => `<option value="${id}">${name}</option>`).join('');
  const LANES = RACE_LINES.map((_, lane) => `<li>${keyOf(lane)}<label>${text('race.lane', { lane: lane + 1 })}
    <select id="race-lane-${lane}"><option value="">${text('race.nobody')}</option>${options}</select></label>
    <output id="race-result-${lane}"></output></li>`).join('');
  const MARKUP = `<summary>${text('race.title')}</summary>
    <p>${text('race.lead')}</p>
    <ol class="race-lanes">${LANES}</ol>
    <div class="controls">
      <button id="race-start" class="button button-primary" type="button">${text('race.start')}</button>
      <label class="watch-field">${text('race.length')} <select id="race-epochs">
        <option value="1">${text('race.epochs', { count: 1 })}</option><option value="3" selected>${text('race.epochs', { count: 3 })}</option><option value="10">${text('race.epochs', { count: 10 })}</option>
      </select></label>
    </div>
    <fieldset class="choices"><legend>${text('race.compare')}</legend>
      <label><input type="radio" name="race-axis" value="images" checked> ${text('race.images')}</label>
      <label><input type="radio" name="race-axis" value="steps"> ${text('race.steps')}</label>
      <label><input type="radio" name="race-axis" value="milliseconds"> ${text('race.milliseconds')}</label>
    </fieldset>
    <figure class="watch-plot" aria-labelledby="race-plot-name">
      <figcaption><span id="race-plot-name">${text('race.plot')}</span> <button id="race-table" type="button" class="link-button">${text('watch.show-table')}</button></figcaption>
      <canvas id="race-plot" role="img"></canvas>
    </figure>
    <p id="race-report" class="headline" role="status"></p>`;

  class WatchRace {
    #host;
    #digits;
    #settings;
    #details;
    #start;
    #canvas;
    /** @type {MNIST.learn.RaceLanes | null} null until it is started, and after a lane has changed. */
    #race = null;
    /** @type {{name: string, lane: number}[]} Of the race. */
    #names = [];
    #isRunning = false;

    /**
     * @param {HTMLElement} container
     * @param {StageHost} host
     * @param {{training: DigitSet, test: DigitSet}} digits
     * @param {() => WatchSettings} settings Those of the training above.
     */
    constructor(container, host, digits, settings) {
      this.#host = host;
      this.#digits = digits;
      this.#settings = settings;
      this.#details = element('details', { class: 'bench race' });
      this.#details.innerHTML = MARKUP;
      container.append(this.#details);
      this.#start = elementById('race-start', HTMLButtonElement);
      this.#canvas = elementById('race-plot', HTMLCanvasElement);
      FIRST_CHOICES.forEach((id, lane) => {
        const select = this.#select(lane);
        select.value = id;
        select.addEventListener('change', () => this.#forget());
      });
      elementById('race-epochs', HTMLSelectElement).addEventListener('change', () => this.#forget());
      this.#start.addEventListener('click', () => (this.#isRunning ? this.pause() : this.#go()));
      elementById('race-table', HTMLButtonElement).addEventListener('click', () => host.tables.open(raceTable(this.#entries)));
      for (const radio of this.#details.querySelectorAll('input[name="race-axis"]')) {
        radio.addEventListener('change', () => this.paint());
      }
      this.#details.addEventListener('toggle', () => this.paint());
    }

    /** Another tab has been chosen, or somebody wants a rest. */
    pause() {
      if (!this.#isRunning) return;
      this.#isRunning = false;
      this.paint();
    }

    /** How many images each lane is to see. */
    get #length() {
      return Number(elementById('race-epochs', HTMLSelectElement).value) * WATCH_START.examples;
    }

    /** @param {number} lane */
    #select(lane) {
      return elementById(`race-lane-${lane}`, HTMLSelectElement);
    }

    #forget() {
      this.#isRunning = false;
      this.#race = null;
      this.#names = [];
      elementById('race-report', HTMLElement).textContent = '';
      this.paint();
    }

    #go() {
      if (this.#race === null || this.#race.isDone) this.#begin();
      if (this.#race === null) return;
      this.#isRunning = true;
      this.#workOn(this.#race);
    }

    #begin() {
      const chosen = RACE_LINES.map((_, lane) => ({ lane, id: this.#select(lane).value })).filter(({ id }) => id !== '');
      if (chosen.length === 0) {
        elementById('race-report', HTMLElement).textContent = text('race.choose');
        return;
      }
      const own = this.#settings();
      const settings = chosen.map(({ id }) => {
        const preset = WATCH_PRESETS.find((each) => each.id === id);
        return preset === undefined ? own : settingsOf(preset, own.seed);
      });
      this.#names = chosen.map(({ lane, id }) => {
        const { name } = WATCH_PRESETS.find((each) => each.id === id) ?? OWN;
        return { lane, name: name.split(/[:：]/)[0] }; // "Momentum: keep rolling"
      });
      elementById('race-report', HTMLElement).textContent = '';
      this.#race = new RaceLanes(settings, this.#digits, this.#length);
    }

    /** @param {MNIST.learn.RaceLanes} race */
    #workOn(race) {
      if (!this.#isRunning || race !== this.#race) return;
      race.work(SLICE);
      if (race.isDone) {
        this.#isRunning = false;
        elementById('race-report', HTMLElement).textContent = describeRace(this.#entries);
      }
      this.paint();
      // A frame of its own for each slice: drawing stays smooth.
      setTimeout(() => this.#workOn(race));
    }

    /** @returns {RaceEntry[]} */
    get #entries() {
      const lanes = this.#race?.lanes ?? [];
      return lanes.map(({ points, isBroken }, i) => ({ ...this.#names[i], points, isBroken }));
    }

    #isPaintDue = false;

    /** Shows the race: once a frame at most. */
    paint() {
      if (this.#isPaintDue || !this.#details.open) return;
      this.#isPaintDue = true;
      requestAnimationFrame(() => {
        this.#isPaintDue = false;
        this.#paintNow();
      });
    }

    #paintNow() {
      const isOver = this.#race === null || this.#race.isDone;
      this.#start.textContent = text(this.#isRunning ? 'watch.pause' : isOver ? 'race.start' : 'race.go-on');
      const entries = this.#entries;
      const axis = /** @type {HTMLInputElement} */ (this.#details.querySelector('input[name="race-axis"]:checked')).value;
      paintRace(this.#canvas, entries, /** @type {RaceAxis} */ (axis), this.#length);
      this.#canvas.setAttribute('aria-label', text('race.described', { race: describeRace(entries) || text('race.not-started') }));
      RACE_LINES.forEach((_, lane) => {
        const entry = entries.find((each) => each.lane === lane);
        const point = entry?.points.at(-1);
        const shown = point === undefined ? '' : percent(point.accuracy);
        elementById(`race-result-${lane}`, HTMLOutputElement).textContent = entry?.isBroken ? text('race.is-broken') : shown;
      });
    }
  }

  return { WatchRace };
})());

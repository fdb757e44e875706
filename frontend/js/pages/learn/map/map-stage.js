/**
 * The stage "Map": 1,000 digits as points, the drawing among them, its neighbours, and the ruler that
 * says whether it is a digit at all.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { nearestRows, readRejection } = MNIST.nn;
  const {
    MAP_HTML, MAP_SPACES, MapAtlas, MapDigitCard, MapLegend, MapNeighboursPanel, MapRuler, MapView, loadDigits,
    loadTrainingDigits, mapCaption, mapDescribe, mapMeanPlace, mapNeighbours, mapPlaceOf, mapPlacesOf,
    mapResemblance, mapRowAt, mapTable, networkOf,
  } = MNIST.learn;
  /** So long the drawing must rest before its neighbours are read out. */
  const REST_MILLISECONDS = 1_200;
  const MAX_TRAIL = 160;
  /** On another map so many of the trail's points are placed in each frame, the latest first. */
  const TRAIL_A_FRAME = 2;
  /** Those that are left follow once the pen has rested for so long. */
  const TRAIL_MILLISECONDS = 30;

  /** @implements {Stage} */
  class MapStage {
    #host;
    #view;
    #caption;
    #panel;
    #card;
    /** @type {MNIST.learn.MapRuler | null} */
    #ruler = null;
    /** @type {MNIST.learn.MapLegend | null} */
    #legend = null;
    /** Those of the map; null until they have come. @type {DigitSet | null} */
    #digits = null;
    /** @type {MNIST.learn.MapAtlas | null} */
    #atlas = null;
    /** What is shown. @type {MapSheet | null} */
    #sheet = null;
    /** Which of the spaces is wanted. */
    #space = MAP_SPACES.findIndex(({ key }) => key === 'layer2');
    /** @type {LearnState | null} */
    #state = null;
    #isTsne = false;
    /** Where each drawing lies on the sheet. @type {WeakMap<FullPass, MapPlace>} */
    #placed = new WeakMap();
    /** Which digits each drawing resembles. @type {WeakMap<FullPass, MapResemblance>} */
    #resemblances = new WeakMap();
    /** The neighbours that were looked for last, of which drawing, and among which rows. */
    #nearest = {
      pass: /** @type {FullPass | null} */ (null), rows: /** @type {MapRows | null} */ (null),
      found: /** @type {MapNeighbours | null} */ (null),
    };
    /** What the drawing was while it was drawn. @type {FullPass[]} */
    #trail = [];
    #trailTimer = 0;
    /** The digit in the card. @type {number | null} */
    #chosen = null;
    #rest = 0;

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      host.section.innerHTML = MAP_HTML;
      this.#caption = elementById('map-caption', HTMLElement);
      this.#panel = new MapNeighboursPanel();
      this.#card = new MapDigitCard();
      this.#view = new MapView(host.section, {
        isShown: (n) => this.#legend?.isShown(n) ?? true,
        nameOf: (n) => (this.#legend?.isMisreadOnly ? this.#answerName(n) : ''),
        describe: (n) => this.#describe(n),
        choose: (n) => {
          this.#chosen = n;
          this.#showCard();
        },
      });
      host.section.addEventListener('change', ({ target }) => {
        if (!(target instanceof HTMLInputElement)) return;
        if (target.name === 'map-space') this.#space = MAP_SPACES.findIndex(({ key }) => key === target.value);
        if (target.name === 'map-method') this.#isTsne = target.value === 'tsne';
        if (this.#state !== null) this.render(this.#state);
      });
      host.tables.connect(host.section, {
        digits: () => this.#table(),
        neighbours: () => this.#panel.table(),
        scores: () => this.#ruler?.table() ?? { title: text('map.scores'), head: [], rows: [] },
      });
      void this.#load();
    }

    async #load() {
      try {
        const { test, training } = await loadDigits();
        const rejection = readRejection(this.#host.shipped);
        this.#digits = test;
        this.#view.load(test);
        this.#legend = new MapLegend(test, (shown) => {
          this.#view.schedule();
          this.#host.announce(text('map.shown', { shown, all: test.labels.length }));
        });
        if (rejection !== null) this.#ruler = new MapRuler(rejection);
        elementById('map-detector', HTMLElement).hidden = rejection === null;
        this.#atlas = new MapAtlas(test, training, rejection, (sheet) => this.#unfold(sheet));
        this.render(this.#host.getState());
        void this.#loadMore();
      } catch (error) {
        const reason = error instanceof Error ? error.message : error;
        elementById('map-wait', HTMLElement).textContent = text('map.not-loaded', { reason: String(reason) });
      }
    }

    /** Looks for neighbours among 5,000 digits instead of 500, once they have come. */
    async #loadMore() {
      try {
        const { training } = await loadTrainingDigits();
        this.#atlas?.search(training);
      } catch {
        // The panel says among how many it looks.
      }
    }

    /** @param {LearnState} state */
    render(state) {
      const before = this.#state;
      this.#state = state;
      if (this.#isEmpty || (before !== null && networkOf(before) !== networkOf(state))) this.#trail = [];
      if (!this.#isEmpty && before?.pass !== state.pass) {
        this.#trail.push(state.pass);
        if (this.#trail.length > MAX_TRAIL) this.#trail.shift();
        this.#view.arrive(); // the pen comes first
        this.#speakAtRest();
      }
      this.#atlas?.want({ network: networkOf(state), space: this.#space, isTsne: this.#isTsne });
      this.#caption.classList.toggle('is-outdated', !this.#isUpToDate(state));
      this.#showDrawing();
    }

    leave() {
      this.#view.rest();
      this.#atlas?.rest();
      window.clearTimeout(this.#rest);
      window.clearTimeout(this.#trailTimer);
    }

    /** @param {LearnState} state */
    #isUpToDate(state) {
      return this.#sheet?.space === this.#space && this.#sheet.survey.network === networkOf(state)
        && (this.#sheet.embedding !== null) === this.#isTsne;
    }

    get #isEmpty() {
      return this.#state === null || this.#state.pass.activations[0].every((x) => x === 0);
    }

    /** @param {MapSheet} sheet What the atlas has computed. */
    #unfold(sheet) {
      const { survey, embedding } = sheet;
      const isMoving = embedding !== null && embedding.kept === null;
      if (isMoving && this.#sheet !== null && window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      if (survey !== this.#sheet?.survey) {
        this.#legend?.survey(survey);
        this.#ruler?.survey(survey, survey.network !== this.#host.shipped);
      }
      const isOtherSpace = this.#sheet !== null && sheet.space !== this.#sheet.space;
      const isOtherMethod = this.#sheet !== null && (embedding === null) !== (this.#sheet.embedding === null);
      if (survey !== this.#sheet?.survey || isOtherSpace) this.#resemblances = new WeakMap();
      if (isOtherSpace || isOtherMethod) this.#host.announce(mapCaption(sheet));
      this.#sheet = sheet;
      this.#placed = new WeakMap();
      elementById('map-wait', HTMLElement).hidden = true;
      this.#caption.classList.toggle('is-outdated', this.#state !== null && !this.#isUpToDate(this.#state));
      this.#caption.textContent = mapCaption(sheet);
      // t-SNE shows its own way.
      this.#view.moveTo(mapPlacesOf(sheet), !isMoving);
      this.#showDrawing();
    }

    /** Shows what depends on the drawing. */
    #showDrawing() {
      const { pass } = this.#state ?? {};
      if (this.#state === null || pass === undefined || this.#sheet === null || this.#digits === null) return;
      const { plane: { components }, space, training, trainingRows, embedding } = this.#sheet;
      const { pointOf } = MAP_SPACES[space];
      const rows = trainingRows[space];
      if (this.#nearest.pass !== pass || this.#nearest.rows !== rows) {
        const found = this.#isEmpty ? null : mapNeighbours(MAP_SPACES[space], rows, training.labels, pointOf(pass));
        this.#nearest = { pass, rows, found };
      }
      const { found } = this.#nearest;
      const answer = pass.probabilities.indexOf(Math.max(...pass.probabilities));
      this.#panel.render(found, MAP_SPACES[space], training, answer, embedding === null);
      this.#ruler?.render(this.#state, this.#isEmpty);
      this.#showCard();
      const width = components.mean.length;
      // t-SNE has no place for the training digits.
      const nearest = embedding === null ? found?.nearest ?? [] : [];
      this.#view.showDrawing(found && {
        place: this.#placeOf(pass),
        trail: this.#placeTrail(),
        neighbours: nearest.map(({ index }) => mapPlaceOf(components, mapRowAt(rows, width, index))),
      });
    }

    /**
     * @param {FullPass} pass Of a drawing.
     * @returns {MapPlace} Where it lies: exactly with PCA, approximately with t-SNE.
     */
    #placeOf(pass) {
      const place = this.#placed.get(pass) ?? this.#findPlaceOf(pass);
      this.#placed.set(pass, place);
      return place;
    }

    /** @returns {MapPlace[]} The places of the trail, without those that are still to be found. */
    #placeTrail() {
      let found = 0;
      const latestFirst = [...this.#trail].reverse();
      const placed = latestFirst.filter((pass) => this.#placed.has(pass) || found++ < TRAIL_A_FRAME);
      window.clearTimeout(this.#trailTimer);
      if (found > TRAIL_A_FRAME) this.#trailTimer = window.setTimeout(() => this.#showDrawing(), TRAIL_MILLISECONDS);
      return placed.map((pass) => this.#placeOf(pass)).reverse();
    }

    /**
     * @param {FullPass} pass
     * @returns {MapPlace}
     */
    #findPlaceOf(pass) {
      const { plane, survey, space, embedding } = /** @type {MapSheet} */ (this.#sheet);
      const { pointOf } = MAP_SPACES[space];
      if (embedding === null) return mapPlaceOf(plane.components, pointOf(pass));
      const resemblance = this.#resemblances.get(pass) ?? mapResemblance(survey.rows[space], pointOf(pass));
      this.#resemblances.set(pass, resemblance);
      return mapMeanPlace(embedding.places, resemblance);
    }

    #speakAtRest() {
      window.clearTimeout(this.#rest);
      this.#rest = window.setTimeout(() => this.#host.announce(this.#panel.sentence), REST_MILLISECONDS);
    }

    // ---------------------------------------------------------------- one digit

    /** @param {number} n */
    #describe(n) {
      if (this.#sheet === null || this.#digits === null) return '';
      return mapDescribe(n, this.#digits.labels[n], this.#sheet.survey.answers[n]);
    }

    /** @param {number} n */
    #answerName(n) {
      if (this.#sheet === null || this.#digits === null) return '';
      return text('map.name', { label: this.#digits.labels[n], read: this.#sheet.survey.answers[n].digit });
    }

    #showCard() {
      if (this.#sheet === null || this.#digits === null || this.#state === null || this.#chosen === null) return;
      const { survey, space } = this.#sheet;
      const { numbers, pointOf, scale } = MAP_SPACES[space];
      const point = pointOf(this.#state.pass);
      const row = mapRowAt(survey.rows[space], point.length, this.#chosen);
      const distance = this.#isEmpty ? null : nearestRows(row, point, 1)[0].distance / scale;
      this.#card.render(this.#digits, this.#chosen, survey, { numbers, distance });
    }

    /** @returns {TableContent} */
    #table() {
      if (this.#sheet === null || this.#digits === null || this.#state === null) return { title: text('map.map'), head: [], rows: [] };
      const near = this.#isEmpty ? null : this.#placeOf(this.#state.pass);
      return mapTable(this.#sheet, this.#digits.labels, (n) => this.#legend?.isShown(n) ?? true, near);
    }
  }

  return { MapStage };
})());

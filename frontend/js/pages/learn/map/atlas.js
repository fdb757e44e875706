/**
 * Computes what the map needs, in slices, and remembers it: a survey for each network, a plane for
 * each space of it. While weights are dragged, what is begun is finished first, then the newest
 * network follows, so that the map keeps moving.
 */
MNIST.add('learn', (() => {
  const { TSNE_STEPS, similaritiesOf, tsne } = MNIST.nn;
  const {
    mapInSlices, mapInSlicesWhile, mapNeighboursKept, mapPlane, mapRows, mapSurvey,
  } = MNIST.learn;
  /** In milliseconds. */
  const FRAME = 16;

  class MapAtlas {
    #digits;
    #training;
    #rejection;
    #report;
    /** @type {WeakMap<Network, MapSurvey>} */
    #surveys = new WeakMap();
    /** By the rows that they were made of. @type {WeakMap<MapRows, MapPlane>} */
    #planes = new WeakMap();
    /** @type {WeakMap<Network, MapRows[]>} */
    #trainingRows = new WeakMap();
    /** The latest of each space, whose axes give the next one its signs. @type {Map<number, MapPlane>} */
    #latest = new Map();
    /** t-SNE's maps, by the rows that they were made of. @type {WeakMap<MapRows, MapEmbedding>} */
    #embeddings = new WeakMap();
    /** @type {MapWish | null} */
    #wanted = null;
    #isBusy = false;

    /**
     * @param {DigitSet} digits
     * @param {DigitSet} training
     * @param {Rejection | null} rejection
     * @param {(sheet: MapSheet) => void} report
     */
    constructor(digits, training, rejection, report) {
      this.#digits = digits;
      this.#training = training;
      this.#rejection = rejection;
      this.#report = report;
    }

    /** @param {MapWish} wish */
    want({ network, space, isTsne }) {
      const now = this.#wanted;
      if (now?.network === network && now.space === space && now.isTsne === isTsne) return;
      this.#wanted = { network, space, isTsne };
      if (!this.#isBusy) void this.#work();
    }

    /** Stops, until something is wanted again. */
    rest() {
      this.#wanted = null;
    }

    /** @param {DigitSet} training Looks for neighbours among these from now on. */
    search(training) {
      this.#training = training;
      this.#trainingRows = new WeakMap();
      if (this.#wanted === null) return;
      this.#wanted = { ...this.#wanted };
      if (!this.#isBusy) void this.#work();
    }

    async #work() {
      this.#isBusy = true;
      let done = null;
      while (this.#wanted !== null && this.#wanted !== done) {
        done = this.#wanted;
        const { network, space } = done;
        const training = this.#training;
        const survey = await this.#surveyOf(network);
        const plane = await this.#planeOf(survey, space);
        const trainingRows = await this.#trainingRowsOf(network, training);
        const sheet = { survey, plane, space, training, trainingRows, embedding: null };
        if (done.isTsne) await this.#embed(sheet, done);
        else this.#report(sheet);
      }
      this.#isBusy = false;
    }

    /**
     * Lets t-SNE move the digits from where PCA has them, and reports each frame of that.
     *
     * @param {MapSheet} sheet
     * @param {MapWish} wish It stops when something else is wanted.
     */
    async #embed(sheet, wish) {
      const { survey: { rows: { [sheet.space]: rows } }, plane } = sheet;
      const width = plane.components.mean.length;
      const isWanted = () => this.#wanted === wish;
      let embedding = this.#embeddings.get(rows) ?? null;
      if (embedding === null) {
        const similarities = await mapInSlicesWhile(similaritiesOf(rows, width), isWanted);
        if (similarities === null) return;
        const places = plane.places.slice();
        let latest = 0;
        const settled = await mapInSlicesWhile(tsne(similarities, places), (step) => {
          if (performance.now() - latest > FRAME) {
            this.#report({ ...sheet, embedding: { places: places.slice(), kept: null, step } });
            latest = performance.now();
          }
          return isWanted();
        });
        if (settled === null) return;
        const own = await mapInSlices(mapNeighboursKept(rows, width, settled));
        const planes = await mapInSlices(mapNeighboursKept(rows, width, plane.places));
        embedding = { places: settled, kept: { own, planes }, step: TSNE_STEPS };
        this.#embeddings.set(rows, embedding);
      }
      this.#report({ ...sheet, embedding });
    }

    /** @param {Network} network */
    async #surveyOf(network) {
      const known = this.#surveys.get(network);
      if (known !== undefined) return known;
      const survey = await mapInSlices(mapSurvey(network, this.#rejection, this.#digits));
      this.#surveys.set(network, survey);
      return survey;
    }

    /**
     * @param {MapSurvey} survey
     * @param {number} space
     */
    async #planeOf({ rows }, space) {
      const known = this.#planes.get(rows[space]);
      if (known !== undefined) return known;
      const earlier = this.#latest.get(space) ?? null;
      const plane = await mapInSlices(mapPlane(rows[space], this.#digits.labels, earlier));
      this.#planes.set(rows[space], plane);
      this.#latest.set(space, plane);
      return plane;
    }

    /**
     * @param {Network} network
     * @param {DigitSet} training
     */
    async #trainingRowsOf(network, training) {
      const known = this.#trainingRows.get(network);
      if (known !== undefined) return known;
      const rows = await mapInSlices(mapRows(network, training));
      if (training === this.#training) this.#trainingRows.set(network, rows);
      return rows;
    }
  }

  return { MapAtlas };
})());

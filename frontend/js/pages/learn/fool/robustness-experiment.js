/**
 * Turn, shift, thicken, add noise: the learner's digit and 1,000 test digits, with and without the
 * page's own centring and straightening.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { countDistorted, distorted, judge, normalised } = MNIST.nn;
  const {
    FoolChart, FoolExhibit, FoolTask, RobustnessCounts, foolPanel, foolTexts, partOf, percent, showEmpty,
  } = MNIST.learn;

  /** @type {ReadonlyArray<FoolAxis>} */
  const AXES = [
    { name: 'rotation', title: text('fool.axis-rotation'), min: -60, max: 60, step: 15, unit: '°' },
    { name: 'shift', title: text('fool.axis-shift'), min: 0, max: 8, step: 1, unit: ' px' },
    { name: 'thickness', title: text('fool.axis-thickness'), min: -1, max: 3, step: 0.5, unit: ' px' },
    { name: 'noise', title: text('fool.axis-noise'), min: 0, max: 0.5, step: 0.05, unit: ' σ' },
  ];
  /** @type {Distortion} */
  const NOTHING = { rotation: 0, shift: 0, thickness: 0, noise: 0 };
  /** The points of all curves. @type {ReadonlyArray<Distortion>} */
  const POINTS = AXES.flatMap(({ name, min, max, step }) => {
    return valuesOf(min, max, step).map((value) => ({ ...NOTHING, [name]: value }));
  });
  /** Kept when the experiment starts over. */
  const COUNTS = new RobustnessCounts();

  const TEXT = foolTexts('robustness');
  const BODY = `
    <div class="fool-duel fool-robust">
      <div><figure class="fool-without"></figure></div>
      <div><figure class="fool-with"></figure></div>
    </div>
    <p class="fool-result check"></p>
    <p class="legend"><span class="fool-key-with">${text('fool.with-steps')}</span><span class="fool-key-without">${text('fool.without-steps')}</span>
      <button type="button" class="link-button" data-table="robustness">${text('fool.show-table')}</button></p>
    <div class="fool-charts"></div>
    <p class="fine fool-progress"></p>`;

  class FoolRobustness {
    panel = foolPanel(TEXT, BODY);
    #host;
    #without = new FoolExhibit(partOf(this.panel, '.fool-without', HTMLElement), text('fool.as-it-is'));
    #with = new FoolExhibit(partOf(this.panel, '.fool-with', HTMLElement), text('fool.centred'));
    #result = partOf(this.panel, '.fool-result', HTMLElement);
    #task = new FoolTask(this.panel);
    #charts;
    /** @type {FoolContext | null} */
    #context = null;
    #distortion = NOTHING;

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      const place = partOf(this.panel, '.fool-charts', HTMLElement);
      this.#charts = AXES.map((axis) => {
        const chart = new FoolChart(axis, (value) => {
          this.#distortion = { ...this.#distortion, [axis.name]: value };
          this.#begin();
        });
        place.append(chart.figure);
        return chart;
      });
    }

    /** @param {FoolContext} context */
    render(context) {
      this.#context = context;
      showEmpty(this.panel, context.isEmpty);
      this.#begin();
    }

    leave() {
      this.#task.stop();
    }

    /** @returns {Record<string, () => TableContent>} */
    get tables() {
      return { robustness: () => this.#table() };
    }

    #begin() {
      this.#show();
      const context = this.#context;
      if (context === null || context.digits === null) return;
      COUNTS.use(context.network);
      this.#task.run(this.#measure(context, context.digits.test), () => {
        this.#show();
        this.#host.announce(this.#result.textContent ?? '');
      }, () => this.#show());
    }

    /**
     * Measures what is set first, then the curves: each point on 200 digits, then on 200 more.
     *
     * @param {FoolContext} context
     * @param {DigitSet} digits
     * @returns {Generator<void, void>}
     */
    * #measure({ network, rejection }, digits) {
      for (const isNormalised of [true, false]) yield* this.#count(network, rejection, digits, this.#distortion, isNormalised, digits.labels.length);
      for (let limit = 200; limit <= digits.labels.length; limit += 200) {
        for (const point of POINTS) {
          for (const isNormalised of [true, false]) yield* this.#count(network, rejection, digits, point, isNormalised, limit);
        }
      }
    }

    /**
     * @param {Network} network
     * @param {Rejection | null} rejection
     * @param {DigitSet} digits
     * @param {Distortion} distortion
     * @param {boolean} isNormalised
     * @param {number} limit
     * @returns {Generator<void, void>}
     */
    * #count(network, rejection, digits, distortion, isNormalised, limit) {
      const counting = COUNTS.of(distortion, isNormalised, () => {
        return countDistorted(network, rejection, digits, distortion, isNormalised);
      });
      while (counting.count.total < limit) {
        counting.count = counting.generator.next().value;
        yield;
      }
    }

    #show() {
      const context = this.#context;
      if (context === null) return;
      const { network, rejection, pixels } = context;
      const image = distorted(pixels, this.#distortion);
      const upright = normalised(network, image);
      this.#without.show(image, judge(network, rejection, image));
      this.#with.show(upright, judge(network, rejection, upright));
      for (const chart of this.#charts) {
        chart.show((value, isNormalised) => {
          return COUNTS.known({ ...NOTHING, [chart.axis.name]: value }, isNormalised);
        });
      }
      this.#result.textContent = this.#report();
      const least = Math.min(...POINTS.map((point) => COUNTS.known(point, false)?.total ?? 0));
      const all = context.digits?.test.labels.length ?? 0;
      const measured = least === all ? 'fool.measured' : least < 200 ? 'fool.measuring' : 'fool.measuring-some';
      const sentences = [text('fool.each-curve'), text(measured, { least, all })];
      partOf(this.panel, '.fool-progress', HTMLElement).textContent = sentences.join(text('common.between-sentences'));
    }

    #report() {
      const [own, raw] = [true, false].map((isNormalised) => COUNTS.known(this.#distortion, isNormalised));
      const all = this.#context?.digits?.test.labels.length ?? Infinity;
      if (own === null || raw === null || Math.min(own.total, raw.total) < all) return text('fool.reading-tests', { count: all });
      const share = (/** @type {RobustnessCount} */ { right, total }) => percent(right / total);
      return text('fool.robustness-result', {
        all: own.total, share: share(own), refused: own.refused, wrong: own.wrong,
        rawShare: share(raw), rawRefused: raw.refused, rawWrong: raw.wrong,
      });
    }

    /** @returns {TableContent} */
    #table() {
      const rows = AXES.flatMap(({ name, title, min, max, step, unit }) => valuesOf(min, max, step).map((value) => {
        const cells = [true, false].flatMap((isNormalised) => {
          const count = COUNTS.known({ ...NOTHING, [name]: value }, isNormalised);
          if (count === null || count.total === 0) return ['–', '–', '–'];
          const { right, refused, wrong, total } = count;
          return [right, refused, wrong].map((number) => percent(number / total));
        });
        return [text('fool.value-and-reading', { value: title, reading: `${MNIST.words.number(value)}${unit}` }), ...cells];
      }));
      const head = ['change', 'right-with', 'refused', 'wrong', 'right-without', 'refused', 'wrong'].map((name) => text(`fool.robustness-head-${name}`));
      return { title: text('fool.robustness-table'), head, rows };
    }
  }

  /**
   * @param {number} min
   * @param {number} max
   * @param {number} step
   * @returns {number[]}
   */
  function valuesOf(min, max, step) {
    return Array.from({ length: Math.round((max - min) / step) + 1 }, (_, n) => Number((min + n * step).toFixed(2)));
  }

  return { FoolRobustness };
})());

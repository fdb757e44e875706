/**
 * The accuracy curves of one kind of change, with the slider that is their horizontal axis; and what
 * has been counted for them so far.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { FoolSlider, element, partOf, percent } = MNIST.learn;

  /** With fewer digits a share says little, and is not shown. */
  const MIN_DIGITS = 200;

  /** Counts of the network in use: each setting is measured once. */
  class RobustnessCounts {
    /** @type {WeakMap<Network, Map<string, FoolCounting>>} */
    #all = new WeakMap();
    /** @type {Map<string, FoolCounting>} */
    #now = new Map();

    /** @param {Network} network */
    use(network) {
      const known = this.#all.get(network);
      this.#now = known ?? new Map();
      if (known === undefined) this.#all.set(network, this.#now);
    }

    /**
     * @param {Distortion} distortion
     * @param {boolean} isNormalised
     * @param {() => FoolCounting['generator']} begin
     * @returns {FoolCounting}
     */
    of(distortion, isNormalised, begin) {
      const key = keyOf(distortion, isNormalised);
      const known = this.#now.get(key);
      if (known !== undefined) return known;
      const counting = { generator: begin(), count: { total: 0, right: 0, refused: 0, wrong: 0 } };
      this.#now.set(key, counting);
      return counting;
    }

    /**
     * @param {Distortion} distortion
     * @param {boolean} isNormalised
     * @returns {RobustnessCount | null} So far.
     */
    known(distortion, isNormalised) {
      return this.#now.get(keyOf(distortion, isNormalised))?.count ?? null;
    }
  }

  /**
   * @param {Distortion} distortion
   * @param {boolean} isNormalised
   */
  function keyOf({ rotation, shift, thickness, noise }, isNormalised) {
    return [rotation, shift, thickness, noise, isNormalised].join();
  }

  class FoolChart {
    axis;
    figure;
    #slider;
    #lines;
    #readout;

    /**
     * @param {FoolAxis} axis
     * @param {(value: number) => void} change
     */
    constructor(axis, change) {
      this.axis = axis;
      this.figure = element('figure', { 'class': 'fool-chart', 'aria-label': axis.title });
      this.figure.innerHTML = `<figcaption><b>${axis.title}</b> <span class="fine"></span></figcaption>
        <div class="fool-plot" aria-hidden="true">
          <svg viewBox="0 0 100 100" preserveAspectRatio="none">
            <path class="fool-gridline" d="M0 0H100M0 50H100M0 100H100"/>
            <path class="fool-line-without" d=""/><path class="fool-line-with" d=""/>
          </svg>
          ${[1, 0.5, 0].map((share) => `<span class="fool-level">${MNIST.words.percent(share)}</span>`).join('')}
          <span class="fool-cursor"></span>
        </div>
        <label class="slider"><span class="visually-hidden">${axis.title}</span>
          <input type="range" min="${axis.min}" max="${axis.max}" step="${axis.step}" value="0"> <output></output></label>`;
      this.#lines = [true, false].map((isNormalised) => {
        return partOf(this.figure, isNormalised ? '.fool-line-with' : '.fool-line-without', SVGPathElement);
      });
      this.#readout = partOf(this.figure, 'figcaption .fine', HTMLElement);
      const describe = (/** @type {number} */ value) => `${MNIST.words.number(value)}${axis.unit}`;
      this.#slider = new FoolSlider(partOf(this.figure, '.slider', HTMLElement), describe, change);
      this.#slider.value = 0;
    }

    /** @param {number} value */
    set value(value) {
      this.#slider.value = value;
    }

    /** @param {(value: number, isNormalised: boolean) => RobustnessCount | null} countOf */
    show(countOf) {
      const { min, max, step } = this.axis;
      this.#lines.forEach((line, n) => {
        const points = [];
        for (let k = 0; k <= Math.round((max - min) / step); k++) {
          const value = Number((min + k * step).toFixed(2));
          const count = countOf(value, n === 0);
          if (count === null || count.total < MIN_DIGITS) continue;
          points.push(`${((value - min) / (max - min)) * 100} ${100 - (100 * count.right) / count.total}`);
        }
        line.setAttribute('d', points.length === 0 ? '' : `M${points.join('L')}`);
      });
      const { value } = this.#slider;
      partOf(this.figure, '.fool-cursor', HTMLElement).style.setProperty('--place', String((value - min) / (max - min)));
      const [own, raw] = [true, false].map((isNormalised) => countOf(value, isNormalised));
      const share = (/** @type {RobustnessCount | null} */ count) => (count === null || count.total < MIN_DIGITS ? '…' : percent(count.right / count.total));
      this.#readout.textContent = text('fool.with-without', { own: share(own), raw: share(raw) });
      this.#slider.say(text('fool.with-without-aloud', { own: share(own), raw: share(raw) }));
    }
  }

  return { FoolChart, RobustnessCounts };
})());

/**
 * The form with the settings of a training. What concerns the start of a network makes a new one.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { WATCH_CHOICES, WATCH_PRESETS, rateText, readHidden } = MNIST.learn;
  const { elementById } = MNIST.core;

  class WatchControls {
    #change;
    #preset = elementById('watch-preset', HTMLSelectElement);
    #reason = elementById('watch-reason', HTMLElement);
    #optimizer = elementById('watch-optimizer', HTMLSelectElement);
    #rate = elementById('watch-rate', HTMLInputElement);
    #rateValue = elementById('watch-rate-value', HTMLElement);
    #batch = elementById('watch-batch', HTMLSelectElement);
    #examples = elementById('watch-examples', HTMLSelectElement);
    #decay = elementById('watch-decay', HTMLSelectElement);
    #dropout = elementById('watch-dropout', HTMLInputElement);
    #dropoutValue = elementById('watch-dropout-value', HTMLElement);
    #spoiled = elementById('watch-spoiled', HTMLInputElement);
    #spoiledValue = elementById('watch-spoiled-value', HTMLElement);
    #distortions = elementById('watch-distortions', HTMLInputElement);
    #hidden = elementById('watch-hidden', HTMLInputElement);
    #initialisation = elementById('watch-initialisation', HTMLSelectElement);
    #seed = elementById('watch-seed', HTMLInputElement);
    /** @type {{settings: WatchSettings | null, preset: WatchPreset | null}} */
    #shown = { settings: null, preset: null };
    #error = elementById('watch-form-error', HTMLElement);

    /**
     * @param {(part: Partial<WatchSettings>) => void} change
     * @param {(preset: WatchPreset) => void} choose
     */
    constructor(change, choose) {
      this.#change = change;
      const { min, max } = WATCH_CHOICES.learningRate;
      this.#rate.min = String(Math.log10(min));
      this.#rate.max = String(Math.log10(max));
      this.#preset.addEventListener('change', () => {
        const preset = WATCH_PRESETS.find(({ id }) => id === this.#preset.value);
        if (preset !== undefined) choose(preset);
      });
      this.#rate.addEventListener('input', () => {
        change({ learningRate: Number((10 ** Number(this.#rate.value)).toPrecision(2)) });
      });
      this.#dropout.addEventListener('input', () => change({ dropout: Number(this.#dropout.value) }));
      this.#spoiled.addEventListener('input', () => change({ spoiledLabels: Number(this.#spoiled.value) }));
      this.#distortions.addEventListener('change', () => change({ distortions: this.#distortions.checked }));
      for (const [select, name] of /** @type {const} */ ([
        [this.#batch, 'batchSize'], [this.#examples, 'examples'], [this.#decay, 'weightDecay'],
      ])) {
        select.addEventListener('change', () => change({ [name]: Number(select.value) }));
      }
      for (const [select, name] of /** @type {const} */ ([
        [this.#optimizer, 'optimizer'], [this.#initialisation, 'initialisation'],
      ])) {
        select.addEventListener('change', () => change({ [name]: select.value }));
      }
      this.#hidden.addEventListener('change', () => this.#readHidden());
      this.#seed.addEventListener('change', () => this.#readSeed());
      this.#hidden.form?.addEventListener('submit', (event) => event.preventDefault());
    }

    #readHidden() {
      const hidden = readHidden(this.#hidden.value);
      if (typeof hidden === 'string') this.#refuse(this.#hidden, hidden);
      else this.#accept(this.#hidden, { hidden });
    }

    #readSeed() {
      const seed = Number(this.#seed.value);
      const isGood = this.#seed.value !== '' && Number.isInteger(seed) && seed >= 0 && seed <= 4294967295;
      if (isGood) this.#accept(this.#seed, { seed });
      else this.#refuse(this.#seed, text('watch.seed-range'));
    }

    /**
     * @param {HTMLInputElement} input
     * @param {string} reason
     */
    #refuse(input, reason) {
      input.setAttribute('aria-invalid', 'true');
      this.#error.textContent = reason;
    }

    /**
     * @param {HTMLInputElement} input
     * @param {Partial<WatchSettings>} part
     */
    #accept(input, part) {
      input.removeAttribute('aria-invalid');
      this.#error.textContent = '';
      this.#change(part);
    }

    /**
     * @param {WatchSettings} settings
     * @param {WatchPreset | null} preset Where they come from, if nothing was changed since.
     */
    show(settings, preset) {
      if (settings === this.#shown.settings && preset === this.#shown.preset) return;
      this.#shown = { settings, preset };
      this.#preset.value = preset?.id ?? '';
      this.#reason.textContent = preset?.reason ?? '';
      this.#optimizer.value = settings.optimizer;
      this.#rate.value = String(Math.log10(settings.learningRate));
      this.#rateValue.textContent = rateText(settings.learningRate);
      this.#rate.setAttribute('aria-valuetext', rateText(settings.learningRate));
      this.#batch.value = String(settings.batchSize);
      this.#examples.value = String(settings.examples);
      this.#decay.value = String(settings.weightDecay);
      this.#dropout.value = String(settings.dropout);
      this.#dropoutValue.textContent = MNIST.words.percent(settings.dropout);
      this.#dropout.setAttribute('aria-valuetext', this.#dropoutValue.textContent);
      this.#spoiled.value = String(settings.spoiledLabels);
      this.#spoiledValue.textContent = MNIST.words.percent(settings.spoiledLabels);
      this.#spoiled.setAttribute('aria-valuetext', this.#spoiledValue.textContent);
      this.#distortions.checked = settings.distortions;
      this.#initialisation.value = settings.initialisation;
      // What somebody is typing stays.
      if (document.activeElement !== this.#hidden) this.#hidden.value = settings.hidden.join(', ');
      if (document.activeElement !== this.#seed) this.#seed.value = String(settings.seed);
    }
  }

  return { WatchControls };
})());

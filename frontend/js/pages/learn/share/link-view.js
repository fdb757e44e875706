/**
 * What is looked at and how it is set, as readable parts of a link such as `neuron=1.37`. Pure functions.
 */
MNIST.add('learn', (() => {
  const MAPS = Object.freeze(['evidence', 'occlusion', 'integrated']);
  const LISTS = Object.freeze(['regions', 'strokes', 'pixels', 'layer1', 'layer2']);
  const [OPTIMIZERS, STARTS] = [['sgd', 'momentum', 'adam'], ['he', 'small', 'zeros', 'huge']];

  /** What a link need not say. @type {Omit<LinkView, 'selected'>} */
  const USUAL_VIEW = Object.freeze({
    temperature: 1, digit: null, rival: null, map: 'evidence', list: 'regions', erased: new Set(), target: null, blameStep: 0,
    weight: null, learningRate: 0.05, nudge: 0.001,
  });

  /** @type {Record<string, ViewPart>} */
  const VIEW_PARTS = {
    neuron: {
      write: ({ selected: { layer, neuron } }) => `${layer + 1}.${neuron}`,
      read(text, layers) {
        const [layer, neuron] = wholes(text, 2);
        return neuron < (layers[layer - 1]?.outputs ?? 0) ? { selected: { layer: layer - 1, neuron } } : null;
      },
    },
    temperature: numberPart('temperature', (value) => value >= 0.01 && value <= 100),
    pair: {
      write: ({ digit, rival }) => (digit === null && rival === null ? '' : `${digit ?? 'x'}.${rival ?? 'x'}`),
      read(text) {
        const [, digit, rival] = /^([\dx])\.([\dx])$/.exec(text) ?? [];
        if (rival === undefined || (digit === rival && digit !== 'x')) return null;
        return { digit: digit === 'x' ? null : Number(digit), rival: rival === 'x' ? null : Number(rival) };
      },
    },
    evidence: namePart('map', MAPS),
    list: namePart('list', LISTS),
    erased: {
      write: ({ erased }) => runsOf([...erased].sort((one, other) => one - other)),
      read(text) {
        const erased = new Set(pixelsOf(text));
        return erased.size > 0 && [...erased].every((pixel) => pixel < 784) ? { erased } : null;
      },
    },
    target: {
      write: ({ target }) => (target === null ? '' : String(target)),
      read: (text) => (/^\d$/.test(text) ? { target: Number(text) } : null),
    },
    step: {
      write: ({ blameStep }) => (blameStep === 0 ? '' : String(blameStep + 1)),
      read: (text) => (/^[1-7]$/.test(text) ? { blameStep: Number(text) - 1 } : null),
    },
    weight: {
      write: ({ weight }) => (weight === null ? '' : `${weight.layer + 1}.${weight.input}.${weight.output}`),
      read(text, layers) {
        const [layer, input, output] = wholes(text, 3);
        const shape = layers[layer - 1];
        if (shape === undefined || !(input < shape.inputs && output < shape.outputs)) return null;
        return { weight: { layer: layer - 1, input, output } };
      },
    },
    rate: numberPart('learningRate', (value) => value >= 0.001 && value <= 1),
    nudge: numberPart('nudge', (value) => value > 0 && value <= 1),
  };

  /** @type {Record<keyof WatchSettings, SettingPart>} */
  const SETTING_PARTS = {
    seed: ['seed', wholeIn(0, 4294967295)],
    hidden: ['hidden', (text) => {
      const sizes = text.split('.').map(Number);
      return sizes.length <= 3 && sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 256) ? sizes : null;
    }],
    initialisation: ['start', (text) => (STARTS.includes(text) ? text : null)],
    optimizer: ['optimizer', (text) => (OPTIMIZERS.includes(text) ? text : null)],
    learningRate: ['eta', (text) => (Number(text) >= 1e-5 && Number(text) <= 10 ? Number(text) : null)],
    batchSize: ['batch', wholeIn(1, 1000)],
    examples: ['examples', wholeIn(1, 5000)],
    weightDecay: ['decay', (text) => (Number(text) >= 0 && Number(text) <= 10 ? Number(text) : null)],
    dropout: ['dropout', (text) => (Number(text) >= 0 && Number(text) <= 0.95 ? Number(text) : null)],
    spoiledLabels: ['wrong', (text) => (Number(text) >= 0 && Number(text) <= 1 ? Number(text) : null)],
    distortions: ['distorted', (text) => (/^[01]$/.test(text) ? text === '1' : null)],
  };

  /**
   * @param {Training} training
   * @param {WatchSettings} defaults
   * @returns {string} What differs, such as `seed:7,eta:0.01`; empty if nothing does.
   */
  function encodeTraining({ preset, settings }, defaults) {
    const parts = preset === null ? [] : [`preset:${preset}`];
    for (const [name, [short]] of Object.entries(SETTING_PARTS)) {
      const value = settings[/** @type {keyof WatchSettings} */ (name)];
      if (String(value) === String(defaults[/** @type {keyof WatchSettings} */ (name)])) continue;
      parts.push(`${short}:${Array.isArray(value) ? value.join('.') : Number.isNaN(Number(value)) ? value : Number(value)}`);
    }
    return parts.join(',');
  }

  /**
   * @param {string} text It may come from anybody.
   * @param {WatchSettings} defaults
   * @returns {Training | null} null if it is no training.
   */
  function decodeTraining(text, defaults) {
    /** @type {Record<string, unknown>} */
    const changed = {};
    let preset = null;
    for (const part of text.split(',')) {
      const [, short, value] = /^([a-z]+):([\w.+-]+)$/.exec(part) ?? [];
      const [name, [, read]] = Object.entries(SETTING_PARTS).find(([, [one]]) => one === short) ?? ['', ['', () => null]];
      if (short === 'preset') preset = value;
      else changed[name] = read(value ?? '');
      if (short !== 'preset' && changed[name] === null) return null;
    }
    return { preset, settings: { ...defaults, ...changed } };
  }

  /**
   * @param {'temperature' | 'learningRate' | 'nudge'} name
   * @param {(value: number) => boolean} allows
   * @returns {ViewPart}
   */
  function numberPart(name, allows) {
    return {
      write: (state) => (state[name] === USUAL_VIEW[name] ? '' : String(Number(state[name].toPrecision(6)))),
      read: (text) => (text !== '' && allows(Number(text)) ? { [name]: Number(text) } : null),
    };
  }

  /**
   * @param {'map' | 'list'} name
   * @param {readonly string[]} names The first one is the usual.
   * @returns {ViewPart}
   */
  function namePart(name, names) {
    return {
      write: (state) => (state[name] === names[0] ? '' : state[name]),
      read: (text) => (names.includes(text) ? { [name]: text } : null),
    };
  }

  /**
   * @param {number} min
   * @param {number} max
   * @returns {(text: string) => number | null}
   */
  function wholeIn(min, max) {
    return (text) => (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : null);
  }

  /**
   * @param {string} text
   * @param {number} count
   * @returns {number[]} Empty if they are not so many whole numbers.
   */
  function wholes(text, count) {
    const parts = text.split('.');
    return parts.length === count && parts.every((part) => /^\d{1,6}$/.test(part)) ? parts.map(Number) : [];
  }

  /**
   * @param {number[]} pixels In ascending order.
   * @returns {string} Such as `201-204.230`.
   */
  function runsOf(pixels) {
    /** @type {number[][]} */
    const runs = [];
    for (const pixel of pixels) {
      const last = runs.at(-1);
      if (last !== undefined && last[1] === pixel - 1) last[1] = pixel;
      else runs.push([pixel, pixel]);
    }
    return runs.map(([first, end]) => (first === end ? first : `${first}-${end}`)).join('.');
  }

  /**
   * @param {string} text
   * @returns {number[]} Empty if it is not what `runsOf` writes.
   */
  function pixelsOf(text) {
    if (!/^\d{1,3}(-\d{1,3})?(\.\d{1,3}(-\d{1,3})?)*$/.test(text)) return [];
    return text.split('.').flatMap((run) => {
      const [first, end = first] = run.split('-').map(Number);
      return Array.from({ length: Math.max(0, end - first + 1) }, (_, i) => first + i);
    });
  }

  return { USUAL_VIEW, VIEW_PARTS, encodeTraining, decodeTraining };
})());

/**
 * The settings of a training run, and which values they may have.
 */
MNIST.core.shareWithWorkers('nn', () => {
  /** @type {Readonly<TrainingSettings>} */
  const DEFAULT_SETTINGS = Object.freeze({
    optimizer: 'sgd',
    learningRate: 0.1,
    batchSize: 32,
    weightDecay: 0,
    dropout: 0,
    distortions: false,
    spoiledLabels: 0,
    examples: 5000,
    seed: 0,
  });
  const MAX_BATCH = 1000;

  /** @type {Record<keyof TrainingSettings, [allows: (value: any) => boolean, allowed: string]>} */
  const RULES = {
    optimizer: [(name) => ['sgd', 'momentum', 'adam'].includes(name), 'sgd, momentum or adam'],
    learningRate: [isBetween(0, 1000), 'from 0 to 1000'],
    batchSize: [isWholeBetween(1, MAX_BATCH), `a whole number from 1 to ${MAX_BATCH}`],
    weightDecay: [isBetween(0, 10), 'from 0 to 10'],
    dropout: [isBetween(0, 0.95), 'from 0 to 0.95'],
    distortions: [(value) => typeof value === 'boolean', 'true or false'],
    spoiledLabels: [isBetween(0, 1), 'from 0 to 1'],
    examples: [isWholeBetween(1, 1e6), 'a whole number, at least 1'],
    seed: [isWholeBetween(0, 4294967295), 'a whole number from 0 to 4294967295'],
  };

  /**
   * @param {Partial<TrainingSettings>} part
   * @param {Readonly<TrainingSettings>} [rest] What stays as it is.
   * @returns {TrainingSettings}
   * @throws {RangeError} A setting has a value that it may not have.
   */
  function checkedSettings(part, rest = DEFAULT_SETTINGS) {
    const settings = { ...rest, ...part };
    for (const [name, value] of Object.entries(settings)) {
      const rule = RULES[/** @type {keyof TrainingSettings} */ (name)];
      if (rule === undefined) throw new RangeError(`There is no setting ${name}.`);
      if (!rule[0](value)) throw new RangeError(`${name} is ${rule[1]}, not ${value}.`);
    }
    return settings;
  }

  /** @type {(low: number, high: number) => (value: unknown) => boolean} */
  function isBetween(low, high) {
    return (value) => typeof value === 'number' && value >= low && value <= high; // NaN is not
  }

  /** @type {(low: number, high: number) => (value: unknown) => boolean} */
  function isWholeBetween(low, high) {
    return (value) => Number.isInteger(value) && isBetween(low, high)(value);
  }

  return { DEFAULT_SETTINGS, checkedSettings };
});

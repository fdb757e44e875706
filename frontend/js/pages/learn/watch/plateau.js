/**
 * When a training stops by itself, because nothing more comes of it. Pure functions.
 */
MNIST.add('learn', (() => {
  /** So many epochs must bring something. */
  const PATIENCE = 5;
  /** What counts as something: of the loss this share, and at least so much. */
  const [MIN_SHARE, MIN_LOSS] = [0.01, 0.002];
  /** Of the test accuracy: two of 1,000 digits. */
  const MIN_TEST = 0.002;

  /**
   * @param {ReadonlyArray<WatchPoint>} points
   * @param {number} since The epoch from which on it counts: somebody pressed play there.
   * @returns {boolean} Whether the last five epochs brought nothing.
   */
  function hasPlateau(points, since) {
    const border = (points.at(-1)?.epoch ?? 0) - PATIENCE;
    if (border < since) return false;
    const counted = points.filter(({ epoch, loss }) => epoch >= since && loss !== null);
    const before = counted.filter(({ epoch }) => epoch <= border);
    const after = counted.filter(({ epoch }) => epoch > border);
    if (before.length === 0) return false;
    const loss = leastLoss(before);
    const hasFallen = loss - leastLoss(after) > Math.max(MIN_SHARE * loss, MIN_LOSS);
    const hasRisen = bestTest(after) - bestTest(before) > MIN_TEST;
    return !hasFallen && !hasRisen;
  }

  /**
   * @param {ReadonlyArray<WatchPoint>} points
   * @returns {number} The lowest mean loss of an epoch: one batch alone may be lucky.
   */
  function leastLoss(points) {
    /** @type {Map<number, number[]>} */
    const epochs = new Map();
    for (const { epoch, loss } of points) {
      const number = Math.ceil(epoch);
      epochs.set(number, [...(epochs.get(number) ?? []), loss ?? NaN]);
    }
    const means = [...epochs.values()].map((losses) => losses.reduce((sum, loss) => sum + loss) / losses.length);
    return Math.min(...means);
  }

  /** @param {ReadonlyArray<WatchPoint>} points */
  function bestTest(points) {
    return Math.max(0, ...points.map(({ test }) => test ?? 0));
  }

  return { hasPlateau };
})());

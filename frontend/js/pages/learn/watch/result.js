/**
 * What is said of a trained network: how well it reads, and why the one that comes with the page reads
 * better. Pure functions: each figure is handed in, or stands in the shipped network's own recipe.
 */
MNIST.add('learn', (() => {
  const { percent } = MNIST.learn;
  const MNIST_TRAINING = 60_000;
  /** From so many epochs on. */
  const EPOCHS = 20;

  /**
   * @param {WatchCase} patient
   * @returns {boolean} Whether there is a result to speak of: it stopped by itself, or has trained for long.
   */
  function isResult({ points, stopped }) {
    const last = points.at(-1);
    return last !== undefined && last.test !== null && (stopped === 'plateau' || last.epoch >= EPOCHS);
  }

  /**
   * @param {WatchCase} patient
   * @returns {string}
   */
  function describeResult({ points, settings }) {
    const { epoch, test } = points[points.length - 1];
    const epochs = Math.floor(epoch);
    return `After ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} on ${settings.examples.toLocaleString('en')} digits your network reads `
      + `${percent(test ?? 0)} of 1,000 test digits right.`;
  }

  /**
   * @param {number} accuracy Of the shipped network on the same test digits.
   * @param {Record<string, any>} metadata Of the shipped network.
   * @returns {string} Why it reads better.
   */
  function describeShipped(accuracy, { recipe = {}, epochs_trained: epochs = recipe.epochs }) {
    const digits = (MNIST_TRAINING - (recipe.validation ?? 0)).toLocaleString('en');
    const parts = [`${digits} digits instead of a few thousand`];
    if (recipe.augment) parts.push('distorted differently in each epoch');
    if (recipe.pen_digits > 0) parts.push(`${recipe.pen_digits.toLocaleString('en')} synthetic pen digits`);
    const more = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts[0];
    return `The network that comes with this page has the same size and reads ${percent(accuracy)} of them. It trained for `
      + `${epochs} epochs on ${more}. What helps most is more data, not another trick.`;
  }

  return { isResult, describeResult, describeShipped };
})());

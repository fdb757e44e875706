/**
 * What is said of a trained network: how well it reads, and why the one that comes with the page reads
 * better. Pure functions: each figure is handed in, or stands in the shipped network's own recipe.
 */
MNIST.add('learn', (() => {
  const { list, text } = MNIST.words;
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
    const values = { examples: settings.examples, share: percent(test ?? 0), all: 1000 };
    return text('watch.result', { count: Math.floor(epoch), ...values });
  }

  /**
   * @param {number} accuracy Of the shipped network on the same test digits.
   * @param {Record<string, any>} metadata Of the shipped network.
   * @returns {string} Why it reads better.
   */
  function describeShipped(accuracy, { recipe = {}, epochs_trained: epochs = recipe.epochs }) {
    const parts = [text('watch.shipped-digits', { count: MNIST_TRAINING - (recipe.validation ?? 0) })];
    if (recipe.augment) parts.push(text('watch.shipped-distorted'));
    if (recipe.pen_digits > 0) parts.push(text('watch.shipped-pen', { count: recipe.pen_digits }));
    return text('watch.shipped', { share: percent(accuracy), epochs, more: list(parts) });
  }

  return { isResult, describeResult, describeShipped };
})());

/**
 * One step of the training on one image, in its five stages. It is computed twice: here, with every
 * number kept, and by the engine, which the training itself uses. Pure functions.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { TrainingEngine, backwardPass, forwardPass, layersOf } = MNIST.nn;
  const { digitAt, largest, percent, plain, precise, rateText, signed, winnerOf } = MNIST.learn;

  const SLOW_STAGES = ['forward', 'loss', 'output-error', 'backward', 'update'].map((name) => text(`watch.slow-${name}`));

  /**
   * @param {TrainingSnapshot} snapshot Where the training is.
   * @param {{training: DigitSet, test: DigitSet}} digits
   * @returns {WatchSlowStep} Its next step, on one image.
   */
  function slowStepOf(snapshot, { training, test }) {
    const before = { layers: layersOf(snapshot.theta, snapshot.sizes), metadata: {} };
    const engine = new TrainingEngine({ network: before, settings: snapshot.settings, digits: training, test });
    engine.restore(snapshot);
    engine.step(1);
    const number = engine.digit ?? 0;
    const label = engine.labelOf(number);
    const x = Float32Array.from(digitAt(training, number), (grey) => grey / 255);
    const pass = forwardPass(before, x);
    return {
      number,
      label,
      isSpoiled: label !== training.labels[number],
      pass,
      gradient: backwardPass(before, pass, label),
      before,
      after: engine.network,
      passAfter: forwardPass(engine.network, x),
      settings: snapshot.settings,
    };
  }

  /**
   * @param {WatchSlowStep} step
   * @param {number} stage From 0.
   * @returns {string}
   */
  function describeSlowStage({ number, label, isSpoiled, pass, gradient, before, after, passAfter, settings }, stage) {
    const { probabilities } = pass;
    const answer = winnerOf(probabilities);
    const share = probabilities[label];
    const { deltas } = gradient;
    const [first, ...rest] = deltas.slice(0, -1).map((delta, l) => {
      const open = delta.filter((value) => value !== 0).length;
      return text('watch.slow-open', { open, all: delta.length, layer: l + 1 });
    });
    const open = [first, ...rest].join(text('watch.slow-and'));
    const [change, at] = largestChange(before, after);
    const said = { number, count: label, answer, sureness: percent(probabilities[answer]), share: percent(share) };
    const moved = {
      rate: rateText(settings.learningRate), change: signed(change, 5), layer: at + 1, digit: label,
      after: percent(passAfter.probabilities[label]), before: percent(share),
    };
    return [
      text(isSpoiled ? 'watch.slow-text-spoiled' : 'watch.slow-text-forward', said),
      text('watch.slow-text-loss', { share: precise(share), loss: plain(gradient.loss, 4) }),
      text('watch.slow-text-output', { error: signed(share - 1, 4), digit: label }),
      text('watch.slow-text-backward', { open }),
      text(`watch.slow-text-update-${settings.optimizer}`, moved),
    ][stage];
  }

  /**
   * @param {Network} before
   * @param {Network} after
   * @returns {[change: number, layer: number]} The weight's change that is largest.
   */
  function largestChange(before, after) {
    const changes = before.layers.map(({ W }, l) => {
      const moved = W.map((w, k) => after.layers[l].W[k] - w);
      const size = largest(moved);
      return moved.find((value) => Math.abs(value) === size) ?? 0;
    });
    const layer = changes.reduce((best, change, l) => (Math.abs(change) > Math.abs(changes[best]) ? l : best), 0);
    return [changes[layer], layer];
  }

  return { SLOW_STAGES, slowStepOf, describeSlowStage };
})());

/**
 * One step of the training on one image, in its five stages. It is computed twice: here, with every
 * number kept, and by the engine, which the training itself uses. Pure functions.
 */
MNIST.add('learn', (() => {
  const { TrainingEngine, backwardPass, forwardPass, layersOf } = MNIST.nn;
  const { digitAt, largest, percent, plain, precise, rateText, signed, winnerOf } = MNIST.learn;

  const SLOW_STAGES = ['Forward', 'Loss', 'Output error', 'Backward', 'Update'];
  const UPDATES = {
    sgd: 'its gradient',
    momentum: 'its gradient, with nine tenths of the step before on top',
    adam: 'its gradient divided by how large its gradients usually are',
  };

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
    const hidden = deltas.slice(0, -1).map((delta, l) => {
      return `${delta.filter((value) => value !== 0).length} of ${delta.length} neurons of layer ${l + 1}`;
    });
    const [change, at] = largestChange(before, after);
    return [
      `Digit number ${number.toLocaleString('en')} of the training digits ${isSpoiled ? 'says wrongly that it is' : 'is'} `
        + `${label === 8 ? 'an' : 'a'} ${label}. The network answers ${answer}, with ${percent(probabilities[answer])}; ${label} gets ${percent(share)}.`,
      `How wrong is that? The loss is −ln ${precise(share)} = ${plain(gradient.loss, 4)}. It is 0 when the right digit gets 100%.`,
      `Each output’s error is its probability minus what it should be: ${signed(share - 1, 4)} for ${label}, which should rise, and more `
        + 'than 0 for all others, which should fall.',
      `The error flows back through the same weights. ${hidden.join(' and ')} get a share; those that were off get none.`,
      `Every weight moves by ${rateText(settings.learningRate)} times ${UPDATES[settings.optimizer]}, against it. The largest change is `
        + `${signed(change, 5)}, in layer ${at + 1}. For this digit ${label} now gets ${percent(passAfter.probabilities[label])} instead of ${percent(share)}.`,
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

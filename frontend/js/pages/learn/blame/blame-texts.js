/**
 * Stage C: the seven steps of a backward pass, and what each says about this drawing.
 */
MNIST.add('learn', (() => {
  const { percent, plain, precise, signed } = MNIST.learn;

  /** @type {ReadonlyArray<{name: string, layer: number | null}>} `layer`: whose gradient is painted. */
  const BLAME_STEPS = [
    { name: 'Forward', layer: null },
    { name: 'Loss', layer: null },
    { name: 'Output error', layer: null },
    { name: 'Gradient of W₃', layer: 2 },
    { name: 'Error of layer 2', layer: 1 },
    { name: 'Error of layer 1', layer: 0 },
    { name: 'All gradients', layer: 0 },
  ];

  /**
   * @param {LearnState} state
   * @param {LookedAt} looked
   * @param {number} target
   * @returns {string} What the step does, with this drawing's numbers.
   */
  function describeBlameStep({ blameStep, pass }, { weight, gradient: { loss, deltas, dW } }, target) {
    const share = pass.probabilities[target];
    const open = deltas.slice(0, 2).map(countNonZero);
    const [i, j] = weight.layer === 2 ? [weight.input, weight.output] : [0, target];
    const product = `${plain(pass.activations[2][i], 4)} × ${plain(deltas[2][j], 6)}`;
    const texts = [
      () => `The drawing goes through the network. If it should be ${target === 8 ? 'an' : 'a'} ${target}: `
        + `the network gives ${target} a probability of ${percent(share)}.`,
      () => `The loss says how wrong that is: −ln ${precise(share)} = ${plain(loss, 4)}. `
        + 'It is 0 when the right digit gets 100%.',
      () => `Each output’s error is its probability minus what it should be: ${signed(deltas[2][target], 4)} for ${target}, `
        + 'which should rise, and more than 0 for all others, which should fall.',
      () => 'A weight is to blame when its input was active and its output wrong. '
        + `From neuron ${i} to output ${j}: ${product} = ${plain(pass.activations[2][i] * deltas[2][j], 4)}. `
        + 'That is its gradient.',
      () => `The error flows back through the same weights to layer 2. ${open[1]} of 64 neurons are open and get a share; `
        + 'a neuron that was off changed nothing, so it gets none.',
      () => `Once more, to layer 1: ${open[0]} of 128 neurons are open and get a share of the blame.`,
      () => `Every weight has its gradient now: ${dW.reduce((n, values) => n + countNonZero(values), 0).toLocaleString('en')} `
        + 'of 109,184 are not zero. Weights from white pixels have gradient 0: 0 times anything is 0, so changing them '
        + 'would change nothing.',
    ];
    return texts[blameStep]();
  }

  /** @param {Float32Array | Float64Array} values */
  function countNonZero(values) {
    let count = 0;
    for (const value of values) if (value !== 0) count++;
    return count;
  }

  return { BLAME_STEPS, describeBlameStep };
})());

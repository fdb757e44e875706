/**
 * Stage C: the seven steps of a backward pass, and what each says about this drawing.
 */
MNIST.add('learn', (() => {
  const { percent, plain, precise, signed } = MNIST.learn;
  const { text } = MNIST.words;

  /** @type {ReadonlyArray<{name: string, layer: number | null}>} `layer`: whose gradient is painted. */
  const BLAME_STEPS = [
    { name: text('blame.step-forward'), layer: null },
    { name: text('blame.step-loss'), layer: null },
    { name: text('blame.step-output-error'), layer: null },
    { name: text('blame.step-gradient'), layer: 2 },
    { name: text('blame.step-error-2'), layer: 1 },
    { name: text('blame.step-error-1'), layer: 0 },
    { name: text('blame.step-all'), layer: 0 },
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
      () => text('blame.text-forward', { count: target, share: percent(share) }),
      () => text('blame.text-loss', { share: precise(share), loss: plain(loss, 4) }),
      () => text('blame.text-output', { error: signed(deltas[2][target], 4), digit: target }),
      () => text('blame.text-gradient', {
        from: i, to: j, product, gradient: plain(pass.activations[2][i] * deltas[2][j], 4),
      }),
      () => text('blame.text-error-2', { open: open[1], all: 64 }),
      () => text('blame.text-error-1', { open: open[0], all: 128 }),
      () => text('blame.text-all', { open: dW.reduce((n, values) => n + countNonZero(values), 0), all: 109_184 }),
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

/**
 * Lesson 1: an image is 784 numbers.
 */
MNIST.add('learn', (() => {
  const { number, percent, text } = MNIST.words;
  const { forwardPass, randomSource } = MNIST.nn;
  const { LESSON_FACTS } = MNIST.data;
  /** Less than half of the pad's 28 cells. */
  const SMALL = 13;
  const SEED = 1;

  /**
   * @param {string} name
   * @param {LessonValues} [values]
   */
  const say = (name, values) => text(`lesson1.${name}`, values);

  /** @param {MNIST.learn.LessonWorld} world */
  function inkedPixels({ state }) {
    return state.pass.activations[0].filter((value) => value > 0).length;
  }

  /**
   * @param {ArrayLike<number>} pixels
   * @returns {number} How many of the 28 rows, from the first with ink to the last.
   */
  function heightOf(pixels) {
    const rows = Array.from({ length: 28 }, (_, row) => row)
      .filter((row) => Array.from({ length: 28 }, (_, column) => pixels[28 * row + column]).some((ink) => ink > 0));
    return rows.length === 0 ? 0 : rows[rows.length - 1] - rows[0] + 1;
  }

  /** @param {MNIST.learn.LessonWorld} world How large the ink is on the pad, in cells. */
  function sizeOnPad({ drawing }) {
    const { grid } = drawing;
    const columns = Array.from({ length: 784 }, (_, i) => grid[28 * (i % 28) + Math.floor(i / 28)]);
    return Math.max(heightOf(grid), heightOf(columns));
  }

  /** @param {MNIST.learn.LessonWorld} world Puts a small copy of the drawing into a corner. */
  function shrink({ drawing, host }) {
    if (drawing.inkedStrokes.length === 0) host.drawn.showExample();
    drawing.load(drawing.inkedStrokes.map(({ sigma, points }) => ({
      sigma, points: points.map(({ x, y }) => ({ x: 2 + x / 3, y: 2 + y / 3 })),
    })));
  }

  /** Where each of the 784 numbers comes from: the same in every browser. */
  const PLACES = Uint16Array.from({ length: 784 }, (_, i) => i);
  randomSource(SEED).shuffle(PLACES);

  /** @param {MNIST.learn.LessonWorld} world */
  function shuffledDrawing({ state }) {
    return Float64Array.from(PLACES, (i) => state.pass.activations[0][i]);
  }

  /** @param {MNIST.learn.LessonWorld} world What a network reads whose weights are shuffled like the pixels. */
  function shuffledAnswer(world) {
    const [first, ...others] = world.network.layers;
    const W = new Float32Array(first.W.length);
    PLACES.forEach((from, to) => {
      W.set(first.W.subarray(from * first.outputs, (from + 1) * first.outputs), to * first.outputs);
    });
    const { probabilities } = forwardPass({ ...world.network, layers: [{ ...first, W }, ...others] }, shuffledDrawing(world));
    return probabilities.indexOf(Math.max(...probabilities));
  }

  /** @type {LessonStep[]} */
  const steps = [
    {
      id: 'draw', kind: 'do', stage: 'think', target: '#pad-frame',
      ready: ({ isEmpty, isExample }) => !isEmpty && !isExample,
      act: ({ host }) => host.drawn.showSample(),
    },
    { id: 'grid', kind: 'see', stage: 'think', target: '.flow-input', needs: ['ink'] },
    {
      id: 'ink', kind: 'predict', stage: 'think', target: '.flow-input', needs: ['ink'],
      question: { kind: 'number', min: 0, max: 784, tolerance: 40 },
      truth: inkedPixels,
      values: (world) => {
        const zeros = 784 - inkedPixels(world);
        const { low, high } = LESSON_FACTS.ink;
        return { zeros, share: percent(zeros / 784), low, high };
      },
    },
    {
      id: 'corner', kind: 'predict', stage: 'think', target: '#pad-frame', needs: ['ink'],
      question: { kind: 'number', min: 0, max: 28, tolerance: 2 },
      prepare: ({ state }, memory) => {
        memory.before = state.pixels;
      },
      ready: (world, { before }) => {
        const isRead = world.state.pixels !== before; // a frame after it is drawn
        return isRead && !world.isEmpty && !world.drawing.isPenDown && sizeOnPad(world) <= SMALL;
      },
      act: shrink,
      truth: ({ state }) => heightOf(state.pixels),
      values: (world) => ({ small: sizeOnPad(world) }),
    },
    {
      id: 'shuffle', kind: 'predict', stage: 'think', needs: ['digit', 'shipped'],
      question: { kind: 'choice', choices: () => ['same', 'unsure', 'other'] },
      image: shuffledDrawing,
      truth: (world) => (shuffledAnswer(world) === world.answer ? 'same' : 'other'),
      values: ({ answer, share }) => ({ digit: answer, share: percent(share, 1) }),
    },
    {
      id: 'gets', kind: 'check', stage: 'think',
      question: { kind: 'choice', choices: () => ['strokes', 'place', 'numbers'] },
      truth: () => 'numbers',
      values: () => ({ parameters: number(LESSON_FACTS.parameters) }),
    },
  ];

  return { LESSON_1: { number: 1, minutes: 6, steps, say } };
})());

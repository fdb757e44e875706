/**
 * The curves of a training. Both scales are stretched where it gets interesting: each step up the
 * accuracy halves the errors, each step down the loss divides it by ten.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { lastEpoch, niceEnd, paintEpochs, percent, preparePlot } = MNIST.learn;
  const ACCURACIES = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1];
  /** The scale of errors ends here: with 1,000 digits, 0.2% are two. */
  const MIN_ERROR = 0.003;
  const LOSSES = [10, 1, 0.1, 0.01, 0.001];
  const [MAX_LOSS, MIN_LOSS] = [10, 0.001];
  const MAX_ROWS = 60;

  /**
   * @param {number} accuracy From 0 to 1.
   * @returns {number} Its height on the scale, from 0 to 1.
   */
  function heightOfAccuracy(accuracy) {
    return Math.log(Math.max(1 - accuracy, MIN_ERROR)) / Math.log(MIN_ERROR);
  }

  /**
   * @param {number} loss
   * @returns {number} From 0 to 1; what is off the scale, or is not a number, is at its end.
   */
  function heightOfLoss(loss) {
    if (!Number.isFinite(loss)) return 1;
    const share = Math.log(Math.max(loss, MIN_LOSS) / MIN_LOSS) / Math.log(MAX_LOSS / MIN_LOSS);
    return Math.min(share, 1);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {MNIST.learn.WatchHistory} history
   * @param {number | null} cursor
   */
  function paintAccuracy(canvas, history, cursor) {
    const end = niceEnd(lastEpoch(history));
    const area = preparePlot(canvas, end);
    paintScale(area, ACCURACIES.map((value) => ({ height: heightOfAccuracy(value), text: MNIST.words.percent(value) })));
    paintEpochs(area, end, cursor);
    for (const branch of history.branches) paintCurve(area, branch.tests, accuracyHeight, area.soft, 1, []);
    paintCurve(area, history.points, accuracyHeight, area.ink, 1.5, [5, 4]);
    paintCurve(area, history.tests, accuracyHeight, area.accent, 2.5, []);
  }

  /** @param {{accuracy: number | null}} moment */
  function accuracyHeight({ accuracy }) {
    return accuracy === null ? null : heightOfAccuracy(accuracy);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {MNIST.learn.WatchHistory} history
   * @param {number | null} cursor
   */
  function paintLoss(canvas, history, cursor) {
    const end = niceEnd(lastEpoch(history));
    const area = preparePlot(canvas, end);
    paintScale(area, LOSSES.map((value) => ({ height: heightOfLoss(value), text: number(value, { maximumSignificantDigits: 2 }) })));
    paintEpochs(area, end, cursor);
    /** @param {WatchPoint} point */
    const height = ({ loss }) => (loss === null ? null : heightOfLoss(loss));
    for (const branch of history.branches) paintCurve(area, branch.points, height, area.soft, 1, []);
    paintCurve(area, history.points, height, area.ink, 1.5, [5, 4]);
  }

  /**
   * @param {MNIST.learn.WatchPlotArea} area
   * @param {{height: number, text: string}[]} marks
   */
  function paintScale({ context, left, top, width, height, soft, line }, marks) {
    context.strokeStyle = line;
    context.lineWidth = 1;
    context.fillStyle = soft;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const mark of marks) {
      const y = Math.round(top + height * (1 - mark.height)) + 0.5;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
      context.fillText(mark.text, left - 8, y);
    }
  }

  /**
   * @template {{epoch: number}} T
   * @param {MNIST.learn.WatchPlotArea} area
   * @param {ReadonlyArray<T>} points
   * @param {(point: T) => number | null} heightOf
   * @param {string} colour
   * @param {number} width
   * @param {number[]} dash
   */
  function paintCurve({ context, top, height, x }, points, heightOf, colour, width, dash) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineJoin = 'round';
    context.setLineDash(dash);
    context.beginPath();
    for (const point of points) {
      const share = heightOf(point);
      if (share !== null) context.lineTo(x(point.epoch), top + height * (1 - share));
    }
    context.stroke();
    context.setLineDash([]);
  }

  /**
   * @param {MNIST.learn.WatchHistory} history
   * @returns {TableContent} At most so many rows, evenly chosen.
   */
  function curveTable({ points }) {
    const every = Math.max(1, Math.ceil(points.length / MAX_ROWS));
    const rows = points.filter((_, k) => k % every === 0 || k === points.length - 1).map((point) => [
      number(point.epoch, 2),
      number(point.step),
      point.test === null ? '' : percent(point.test),
      point.accuracy === null ? '' : percent(point.accuracy),
      point.loss === null ? '' : number(point.loss, 4),
    ]);
    const head = ['epoch', 'step', 'test-accuracy', 'training-accuracy', 'training-loss'].map((name) => text(`watch.column-${name}`));
    return { title: text('watch.table-training'), head, rows };
  }

  return { heightOfAccuracy, heightOfLoss, paintAccuracy, paintLoss, curveTable };
})());

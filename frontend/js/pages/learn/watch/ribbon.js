/**
 * The ten probabilities of the learner's drawing through time: a lane for each digit, as thick as its
 * probability. The answer of each moment has the network's colour.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { lastEpoch, niceEnd, paintEpochs, percent, preparePlot } = MNIST.learn;
  const DIGITS = 10;
  /** Of a lane's height, when a probability is 1. */
  const FULL = 0.9;
  /** Thinner than this nothing is seen. */
  const LEAST = 0.002;
  const MAX_ROWS = 60;

  /** @param {ArrayLike<number>} probe */
  function winnerOf(probe) {
    let winner = 0;
    for (let digit = 1; digit < DIGITS; digit++) if (probe[digit] > probe[winner]) winner = digit;
    return winner;
  }

  /**
   * @param {ReadonlyArray<WatchPoint>} points
   * @returns {{digit: number, isWinner: boolean, points: {epoch: number, share: number}[]}[]} Each lane
   *   cut where its digit becomes the answer or ceases to be it. A piece ends where the next begins.
   */
  function ribbonRuns(points) {
    const runs = [];
    for (let digit = 0; digit < DIGITS; digit++) {
      let run = null;
      for (const { epoch, probe } of points) {
        if (probe === null) {
          run = null;
          continue;
        }
        const place = { epoch, share: probe[digit] };
        const isWinner = winnerOf(probe) === digit;
        if (run !== null) run.points.push(place);
        if (run === null || run.isWinner !== isWinner) {
          run = { digit, isWinner, points: [place] };
          runs.push(run);
        }
      }
    }
    return runs;
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {MNIST.learn.WatchHistory} history
   * @param {number | null} cursor
   */
  function paintRibbon(canvas, history, cursor) {
    const end = niceEnd(lastEpoch(history));
    const area = preparePlot(canvas, end);
    const { context, left, top, width, height, ink, soft, line, accent, font, x } = area;
    const lane = height / DIGITS;
    const winner = history.last?.probe ? winnerOf(history.last.probe) : -1;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.strokeStyle = line;
    context.lineWidth = 1;
    for (let digit = 0; digit < DIGITS; digit++) {
      const middle = top + (digit + 0.5) * lane;
      context.font = digit === winner ? `700 ${font.replace('12px', '13px')}` : font;
      context.fillStyle = digit === winner ? ink : soft;
      context.fillText(String(digit), left - 8, middle);
      context.beginPath();
      context.moveTo(left, Math.round(middle) + 0.5);
      context.lineTo(left + width, Math.round(middle) + 0.5);
      context.stroke();
    }
    context.font = font;
    for (const run of ribbonRuns(history.points)) {
      const middle = top + (run.digit + 0.5) * lane;
      context.fillStyle = run.isWinner ? accent : soft;
      context.beginPath();
      for (const { epoch, share } of run.points) context.lineTo(x(epoch), middle - half(share, lane));
      for (const { epoch, share } of run.points.slice().reverse()) {
        context.lineTo(x(epoch), middle + half(share, lane));
      }
      context.fill();
    }
    paintEpochs(area, end, cursor);
  }

  /**
   * @param {number} share
   * @param {number} lane
   */
  function half(share, lane) {
    return share < LEAST ? 0 : (share * FULL * lane) / 2;
  }

  /**
   * @param {ReadonlyArray<WatchPoint>} points
   * @returns {string} The answer now and how it came about.
   */
  function describeRibbon(points) {
    const known = points.filter(({ probe }) => probe !== null);
    const last = known.at(-1)?.probe;
    if (!last) return text('watch.ribbon-none');
    const answers = known.map(({ probe }) => winnerOf(/** @type {ArrayLike<number>} */ (probe)));
    const winner = answers[answers.length - 1];
    const others = answers.map((digit, k) => (digit === winner ? -1 : k));
    const since = known[Math.max(-1, ...others) + 1];
    const values = { digit: winner, share: percent(last[winner]), epoch: number(since.epoch, 2) };
    return since.step === 0 ? text('watch.ribbon-start', values) : text('watch.ribbon-since', values);
  }

  /**
   * @param {MNIST.learn.WatchHistory} history
   * @returns {TableContent}
   */
  function ribbonTable({ points }) {
    const known = points.filter(({ probe }) => probe !== null);
    const every = Math.max(1, Math.ceil(known.length / MAX_ROWS));
    const rows = known.filter((_, k) => k % every === 0 || k === known.length - 1).map(({ epoch, probe }) => [
      number(epoch, 2), ...Array.from(probe ?? [], percent),
    ]);
    const head = [text('watch.column-epoch'), ...Array.from({ length: DIGITS }, (_, digit) => String(digit))];
    return { title: text('watch.table-ribbon'), head, rows };
  }

  return { winnerOf, ribbonRuns, paintRibbon, describeRibbon, ribbonTable };
})());

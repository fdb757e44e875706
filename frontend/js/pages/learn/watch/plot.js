/**
 * The frame that the curves and the ribbon share: epochs from left to right, sharp on every screen, in
 * the page's colours.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { contextOf } = MNIST.core;
  /** Space for the numbers at the left and below, in CSS pixels. */
  const MARGIN = { left: 46, right: 10, top: 8, bottom: 22 };
  const STEPS = [1, 2, 5];

  /**
   * @param {number} epoch
   * @returns {number} Where an axis that shows it ends: 1, 2, 5, 10, 20, …, so that it seldom changes.
   */
  function niceEnd(epoch) {
    const power = 10 ** Math.floor(Math.log10(Math.max(epoch, 1)));
    return (STEPS.find((step) => step * power >= epoch) ?? 10) * power;
  }

  /**
   * @param {number} end What {@link niceEnd} returned.
   * @returns {number[]}
   */
  function epochTicks(end) {
    const parts = String(end).startsWith('2') ? 4 : 5;
    return Array.from({ length: parts + 1 }, (_, k) => (end * k) / parts);
  }

  /**
   * @param {MNIST.learn.WatchHistory} history
   * @returns {number} The last epoch of any of its curves.
   */
  function lastEpoch(history) {
    return Math.max(...[history, ...history.branches].map(({ points }) => points.at(-1)?.epoch ?? 0));
  }

  /**
   * Clears a canvas and makes it as sharp as the screen.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {number} end The epoch at the right end.
   * @returns {MNIST.learn.WatchPlotArea}
   */
  function preparePlot(canvas, end) {
    const { clientWidth, clientHeight } = canvas;
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = contextOf(canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    const { font, ...colours } = looksOf(canvas);
    context.font = font;
    const inner = clientWidth - MARGIN.left - MARGIN.right;
    return {
      context,
      left: MARGIN.left,
      top: MARGIN.top,
      width: inner,
      height: clientHeight - MARGIN.top - MARGIN.bottom,
      ...colours,
      font,
      x: (epoch) => MARGIN.left + (epoch / end) * inner,
    };
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @returns {{ink: string, soft: string, line: string, accent: string, font: string}} In the page's theme.
   */
  function looksOf(canvas) {
    const style = getComputedStyle(canvas);
    /** @param {string} name */
    const value = (name) => style.getPropertyValue(name).trim();
    return {
      ink: value('--ink'),
      soft: value('--ink-soft'),
      line: value('--line'),
      accent: value('--accent'),
      font: `12px ${value('--sans')}`,
    };
  }

  /**
   * The axis of epochs, and where one has gone back to.
   *
   * @param {MNIST.learn.WatchPlotArea} area
   * @param {number} end
   * @param {number | null} cursor An epoch.
   */
  function paintEpochs({ context, left, top, width, height, ink, soft, line, x }, end, cursor) {
    const bottom = top + height;
    context.strokeStyle = line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, bottom + 0.5);
    context.lineTo(left + width, bottom + 0.5);
    context.stroke();
    context.fillStyle = soft;
    context.textBaseline = 'top';
    const ticks = epochTicks(end);
    ticks.forEach((tick, k) => {
      const isLast = k === ticks.length - 1;
      const shown = number(Number(tick.toPrecision(3)));
      context.textAlign = isLast ? 'right' : 'center';
      context.fillText(isLast ? text('watch.epoch-tick', { epoch: shown }) : shown, isLast ? left + width + 4 : x(tick), bottom + 6);
    });
    if (cursor === null) return;
    context.strokeStyle = ink;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(x(cursor), top);
    context.lineTo(x(cursor), bottom);
    context.stroke();
    context.setLineDash([]);
  }

  return { niceEnd, epochTicks, lastEpoch, preparePlot, paintEpochs };
})());

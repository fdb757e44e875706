/**
 * The curves of a race, and their table.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { epochTicks, heightOfAccuracy, niceEnd, percent, preparePlot } = MNIST.learn;
  const MARKS = [0, 0.5, 0.8, 0.9, 0.95, 0.98];
  /** The plot ends at 99%: what trains here for some epochs does not go further. */
  const TOP = heightOfAccuracy(0.99);
  /** In CSS pixels. */
  const NARROW = 420;
  /** Told apart by colour and by dash. */
  const RACE_LINES = Object.freeze([
    { colour: '--accent', dash: [] },
    { colour: '--ink', dash: [7, 4] },
    { colour: '--against', dash: [2, 3] },
    { colour: '--good', dash: [10, 3, 2, 3] },
  ]);

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ReadonlyArray<RaceEntry>} entries
   * @param {RaceAxis} axis
   * @param {number} images How many each lane is to see.
   */
  function paintRace(canvas, entries, axis, images) {
    const last = Math.max(...entries.map(({ points }) => points.at(-1)?.[axis] ?? 0));
    const end = axis === 'images' ? Math.max(images, last) : niceEnd(last);
    const area = preparePlot(canvas, end);
    const { context, top, height, x } = area;
    const style = getComputedStyle(canvas);
    /** @param {number} accuracy */
    const y = (accuracy) => top + height * (1 - Math.min(heightOfAccuracy(accuracy) / TOP, 1));
    paintRaceAxes(area, end, axis, y);
    entries.forEach(({ points, lane }) => {
      const { colour, dash } = RACE_LINES[lane];
      context.strokeStyle = style.getPropertyValue(colour).trim();
      context.lineWidth = 2.25;
      context.lineJoin = 'round';
      context.setLineDash(dash);
      context.beginPath();
      for (const point of points) context.lineTo(x(point[axis]), y(point.accuracy));
      context.stroke();
      context.setLineDash([]);
    });
  }

  /**
   * @param {MNIST.learn.WatchPlotArea} area
   * @param {number} end
   * @param {RaceAxis} axis
   * @param {(accuracy: number) => number} y
   */
  function paintRaceAxes({ context, left, top, width, height, soft, line, x }, end, axis, y) {
    context.strokeStyle = line;
    context.lineWidth = 1;
    context.fillStyle = soft;
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    for (const accuracy of MARKS) {
      const at = Math.round(y(accuracy)) + 0.5;
      context.beginPath();
      context.moveTo(left, at);
      context.lineTo(left + width, at);
      context.stroke();
      context.fillText(MNIST.words.percent(accuracy), left - 8, at);
    }
    context.textBaseline = 'top';
    const ticks = epochTicks(end);
    ticks.forEach((tick, k) => {
      const isLast = k === ticks.length - 1;
      if (k === ticks.length - 2 && width < NARROW) return; // the last one needs its place
      context.textAlign = isLast ? 'right' : 'center';
      const shown = number(Math.round(tick));
      context.fillText(isLast ? text(`race.tick-${axis}`, { count: shown }) : shown, isLast ? left + width + 4 : x(tick), top + height + 6);
    });
  }

  /**
   * @param {ReadonlyArray<RaceEntry>} entries
   * @returns {TableContent}
   */
  function raceTable(entries) {
    const lengths = entries.map(({ points }) => points.length);
    const longest = entries[lengths.indexOf(Math.max(...lengths))]?.points ?? [];
    const rows = longest.map(({ images }, k) => [
      number(images),
      ...entries.map(({ points }) => {
        const point = points[k];
        return point === undefined ? '' : text('race.cell', { share: percent(point.accuracy), time: Math.round(point.milliseconds) });
      }),
    ]);
    const head = [text('race.column-images'), ...entries.map(({ name }) => name)];
    return { title: text('race.table'), head, rows };
  }

  /**
   * @param {ReadonlyArray<RaceEntry>} entries
   * @returns {string} Who is ahead, in a sentence or two.
   */
  function describeRace(entries) {
    const ranked = entries
      .flatMap(({ name, points, isBroken }) => {
        const point = points.at(-1);
        return point === undefined || isBroken ? [] : [{ name, ...point }];
      })
      .sort((one, other) => other.accuracy - one.accuracy || one.milliseconds - other.milliseconds);
    const broken = entries.filter(({ isBroken }) => isBroken).map(({ name }) => text('race.broke', { name }));
    const results = ranked.map(({ name, accuracy, milliseconds }) => text('race.result', { name, share: percent(accuracy), time: Math.round(milliseconds) }));
    return [results.length === 0 ? '' : `${results.join('; ')}.`, ...broken].join(' ').trim();
  }

  return { RACE_LINES, paintRace, raceTable, describeRace };
})());

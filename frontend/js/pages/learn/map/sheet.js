/**
 * What the map says in words and as a table.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { TSNE_STEPS } = MNIST.nn;
  const { MAP_SPACES, percent, plain } = MNIST.learn;
  /** A table of all digits would take longer than a frame. */
  const MAX_ROWS = 200;

  /**
   * @param {MapSheet} sheet
   * @returns {Float64Array} x and y of each digit.
   */
  function mapPlacesOf({ plane, embedding }) {
    return embedding?.places ?? plane.places;
  }

  /**
   * @param {MapSheet} sheet
   * @returns {string} How far the map can be trusted.
   */
  function mapCaption({ plane: { kept, explained }, space, embedding }) {
    const { numbers } = MAP_SPACES[space];
    if (embedding === null) return text('map.caption-pca', { numbers, kept: percent(kept), between: percent(explained) });
    if (embedding.kept === null) return text('map.caption-moving', { numbers, step: embedding.step, all: TSNE_STEPS });
    const { own, planes } = embedding.kept;
    return text('map.caption-tsne', { own: percent(own), planes: percent(planes) });
  }

  /**
   * @param {MapSheet} sheet
   * @param {Uint8Array} labels
   * @param {(n: number) => boolean} isShown
   * @param {MapPlace | null} near Those on the map next to this place come first.
   * @returns {TableContent} The digits of the map.
   */
  function mapTable(sheet, labels, isShown, near) {
    const { survey: { answers }, space, embedding } = sheet;
    const places = mapPlacesOf(sheet);
    const { numbers } = MAP_SPACES[space];
    const scale = embedding === null ? MAP_SPACES[space].scale : 1;
    const [x, y] = near ?? [0, 0];
    const order = Array.from(labels.keys()).filter(isShown)
      .map((n) => ({ n, distance: Math.hypot(places[2 * n] - x, places[2 * n + 1] - y) }))
      .sort((one, other) => one.distance - other.distance);
    const rows = order.slice(0, MAX_ROWS).map(({ n }) => {
      const { digit, sureness, score } = answers[n];
      const place = [places[2 * n], places[2 * n + 1]].map((value) => plain(value / scale));
      return [String(n), String(labels[n]), String(digit), percent(sureness), Number.isNaN(score) ? '–' : plain(score, 1), ...place];
    });
    const title = text(near === null ? 'map.table' : 'map.table-near', { shown: rows.length, all: order.length, numbers });
    return { title, head: [...['test', 'label', 'read', 'sure'].map((name) => text(`map.head-${name}`)), text('map.score'), 'x', 'y'], rows };
  }

  return { mapPlacesOf, mapCaption, mapTable };
})());

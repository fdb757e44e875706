/**
 * What t-SNE's map needs: where a drawing goes on it, and how many neighbours it keeps. Pure
 * functions; what takes long is a generator.
 */
MNIST.add('learn', (() => {
  const { nearestRows, resemblances, squaredDistances } = MNIST.nn;
  const { mapRowAt } = MNIST.learn;
  const NEIGHBOURS = 9;
  /** What a drawing resembles less does not move it. */
  const MIN_SHARE = 1e-3;

  /**
   * @param {MapRows} rows Of the digits of the map.
   * @param {ArrayLike<number>} point
   * @returns {MapResemblance} Which of them a point resembles, and how much.
   */
  function mapResemblance(rows, point) {
    return Array.from(resemblances(squaredDistances(rows, point)), (share, index) => ({ index, share }))
      .filter(({ share }) => share > MIN_SHARE);
  }

  /**
   * @param {Float64Array} places
   * @param {MapResemblance} resemblance
   * @returns {MapPlace} The mean of the places of the digits that a point resembles.
   */
  function mapMeanPlace(places, resemblance) {
    let [x, y, total] = [0, 0, 0];
    for (const { index, share } of resemblance) {
      x += share * places[2 * index];
      y += share * places[2 * index + 1];
      total += share;
    }
    return [x / total, y / total];
  }

  /**
   * @param {MapRows} rows
   * @param {number} width
   * @param {Float64Array} places
   * @returns {Generator<void, number>} The share of each digit's nearest neighbours that are also its
   *   nearest on the map. From 0 to 1.
   */
  function* mapNeighboursKept(rows, width, places) {
    const count = places.length / 2;
    let kept = 0;
    for (let n = 0; n < count; n++) {
      /** @param {Neighbour[]} nearest */
      const others = (nearest) => nearest.map(({ index }) => index).filter((index) => index !== n).slice(0, NEIGHBOURS);
      const near = new Set(others(nearestRows(rows, mapRowAt(rows, width, n), NEIGHBOURS + 1)));
      const nearOnMap = others(nearestRows(places, places.subarray(2 * n, 2 * n + 2), NEIGHBOURS + 1));
      kept += nearOnMap.filter((index) => near.has(index)).length;
      yield;
    }
    return kept / (NEIGHBOURS * count);
  }

  return { mapResemblance, mapMeanPlace, mapNeighboursKept };
})());

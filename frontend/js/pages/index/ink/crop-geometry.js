/**
 * The part of a photo that is kept, as shares of its sides. Pure functions: nothing here touches the
 * page.
 */
MNIST.add('index', (() => {
  /** What is kept is at least so wide and high. */
  const MIN_SIDE = 0.05;
  /** @type {CropFrame} */
  const WHOLE = Object.freeze({ left: 0, top: 0, right: 1, bottom: 1 });

  /**
   * @param {CropFrame} frame
   * @param {keyof CropFrame} edge
   * @param {number} share Where the edge goes; as far as the opposite one allows.
   * @returns {CropFrame}
   */
  function withEdge(frame, edge, share) {
    const { left, top, right, bottom } = frame;
    const min = { left: 0, top: 0, right: left + MIN_SIDE, bottom: top + MIN_SIDE }[edge];
    const max = { left: right - MIN_SIDE, top: bottom - MIN_SIDE, right: 1, bottom: 1 }[edge];
    return { ...frame, [edge]: Math.min(Math.max(share, min), max) };
  }

  /**
   * @param {PenPoint} from As shares of the photo's sides; may be outside.
   * @param {PenPoint} to
   * @returns {CropFrame} Between two corners, and inside the photo.
   */
  function frameBetween(from, to) {
    /** @type {(a: number, b: number) => [number, number]} */
    const range = (a, b) => {
      const start = Math.min(Math.max(Math.min(a, b), 0), 1 - MIN_SIDE);
      return [start, Math.max(Math.min(Math.max(a, b), 1), start + MIN_SIDE)];
    };
    const [left, right] = range(from.x, to.x);
    const [top, bottom] = range(from.y, to.y);
    return { left, top, right, bottom };
  }

  /**
   * @param {CropFrame} frame
   * @param {{width: number, height: number}} image
   * @returns {Box} In whole pixels, at least one.
   */
  function pixelsOfFrame({ left, top, right, bottom }, { width, height }) {
    const x = Math.min(Math.floor(left * width), width - 1);
    const y = Math.min(Math.floor(top * height), height - 1);
    return {
      x, y,
      width: Math.max(Math.ceil(right * width) - x, 1),
      height: Math.max(Math.ceil(bottom * height) - y, 1),
    };
  }

  return { WHOLE_FRAME: WHOLE, frameBetween, pixelsOfFrame, withEdge };
})());

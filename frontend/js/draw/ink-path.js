/**
 * How ink and images look on a canvas: smooth lines through the pen's points.
 */
MNIST.add('draw', (() => {
  const { contextOf } = MNIST.core;
  const { GRID_SIZE } = MNIST.draw;

  /** Width of the ink, in standard deviations of the brush. */
  const INK_WIDTH = 2.4;
  /** Corners are rounded by at most this much, in cells. */
  const CORNER_RADIUS = 0.6;
  /** A line of no length is not drawn at all, and a dot would be one. In pixels. */
  const DOT_LENGTH = 0.01;

  /**
   * Draws a stroke, or a part of it, as a smooth line in the context's own colour.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Readonly<Stroke>} stroke
   * @param {number} scale Pixels a cell.
   * @param {number} [minWidth] In pixels.
   * @param {number} [start] The first of the points that are drawn. What is before it is there already.
   * @param {number} [end] The first one that is not drawn. The next part begins with it.
   */
  function drawStroke(context, { points, sigma }, scale, minWidth = 0, start = 0, end = points.length) {
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.lineWidth = Math.max(INK_WIDTH * sigma * scale, minWidth);
    context.beginPath();
    traceSmoothly(context, points, scale, start, end);
    context.stroke();
  }

  /**
   * Each point but the first and the last is a rounded corner, whose shape depends on its neighbours.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {ReadonlyArray<PenPoint>} points
   * @param {number} scale
   * @param {number} [start]
   * @param {number} [end]
   */
  function traceSmoothly(context, points, scale, start = 0, end = points.length) {
    const last = points.length - 1;
    // A part goes on where the corner before it has ended.
    const first = start > 1 ? towards(points[start - 1], points[start]) : points[0];
    context.moveTo(first.x * scale, first.y * scale);
    for (let i = Math.max(start, 1); i < Math.min(end, last); i++) {
      const corner = points[i];
      const before = towards(corner, points[i - 1]);
      const after = towards(corner, points[i + 1]);
      context.lineTo(before.x * scale, before.y * scale);
      context.quadraticCurveTo(
        corner.x * scale, corner.y * scale, after.x * scale, after.y * scale,
      );
    }
    if (end <= last) return;
    const { x, y } = points[last];
    const isDot = points.every((point) => point.x === x && point.y === y);
    context.lineTo(x * scale + (isDot ? DOT_LENGTH : 0), y * scale);
  }

  /**
   * @param {PenPoint} from
   * @param {PenPoint} to
   * @returns {PenPoint} Half-way, but no farther than CORNER_RADIUS.
   */
  function towards(from, to) {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const share = length > 0 ? Math.min(0.5, CORNER_RADIUS / length) : 0;
    return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
  }

  /**
   * Where an image lies on the pad: as large as fits, in the middle.
   *
   * @param {PadImage} image
   * @returns {Box} In cells.
   */
  function placeOfImage({ width, height }) {
    const scale = GRID_SIZE / Math.max(width, height);
    return {
      x: (GRID_SIZE - width * scale) / 2,
      y: (GRID_SIZE - height * scale) / 2,
      width: width * scale,
      height: height * scale,
    };
  }

  /** Each image is turned into something that can be drawn once. */
  const drawableImages = /** @type {WeakMap<PadImage, HTMLCanvasElement>} */ (new WeakMap());

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {PadImage} image
   * @param {number} scale Pixels a cell.
   * @param {string} colour The ink's.
   */
  function drawImageOnPad(context, image, scale, colour) {
    let drawable = drawableImages.get(image);
    if (drawable === undefined) {
      drawable = document.createElement('canvas');
      drawable.width = image.width;
      drawable.height = image.height;
      const copy = contextOf(drawable);
      const pixels = copy.createImageData(image.width, image.height);
      pixels.data.set(image.rgba);
      copy.putImageData(pixels, 0, 0);
      drawableImages.set(image, drawable);
    }
    const { x, y, width, height } = placeOfImage(image);
    context.imageSmoothingEnabled = image.cells === null;
    context.imageSmoothingQuality = 'high';
    context.drawImage(drawable, x * scale, y * scale, width * scale, height * scale);
    if (image.cells === null) return;
    // MNIST's own digits are ink without paper: they take the colour of the pen.
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = colour;
    context.fillRect(0, 0, GRID_SIZE * scale, GRID_SIZE * scale);
    context.globalCompositeOperation = 'source-over';
  }

  return { INK_WIDTH, CORNER_RADIUS, drawStroke, traceSmoothly, placeOfImage, drawImageOnPad };
})());

/**
 * How ink and pictures look on a canvas: smooth lines through the pen's points.
 */

/** Width of the ink, in standard deviations of the brush. */
const INK_WIDTH = 2.4;
/** Corners are rounded by at most this much, in cells. */
const CORNER_RADIUS = 0.6;
/** A line of no length is not drawn at all, and a dot would be one. In pixels. */
const DOT_LENGTH = 0.01;

/**
 * Draws strokes as smooth lines in the context's own colour.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {ReadonlyArray<Readonly<Stroke>>} strokes
 * @param {number} scale Pixels a cell.
 * @param {number} [leastWidth] In pixels: in a small picture thin lines would be lost.
 */
function drawInk(context, strokes, scale, leastWidth = 0) {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const { points, sigma } of strokes) {
    context.lineWidth = Math.max(INK_WIDTH * sigma * scale, leastWidth);
    context.beginPath();
    traceSmoothly(context, points, scale);
    context.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ReadonlyArray<PenPoint>} points
 * @param {number} scale
 */
function traceSmoothly(context, points, scale) {
  const [first] = points;
  const last = points[points.length - 1];
  context.moveTo(first.x * scale, first.y * scale);
  for (let i = 1; i < points.length - 1; i++) {
    const corner = points[i];
    const before = towards(corner, points[i - 1]);
    const after = towards(corner, points[i + 1]);
    context.lineTo(before.x * scale, before.y * scale);
    context.quadraticCurveTo(
      corner.x * scale, corner.y * scale, after.x * scale, after.y * scale,
    );
  }
  const isDot = points.every(({ x, y }) => x === first.x && y === first.y);
  context.lineTo(last.x * scale + (isDot ? DOT_LENGTH : 0), last.y * scale);
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
 * Where a picture lies on the pad: as large as fits, in the middle.
 *
 * @param {PadPicture} picture
 * @returns {PadBox} In cells.
 */
function placeOfPicture({ width, height }) {
  const scale = GRID_SIZE / Math.max(width, height);
  return {
    x: (GRID_SIZE - width * scale) / 2,
    y: (GRID_SIZE - height * scale) / 2,
    width: width * scale,
    height: height * scale,
  };
}

/** Each picture is turned into something that can be drawn once. */
const drawablePictures = /** @type {WeakMap<PadPicture, HTMLCanvasElement>} */ (new WeakMap());

/**
 * @param {CanvasRenderingContext2D} context Its strokeStyle is the ink's colour.
 * @param {PadPicture} picture
 * @param {number} scale Pixels a cell.
 */
function drawPicture(context, picture, scale) {
  let drawable = drawablePictures.get(picture);
  if (drawable === undefined) {
    drawable = document.createElement('canvas');
    drawable.width = picture.width;
    drawable.height = picture.height;
    const copy = contextOf(drawable);
    const image = copy.createImageData(picture.width, picture.height);
    image.data.set(picture.rgba);
    copy.putImageData(image, 0, 0);
    drawablePictures.set(picture, drawable);
  }
  const { x, y, width, height } = placeOfPicture(picture);
  context.imageSmoothingEnabled = picture.cells === null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(drawable, x * scale, y * scale, width * scale, height * scale);
  if (picture.cells === null) return;
  // MNIST's own digits are ink without paper: they take the colour of the pen.
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = context.strokeStyle;
  context.fillRect(0, 0, GRID_SIZE * scale, GRID_SIZE * scale);
  context.globalCompositeOperation = 'source-over';
}

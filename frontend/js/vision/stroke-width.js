/**
 * Widens thin ink to the width of MNIST's strokes, before a digit is scaled to 20 pixels: a thin line
 * on a large image would become faint and grey.
 *
 * backend/mnist_recognizer/vision/stroke_width.py does the same arithmetic in the same order.
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const { MNIST_GEOMETRY } = MNIST.vision;

  /** Ink that would be less wide than this in MNIST's geometry, in pixels, is widened, */
  const THIN = 1.7;
  /** to this width: that of MNIST's median stroke. */
  const PEN = 2.5;
  /** Ink is widened at about this size, in pixels of the longest side. */
  const WORK = 80;

  /**
   * @param {InkImage} image One digit, with ink on all four sides.
   * @returns {InkImage} The same if its strokes are wide enough. Else a smaller one with wider
   *   strokes, with ink on all four sides.
   */
  function widenThinInk(image) {
    const { BOX } = MNIST_GEOMETRY;
    const longest = Math.max(image.width, image.height);
    if (strokeWidth(image) * BOX >= THIN * longest) return image;
    const small = blockMaxima(image, Math.max(Math.floor(longest / WORK), 1));
    const wanted = (PEN * Math.max(small.width, small.height)) / BOX;
    // What is widened by r on each side becomes longer, too, and so smaller in MNIST's geometry.
    const radius = (wanted - strokeWidth(small)) / 2 / (1 - PEN / BOX);
    return radius >= 1 ? dilate(small, radius) : small;
  }

  /**
   * Estimates how wide strokes are, in pixels: twice the area divided by the perimeter, which is π / 4
   * of the pixels' edges between ink and paper.
   *
   * @param {InkImage} image
   * @returns {number}
   */
  function strokeWidth({ ink, width, height }) {
    let peak = 0;
    for (let i = 0; i < ink.length; i++) if (ink[i] > peak) peak = ink[i];
    let area = 0;
    let edges = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        const isInk = 2 * ink[i] >= peak;
        if (isInk) area += 1;
        if (isInk !== (x > 0 && 2 * ink[i - 1] >= peak)) edges += 1;
        if (isInk !== (y > 0 && 2 * ink[i - width] >= peak)) edges += 1;
        if (isInk && x === width - 1) edges += 1;
        if (isInk && y === height - 1) edges += 1;
      }
    }
    return (2 * area) / (0.7854 * edges);
  }

  /**
   * Shrinks: each new pixel is the maximum of a square, so that thin strokes do not break.
   *
   * @param {InkImage} image
   * @param {number} side
   * @returns {InkImage}
   */
  function blockMaxima(image, side) {
    if (side === 1) return image;
    const width = Math.ceil(image.width / side);
    const height = Math.ceil(image.height / side);
    const ink = new Float64Array(width * height);
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        const to = Math.floor(y / side) * width + Math.floor(x / side);
        ink[to] = Math.max(ink[to], image.ink[y * image.width + x]);
      }
    }
    return { ink, width, height };
  }

  /**
   * Replaces each pixel by the maximum over a disc around it.
   *
   * @param {InkImage} image
   * @param {number} radius
   * @returns {InkImage} Larger by the radius on all sides.
   */
  function dilate(image, radius) {
    const reach = Math.floor(radius);
    const width = image.width + 2 * reach;
    const height = image.height + 2 * reach;
    const ink = new Float64Array(width * height);
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        const level = image.ink[y * image.width + x];
        if (level === 0) continue;
        for (let down = -reach; down <= reach; down++) {
          for (let right = -reach; right <= reach; right++) {
            if (down * down + right * right > radius * radius) continue;
            const to = (y + reach + down) * width + x + reach + right;
            if (ink[to] < level) ink[to] = level;
          }
        }
      }
    }
    return { ink, width, height };
  }

  return { widenThinInk };
})());

/**
 * Keeps what is on the pad while the page opens again, in another language, where its address cannot
 * hold it: an image, or more strokes than fit.
 */
MNIST.add('draw', (() => {
  const { contextOf } = MNIST.core;
  const { decodeImage } = MNIST.draw;

  const KEY = 'kept-drawing';

  /**
   * @param {MNIST.draw.Drawing} drawing Where the browser has no room for it, it is lost.
   * @param {string} fragment What the page's address will hold behind #.
   */
  function keepDrawing({ image, inkedStrokes }, fragment) {
    try {
      const kept = image === null ? { strokes: inkedStrokes } : { image: packed(image) };
      sessionStorage.setItem(KEY, JSON.stringify({ fragment, ...kept }));
    } catch {
      // Full, or closed to this page: `showKeptDrawing` finds none.
    }
  }

  /**
   * Puts what was kept on the pad. It is no longer kept.
   *
   * @param {MNIST.draw.Drawing} drawing
   * @param {string} fragment What the page's address holds.
   * @param {() => Promise<boolean>} [prepare] Loads what reads an image with corrections.
   * @returns {Promise<boolean>} Whether there was something.
   */
  async function showKeptDrawing(drawing, fragment, prepare = async () => false) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
      sessionStorage.removeItem(KEY);
      if (kept?.fragment !== fragment) return false;
      if (kept.image === undefined) {
        drawing.load(kept.strokes);
        return true;
      }
      const image = await unpacked(kept.image);
      if (image.correction !== undefined && !await prepare()) return false;
      drawing.show(image);
      return true;
    } catch {
      return false;
    }
  }

  /** @param {PadImage} image */
  function packed({ width, height, rgba, cells, name, correction }) {
    if (cells !== null) return { width, height, cells: [...cells], name };
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    contextOf(canvas).putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
    return { width, height, address: canvas.toDataURL(), name, correction: correction && { ...correction, original: null } };
  }

  /**
   * @param {ReturnType<typeof packed>} kept
   * @returns {Promise<PadImage>} What was done to its pixels is as if it had been opened like that.
   */
  async function unpacked({ width, height, cells: greys, address, name, correction }) {
    if (greys === undefined) {
      const image = { width, height, rgba: (await decodeImage(address ?? '')).data, cells: null, name };
      return correction ? { ...image, correction: { ...correction, original: image } } : image;
    }
    const cells = Uint8Array.from(greys);
    const rgba = new Uint8ClampedArray(4 * cells.length);
    cells.forEach((grey, cell) => rgba.set([0, 0, 0, grey], 4 * cell));
    return { width, height, rgba, cells, name };
  }

  return { keepDrawing, showKeptDrawing };
})());

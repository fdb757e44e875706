/**
 * Keeps the image on the pad while the page opens again, in another language: an address can hold strokes only.
 */
MNIST.add('draw', (() => {
  const { contextOf } = MNIST.core;
  const { decodeImage } = MNIST.draw;

  const KEY = 'kept-image';
  /** What the page's address holds behind # meanwhile. */
  const KEPT_IMAGE = 'image';

  /** @param {PadImage} image Where the browser has no room for it, it must be opened again. */
  function keepImage({ width, height, rgba, cells, name }) {
    try {
      const canvas = document.createElement('canvas');
      canvas.width = width;
      canvas.height = height;
      contextOf(canvas).putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
      const address = cells === null ? canvas.toDataURL() : '';
      sessionStorage.setItem(KEY, JSON.stringify({ width, height, address, cells: cells && [...cells], name }));
    } catch {
      // Full, or closed to this page: `takeKeptImage` finds none.
    }
  }

  /** @returns {Promise<PadImage | null>} The image that was kept; null if there is none. It is no longer kept. */
  async function takeKeptImage() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
      sessionStorage.removeItem(KEY);
      if (kept === null) return null;
      const { width, height, address, name } = kept;
      if (kept.cells === null) return { width, height, rgba: (await decodeImage(address)).data, cells: null, name };
      const cells = Uint8Array.from(kept.cells);
      const rgba = new Uint8ClampedArray(4 * cells.length);
      cells.forEach((grey, cell) => rgba.set([0, 0, 0, grey], 4 * cell));
      return { width, height, rgba, cells, name };
    } catch {
      return null;
    }
  }

  return { KEPT_IMAGE, keepImage, takeKeptImage };
})());

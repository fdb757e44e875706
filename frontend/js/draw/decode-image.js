/**
 * Opens an image file: upright, on paper, and scaled down where it is large. Of an animation it
 * takes the first frame that shows something, as the API does.
 */
MNIST.add('draw', (() => {
  const { contextOf } = MNIST.core;
  const { MNIST_GEOMETRY } = MNIST.vision;
  const { imageFormat, isWholeImage } = MNIST.draw;

  /** Digits are found as well in a smaller image, and a phone's photo takes seconds to search. */
  const MAX_IMAGE_SIDE = 800;
  /** An animation is searched up to this frame. */
  const MAX_FRAMES = 200;
  /** Formats that browsers cannot open, or not all of them. */
  const RARE_FORMATS = ['HEIC', 'TIFF', 'PDF'];

  /**
   * @param {Blob | string} source A file, or the address of an image of the page's own.
   * @returns {Promise<ImageData>} On white paper; on black, if white would hide all of it.
   * @throws {RangeError} It is not an image that can be read; the message ends a sentence that
   *   begins with the file's name.
   */
  async function decodeImage(source) {
    if (typeof source === 'string') return paint(await loadImage(source));
    const bytes = new Uint8Array(await source.arrayBuffer());
    const format = imageFormat(bytes);
    if (!isWholeImage(bytes)) throw new RangeError(`is a damaged ${format} file.`);
    const address = URL.createObjectURL(source);
    try {
      const still = paint(await loadImage(address));
      return isBlank(still) ? ((await firstFrameWithInk(bytes, format)) ?? still) : still;
    } catch {
      throw new RangeError(
        RARE_FORMATS.includes(format)
          ? `is a ${format} file, which this browser cannot open. Save it as a JPEG or PNG.`
          : 'is not an image that this browser can open. Try a PNG or a JPEG.',
      );
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  /**
   * @param {string} address
   * @returns {Promise<HTMLImageElement>}
   */
  async function loadImage(address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} data
   * @param {string} format
   * @returns {Promise<ImageData | null>} null if no frame shows anything, or the browser cannot
   *   tell them apart.
   */
  async function firstFrameWithInk(data, format) {
    if (typeof ImageDecoder === 'undefined') return null;
    const type = `image/${format.toLowerCase()}`;
    if (!(await ImageDecoder.isTypeSupported(type))) return null;
    const decoder = new ImageDecoder({ data, type });
    try {
      await decoder.tracks.ready;
      const count = Math.min(decoder.tracks.selectedTrack?.frameCount ?? 0, MAX_FRAMES);
      for (let frameIndex = 1; frameIndex < count; frameIndex++) {
        const { image } = await decoder.decode({ frameIndex });
        const frame = paint(image);
        image.close();
        if (!isBlank(frame)) return frame;
      }
      return null;
    } finally {
      decoder.close();
    }
  }

  /**
   * @param {HTMLImageElement | VideoFrame} image
   * @returns {ImageData}
   */
  function paint(image) {
    const onWhite = paintOn('white', image);
    if (!isBlank(onWhite)) return onWhite;
    const onBlack = paintOn('black', image); // perhaps the ink is white
    return isBlank(onBlack) ? onWhite : onBlack;
  }

  /**
   * @param {'white' | 'black'} paper Its colour, where the image is transparent.
   * @param {HTMLImageElement | VideoFrame} image
   * @returns {ImageData}
   */
  function paintOn(paper, image) {
    const isElement = image instanceof HTMLImageElement;
    const width = isElement ? image.naturalWidth : image.displayWidth;
    const height = isElement ? image.naturalHeight : image.displayHeight;
    const longest = Math.max(width, height);
    if (longest === 0) throw new Error('The image has no size.');
    const scale = Math.min(1, MAX_IMAGE_SIDE / longest);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = contextOf(canvas);
    context.fillStyle = paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }

  /**
   * @param {ImageData} image Without transparency.
   * @returns {boolean} Whether nothing in it stands out.
   */
  function isBlank({ data }) {
    let darkest = 255;
    let lightest = 0;
    for (let i = 0; i < data.length; i += 4) {
      const grey = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
      darkest = Math.min(darkest, grey);
      lightest = Math.max(lightest, grey);
    }
    return lightest - darkest < MNIST_GEOMETRY.MIN_CONTRAST;
  }

  return { decodeImage };
})());

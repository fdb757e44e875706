/**
 * Opens an image file: upright, on paper, and scaled down where it is large. Of an animation it
 * takes the first frame that shows something, as the API does.
 */
MNIST.add('draw', (() => {
  const { contextOf } = MNIST.core;
  const { MNIST_GEOMETRY } = MNIST.vision;
  const { imageFormat, isWholeImage, sizeProblem, unsupportedKind } = MNIST.draw;

  /** Digits are found as well in a smaller image, and a phone's photo takes seconds to search. */
  const MAX_IMAGE_SIDE = 800;
  /** An animation is searched up to this frame. */
  const MAX_FRAMES = 200;

  /** An image cannot be read; `problem` says why. */
  class ImageError extends Error {
    /** @param {ImageProblem} problem */
    constructor(problem) {
      super(problem.key);
      this.problem = problem;
    }
  }

  /**
   * @param {Blob | string} source A file, or the address of an image of the page's own.
   * @returns {Promise<ImageData>} On white paper; on black, if white would hide all of it.
   * @throws {ImageError} It is not an image that can be read.
   */
  async function decodeImage(source) {
    if (typeof source === 'string') return paint(await loadImage(source));
    const bytes = new Uint8Array(await source.arrayBuffer());
    const problem = problemBeforeDecoding(bytes);
    if (problem) throw new ImageError(problem);
    const format = imageFormat(bytes);
    const address = URL.createObjectURL(source);
    try {
      const image = await loadImage(address);
      const tooLarge = sizeProblem(image.naturalWidth, image.naturalHeight, bytes);
      if (tooLarge) throw new ImageError(tooLarge);
      const has16Bits = format === 'PNG' && bytes[24] === 16;
      const still = paint(image, has16Bits);
      return isBlank(still) ? ((await firstFrameWithInk(bytes, format)) ?? still) : still;
    } catch (error) {
      if (error instanceof ImageError) throw error;
      throw new ImageError(problemOfDecoder(format));
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  /**
   * @param {Uint8Array} bytes
   * @returns {ImageProblem | null} What is wrong with a file, as the API says it; null if nothing is.
   */
  function problemBeforeDecoding(bytes) {
    if (bytes.length === 0) return { key: 'draw.image-empty', values: {} };
    const format = imageFormat(bytes);
    if (format) return isWholeImage(bytes) ? null : { key: 'draw.image-damaged', values: { format } };
    const kind = unsupportedKind(bytes);
    if (kind === 'heic') return null; // an iPhone's format, and Safari opens it
    return { key: kind ? `draw.image-unsupported-${kind}` : 'draw.image-unknown', values: {} };
  }

  /**
   * @param {string} format
   * @returns {ImageProblem} What is wrong with a file that the browser cannot open.
   */
  function problemOfDecoder(format) {
    if (format === 'TIFF') return { key: 'draw.image-no-tiff', values: {} };
    return format === '' ? { key: 'draw.image-no-heic', values: {} } : { key: 'draw.image-damaged', values: { format } };
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
   * @param {boolean} [has16Bits] Whether the file has 16 bits a level.
   * @returns {ImageData}
   */
  function paint(image, has16Bits = false) {
    const onWhite = paintOn('white', image, has16Bits);
    if (!isBlank(onWhite)) return onWhite;
    const onBlack = paintOn('black', image, has16Bits); // perhaps the ink is white
    return isBlank(onBlack) ? onWhite : onBlack;
  }

  /**
   * @param {'white' | 'black'} paper Its colour, where the image is transparent.
   * @param {HTMLImageElement | VideoFrame} image
   * @param {boolean} has16Bits
   * @returns {ImageData}
   */
  function paintOn(paper, image, has16Bits) {
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
    const painted = context.getImageData(0, 0, canvas.width, canvas.height);
    if (has16Bits) useAllLevels(painted);
    return painted;
  }

  /**
   * Brightens what a camera or scanner stored as 10, 12 or 14 bits in 16: the browser shows the
   * upper 8, so that white comes as 4, 16 or 64.
   * @param {ImageData} image It is changed.
   */
  function useAllLevels({ data }) {
    let brightest = 0;
    for (let i = 0; i < data.length; i++) {
      if (i % 4 < 3) brightest = Math.max(brightest, data[i]);
    }
    const white = [4, 16, 64].find((level) => brightest <= level);
    if (!white) return;
    for (let i = 0; i < data.length; i++) {
      if (i % 4 < 3) data[i] *= 256 / white; // at most 255: the array clamps
    }
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

  return { ImageError, decodeImage };
})());

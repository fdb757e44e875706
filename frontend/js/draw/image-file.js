/**
 * What the bytes of an image file tell before a browser opens it: its format, whether it is whole,
 * and how large it may be. Browsers show the part of a file that is there, and that may lack half a digit. The
 * API follows the same rules in the same words (backend/mnist_recognizer/vision/image_files.py). Pure functions.
 */
MNIST.add('draw', (() => {
  /** What begins a file, as text of its bytes, and its format. @type {[string, string][]} */
  const SIGNATURES = [
    ['\x89PNG', 'PNG'], ['\xff\xd8\xff', 'JPEG'], ['GIF8', 'GIF'], ['BM', 'BMP'], ['RIFF', 'WebP'],
    ['II*\0', 'TIFF'], ['MM\0*', 'TIFF'],
  ];
  /** A mark near the beginning of other files that people choose. @type {[string, string][]} */
  const UNSUPPORTED = [
    ['ftyphei', 'heic'], ['ftyphev', 'heic'], ['ftypmif1', 'heic'], ['ftypmsf1', 'heic'], ['ftypavi', 'avif'],
    ['%PDF', 'pdf'], ['<svg', 'svg'],
  ];
  /** Millions of pixels, by format. @type {Record<string, number>} */
  const MAX_MEGAPIXELS = {
    JPEG: 50, 'progressive JPEG': 12, PNG: 16, BMP: 16, TIFF: 10, GIF: 4, WebP: 5,
  };
  const MAX_SIDE = 16_384;
  const END_OF_JPEG = 0xd9;

  /**
   * @param {Uint8Array} bytes
   * @returns {string} Its format; empty if it is not supported.
   */
  function imageFormat(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 8));
    return SIGNATURES.find(([signature]) => text.startsWith(signature))?.[1] ?? '';
  }

  /**
   * @param {Uint8Array} bytes Of a format that is not supported.
   * @returns {string} What it is, such as `heic`; empty if that is not known.
   */
  function unsupportedKind(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 512));
    return UNSUPPORTED.find(([mark]) => text.includes(mark))?.[1] ?? '';
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {Uint8Array} bytes The file.
   * @returns {ImageProblem | null} What is wrong with the image's size; null if nothing is.
   */
  function sizeProblem(width, height, bytes) {
    const format = imageFormat(bytes) || 'HEIC';
    const kind = format === 'JPEG' && isProgressive(bytes) ? 'progressive JPEG' : format;
    const max = MAX_MEGAPIXELS[kind] ?? MAX_MEGAPIXELS.JPEG;
    if (Math.max(width, height) > MAX_SIDE) {
      return { key: 'draw.image-side', values: { width, height, max: MAX_SIDE } };
    }
    if (width * height <= max * 1e6) return null;
    if (kind === 'JPEG') return { key: 'draw.image-pixels-jpeg', values: { width, height, max } };
    if (kind !== format) return { key: 'draw.image-pixels-progressive', values: { width, height, max } };
    return { key: 'draw.image-pixels', values: { width, height, kind, max } };
  }

  /**
   * @param {Uint8Array} bytes
   * @returns {boolean} Whether the file reaches its end; true for formats that do not say.
   */
  function isWholeImage(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    switch (imageFormat(bytes)) {
      case 'JPEG':
        return jpegMarkers(bytes).includes(END_OF_JPEG);
      case 'PNG':
        return reachesEndOfPng(view);
      case 'WebP':
        return bytes.length >= 12 && view.getUint32(4, true) + 8 <= bytes.length;
      case 'GIF':
        return holdsFirstFrame(bytes);
      case 'BMP':
        return reachesEndOfBmp(view);
      default:
        return true;
    }
  }

  /**
   * Walks from segment to segment: the thumbnail in one of them has an end of its own.
   *
   * @param {Uint8Array} bytes
   * @returns {number[]} The codes of the segments, up to the end of the image.
   */
  function jpegMarkers(bytes) {
    const markers = [];
    for (let i = 2; i + 1 < bytes.length; ) {
      const marker = bytes[i + 1];
      const isCode = bytes[i] === 0xff && marker !== 0 && marker !== 0xff;
      const isBare = marker === 1 || (marker >= 0xd0 && marker <= 0xd9); // without a length
      if (isCode) markers.push(marker);
      if (isCode && marker === END_OF_JPEG) break;
      if (!isCode) i += 1; // the pixels' data, or padding
      else i += isBare ? 2 : 2 + 256 * bytes[i + 2] + bytes[i + 3];
    }
    return markers;
  }

  /**
   * @param {Uint8Array} bytes Of a JPEG.
   * @returns {boolean} Whether it is stored coarse to fine, which takes a decoder more memory.
   */
  function isProgressive(bytes) {
    return jpegMarkers(bytes).includes(0xc2);
  }

  /**
   * @param {Uint8Array} bytes Of a GIF.
   * @returns {boolean} Whether the first frame is there to its end.
   */
  function holdsFirstFrame(bytes) {
    /** @param {number} flags @returns {number} The bytes of the colour table that they announce. */
    const tableSize = (flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
    let i = 13 + tableSize(bytes[10]);
    while (i < bytes.length) {
      const isFrame = bytes[i] === 0x2c;
      if (!isFrame && bytes[i] !== 0x21) return false; // neither a frame nor an extension
      i += isFrame ? 11 + tableSize(bytes[i + 9]) : 2;
      while (bytes[i] > 0) i += 1 + bytes[i];
      i += 1;
      if (isFrame) return i <= bytes.length;
    }
    return false;
  }

  /**
   * @param {DataView} view
   * @returns {boolean} True also for a compressed one, which does not say.
   */
  function reachesEndOfBmp(view) {
    if (view.byteLength < 34) return false;
    if (view.getUint32(14, true) < 40 || ![0, 3].includes(view.getUint32(30, true))) return true;
    const bitsPerRow = view.getInt32(18, true) * view.getUint16(28, true);
    const bytesPerRow = 4 * Math.ceil(bitsPerRow / 32);
    const rows = Math.abs(view.getInt32(22, true));
    return view.getUint32(10, true) + rows * bytesPerRow <= view.byteLength;
  }

  /**
   * @param {DataView} view
   * @returns {boolean}
   */
  function reachesEndOfPng(view) {
    const IEND = 0x49454e44;
    for (let i = 8; i + 12 <= view.byteLength; i += 12 + view.getUint32(i)) {
      if (view.getUint32(i + 4) === IEND) return true;
    }
    return false;
  }

  return { imageFormat, isWholeImage, sizeProblem, unsupportedKind };
})());

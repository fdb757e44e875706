/**
 * What the bytes of an image file tell before a browser opens it: its format, and whether it is
 * whole. Browsers show the part of a file that is there, and that may lack half a digit. The API
 * refuses such files too (backend/mnist_recognizer/vision/image_files.py). Pure functions.
 */
MNIST.add('draw', (() => {
  /** What begins a file, as text of its bytes, and its format. @type {[string, string][]} */
  const SIGNATURES = [
    ['\x89PNG', 'PNG'], ['\xff\xd8\xff', 'JPEG'], ['GIF8', 'GIF'], ['BM', 'BMP'], ['RIFF', 'WebP'],
    ['II*\0', 'TIFF'], ['MM\0*', 'TIFF'], ['%PDF', 'PDF'],
  ];
  /** What stands at byte 4 of a HEIC image. */
  const HEIC = /^ftyp(hei|hev|mif1|msf1)/;

  /**
   * @param {Uint8Array} bytes
   * @returns {string} Its format; empty if it is none of those that are known.
   */
  function imageFormat(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 16));
    if (HEIC.test(text.slice(4))) return 'HEIC';
    return SIGNATURES.find(([signature]) => text.startsWith(signature))?.[1] ?? '';
  }

  /**
   * @param {Uint8Array} bytes
   * @returns {boolean} Whether the file reaches its end; true for formats that do not say.
   */
  function isWholeImage(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    switch (imageFormat(bytes)) {
      case 'JPEG':
        return reachesEndOfJpeg(bytes);
      case 'PNG':
        return reachesEndOfPng(view);
      case 'WebP':
        return bytes.length >= 12 && view.getUint32(4, true) + 8 <= bytes.length;
      case 'GIF':
        return bytes[lengthWithoutZeros(bytes) - 1] === 0x3b;
      default:
        return true;
    }
  }

  /**
   * @param {Uint8Array} bytes
   * @returns {number} Some programs fill files up with zeros.
   */
  function lengthWithoutZeros(bytes) {
    let length = bytes.length;
    while (length > 0 && bytes[length - 1] === 0) length -= 1;
    return length;
  }

  /**
   * Walks from segment to segment: the thumbnail in one of them has an end of its own.
   *
   * @param {Uint8Array} bytes
   * @returns {boolean}
   */
  function reachesEndOfJpeg(bytes) {
    for (let i = 2; i + 1 < bytes.length; ) {
      const marker = bytes[i + 1];
      const isCode = bytes[i] === 0xff && marker !== 0 && marker !== 0xff;
      if (!isCode) i += 1; // the pixels' data, or padding
      else if (marker === 0xd9) return true;
      else if (marker === 1 || (marker >= 0xd0 && marker <= 0xd7)) i += 2; // without a length
      else i += 2 + 256 * bytes[i + 2] + bytes[i + 3];
    }
    return false;
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

  return { imageFormat, isWholeImage };
})());

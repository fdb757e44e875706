/**
 * Digits as thumbnails: each digit has a colour, and its paper is transparent.
 */
MNIST.add('learn', (() => {
  const { contextOf } = MNIST.core;
  const SIDE = 28;

  /**
   * One colour for each digit, light enough for a dark ground. Digits that are often taken for each
   * other, such as 4 and 9, 3 and 5, 7 and 1, have colours that are far apart.
   */
  const COLOURS = [
    [255, 107, 107], [255, 169, 77], [255, 224, 102], [148, 216, 45], [56, 217, 169],
    [77, 171, 247], [177, 151, 252], [247, 131, 172], [233, 236, 239], [203, 155, 110],
  ];

  /** @param {number} digit */
  const mapColour = (digit) => `rgb(${COLOURS[digit].join(' ')})`;

  /** For each digit, the four bytes of a pixel of each grey value: paper stays transparent. */
  const INKS = COLOURS.map((colour) => {
    const bytes = Array.from({ length: 256 }, (_, grey) => [...colour, grey]);
    return new Uint32Array(Uint8Array.from(bytes.flat()).buffer);
  });

  /**
   * @param {ImageData} image
   * @param {Uint8Array} pixels
   * @param {number} digit Gives the colour.
   * @param {number} [left]
   * @param {number} [top]
   */
  function mapTint({ data, width }, pixels, digit, left = 0, top = 0) {
    const target = new Uint32Array(data.buffer);
    const ink = INKS[digit];
    for (let i = 0; i < pixels.length; i++) {
      target[(top + Math.floor(i / SIDE)) * width + left + (i % SIDE)] = ink[pixels[i]];
    }
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Uint8Array} pixels
   * @param {number} digit
   */
  function mapThumbnail(canvas, pixels, digit) {
    if (canvas.width !== SIDE) canvas.width = SIDE;
    if (canvas.height !== SIDE) canvas.height = SIDE;
    const image = new ImageData(SIDE, SIDE);
    mapTint(image, pixels, digit);
    contextOf(canvas).putImageData(image, 0, 0);
  }

  return { MAP_SIDE: SIDE, mapColour, mapThumbnail, mapTint };
})());

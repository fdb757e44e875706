/**
 * Numbers as pixels. Light is much and dark is little, as in MNIST; where numbers have a sign, "for"
 * is orange and "against" is blue, and the numbers themselves are always there as text or a table.
 */
MNIST.add('learn', (() => {
  const { contextOf } = MNIST.core;
  const { number } = MNIST.words;
  const FOR = [255, 140, 66];
  const AGAINST = [86, 160, 255];
  const PAPER = [16, 17, 20];
  const LEVELS = 255;
  /** Faint numbers can be seen too. */
  const GAMMA = 0.7;

  /** The colour of each level, as the four bytes of a pixel. */
  const GREY = coloursOf((level) => PAPER.map((dark) => Math.max(LEVELS * level, dark)));
  const ORANGE = coloursOf((level) => faded(FOR, level));
  const BLUE = coloursOf((level) => faded(AGAINST, level));

  /** @param {(level: number) => number[]} colourOf Red, green and blue for a level from 0 to 1. */
  function coloursOf(colourOf) {
    const bytes = Array.from({ length: LEVELS + 1 }, (_, level) => [...colourOf(level / LEVELS), 255]);
    return new Uint32Array(Uint8ClampedArray.from(bytes.flat()).buffer);
  }

  /**
   * @param {number[]} colour
   * @param {number} level
   */
  function faded(colour, level) {
    return PAPER.map((dark, channel) => dark + level ** GAMMA * (colour[channel] - dark));
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ArrayLike<number>} values Row by row, from 0 to `max`.
   * @param {number} columns
   * @param {number} [max] What is white.
   */
  function paintGrey(canvas, values, columns, max = largest(values)) {
    const scale = LEVELS / max;
    paint(canvas, values.length, columns, (i) => {
      return GREY[Math.round(Math.min(LEVELS, Math.max(0, values[i] * scale)))];
    });
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ArrayLike<number>} values Row by row; 0 is dark.
   * @param {number} columns
   * @param {number} [max] The size of the strongest colour.
   */
  function paintSigned(canvas, values, columns, max = largest(values)) {
    const scale = LEVELS / max;
    paint(canvas, values.length, columns, (i) => {
      const level = Math.round(Math.min(LEVELS, Math.abs(values[i] * scale)));
      return (values[i] > 0 ? ORANGE : BLUE)[level];
    });
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} count
   * @param {number} columns
   * @param {(i: number) => number} colourOf The four bytes of a pixel.
   */
  function paint(canvas, count, columns, colourOf) {
    const rows = Math.ceil(count / columns);
    if (canvas.width !== columns) canvas.width = columns;
    if (canvas.height !== rows) canvas.height = rows;
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < count; i++) pixels[i] = colourOf(i);
    contextOf(canvas).putImageData(image, 0, 0);
  }

  /**
   * @param {ArrayLike<number>} values
   * @returns {number} The largest size; 1 if all are 0.
   */
  function largest(values) {
    let max = 0;
    for (let i = 0; i < values.length; i++) max = Math.max(max, Math.abs(values[i]));
    return max === 0 ? 1 : max;
  }

  /** @param {number} digits */
  function decimals(digits) {
    return { minimumFractionDigits: digits, maximumFractionDigits: digits };
  }

  /**
   * @param {number} value
   * @param {Intl.NumberFormatOptions} options
   * @returns {string} Without separators between thousands: numbers to compute with.
   */
  function ungrouped(value, options) {
    return number(value, { useGrouping: false, ...options });
  }

  /**
   * @param {number} value
   * @param {number} [digits]
   * @returns {string} Such as "+0.31" or "−1.20".
   */
  function signed(value, digits = 2) {
    return ungrouped(value, { ...decimals(digits), signDisplay: 'exceptZero' });
  }

  /**
   * @param {number} value
   * @param {number} [digits]
   * @returns {string} With a true minus sign.
   */
  function plain(value, digits = 2) {
    const isZero = Number(value.toFixed(digits)) === 0; // which has no sign
    return ungrouped(isZero ? 0 : value, decimals(digits));
  }

  /**
   * @param {number} share From 0 to 1.
   * @returns {string} Such as "98.1%".
   */
  function percent(share) {
    const whole = share > 0.9995 && share < 1 ? 0.999 : share;
    return `${whole === share ? '' : '>'}${number(whole, { style: 'percent', ...decimals(1) })}`;
  }

  /**
   * @param {number} value From 0 to 1.
   * @returns {string} With as many figures as a sum with it needs, such as "1.07·10⁻⁷".
   */
  function precise(value) {
    if (value === 0 || (value >= 0.001 && value <= 0.999)) return plain(value, 4);
    if (value > 0.999) return plain(value, 7);
    const [figures, exponent] = value.toExponential(3).split('e');
    return `${figures}·10${superscript(Number(exponent))}`;
  }

  /**
   * @param {number} exponent
   * @returns {string}
   */
  function superscript(exponent) {
    const sign = exponent < 0 ? '⁻' : '';
    return sign + String(Math.abs(exponent)).replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]);
  }

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {Partial<Record<string, string>>} [attributes]
   * @param {...(Node | string)} children
   * @returns {HTMLElementTagNameMap[Tag]}
   */
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value ?? '');
    made.append(...children);
    return made;
  }

  return { paintGrey, paintSigned, largest, signed, plain, percent, precise, superscript, element };
})());

/**
 * "What the network sees": the way from the ink on the pad to the 28 × 28 picture, in four small
 * stages. The last one shows exactly the pixels that are read.
 */

/**
 * @typedef {object} StageElements
 * @property {HTMLCanvasElement} ink
 * @property {HTMLCanvasElement} boxed
 * @property {HTMLElement} box The frame that is drawn around the digit.
 * @property {HTMLCanvasElement} redrawn 28 × 28 pixels.
 * @property {HTMLCanvasElement} seen 28 × 28 pixels.
 */

class Stages {
  /** Width of the first two pictures, in pixels. */
  static #size = 224;
  /** Milliseconds of each step. */
  static #step = 420;

  #elements;
  #drawing;
  /** @type {Animation[]} */
  #animations = [];

  /**
   * @param {StageElements} elements
   * @param {Drawing} drawing
   */
  constructor(elements, drawing) {
    this.#elements = elements;
    this.#drawing = drawing;
    elements.ink.width = elements.boxed.width = Stages.#size;
    elements.ink.height = elements.boxed.height = Stages.#size;
  }

  /** @param {FoundDigit | null} digit The one to show; null for none. */
  show(digit) {
    const { ink, boxed, box, redrawn, seen } = this.#elements;
    this.#animations.forEach((animation) => animation.cancel());
    this.#animations = [];
    this.#paintInk(ink, null);
    this.#paintInk(boxed, digit);
    box.hidden = digit === null;
    if (digit !== null) {
      const { x, y, width, height } = widenedBox(digit.box, 0.6);
      box.style.setProperty('--x', String(x / GRID_SIZE));
      box.style.setProperty('--y', String(y / GRID_SIZE));
      box.style.setProperty('--width', String(width / GRID_SIZE));
      box.style.setProperty('--height', String(height / GRID_SIZE));
    }
    showPicture(redrawn, digit && beforeCentring(digit));
    showPicture(seen, digit && digit.pixels);
  }

  /**
   * Plays the way from the ink to the picture, where motion is welcome.
   * @param {FoundDigit} digit The one that is shown.
   */
  play(digit) {
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const { box, redrawn, seen } = this.#elements;
    const step = Stages.#step;
    /** @type {(element: Element, from: Keyframe, to: Keyframe, delay: number) => void} */
    const move = (element, from, to, delay) => {
      const timing = { duration: step, delay, easing: 'ease-in-out', fill: /** @type {const} */ ('backwards') };
      this.#animations.push(element.animate([from, to], timing));
    };
    move(box, { transform: 'scale(1.6)', opacity: 0 }, { transform: 'none', opacity: 1 }, 0);
    const { x, y, width, height } = digit.box;
    const middle = GRID_SIZE / 2;
    const across = (100 * (x + width / 2 - middle)) / GRID_SIZE;
    const down = (100 * (y + height / 2 - middle)) / GRID_SIZE;
    const scale = Math.max(width, height, DOT_SIZE) / MNIST_GEOMETRY.BOX;
    const onPad = `translate(${across}%, ${down}%) scale(${scale})`;
    move(redrawn, { transform: onPad }, { transform: 'none' }, step);
    const [shiftX, shiftY] = shiftBetween(beforeCentring(digit), digit.pixels);
    const uncentred = `translate(${(-100 * shiftX) / GRID_SIZE}%, ${(-100 * shiftY) / GRID_SIZE}%)`;
    move(seen, { transform: uncentred }, { transform: 'none' }, 2 * step);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {FoundDigit | null} digit Shown stronger than the others; null for all alike.
   */
  #paintInk(canvas, digit) {
    const context = contextOf(canvas);
    const scale = Stages.#size / GRID_SIZE;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.strokeStyle = getComputedStyle(canvas).color;
    if (this.#drawing.picture !== null) drawPicture(context, this.#drawing.picture, scale);
    const own = digit?.strokes ?? null;
    const strokes = this.#drawing.inkedStrokes;
    context.globalAlpha = own === null ? 1 : 0.25;
    drawInk(context, strokes.filter(({ points }) => !own?.includes(points)), scale, 8);
    context.globalAlpha = 1;
    drawInk(context, strokes.filter(({ points }) => own?.includes(points)), scale, 8);
  }
}

/**
 * @param {FoundDigit} digit
 * @returns {Uint8Array} The digit at MNIST's size, but in the middle by its box instead of its mass.
 */
function beforeCentring({ strokes, pixels }) {
  const normalised = strokes && normaliseStrokes(strokes, DOT_SIZE);
  return normalised ? inkStrokes(normalised) : centredByBox(pixels);
}

/**
 * @param {Uint8Array} pixels 784 grey values.
 * @returns {Uint8Array} Shifted until the box of its ink is in the middle.
 */
function centredByBox(pixels) {
  const side = MNIST_GEOMETRY.SIZE;
  const box = inkBox(pixels, side, side);
  const centred = new Uint8Array(pixels.length);
  if (box === null) return centred;
  const left = Math.floor((side - box.width) / 2);
  const top = Math.floor((side - box.height) / 2);
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * side + box.left;
    centred.set(pixels.subarray(from, from + box.width), (top + y) * side + left);
  }
  return centred;
}

/**
 * @param {Uint8Array} before 784 grey values.
 * @param {Uint8Array} after The same ink elsewhere.
 * @returns {[number, number]} How far it was moved, in pixels: to the right, and down.
 */
function shiftBetween(before, after) {
  const side = MNIST_GEOMETRY.SIZE;
  const from = inkBox(before, side, side);
  const to = inkBox(after, side, side);
  return from && to ? [to.left - from.left, to.top - from.top] : [0, 0];
}

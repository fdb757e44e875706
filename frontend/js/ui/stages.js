/**
 * "What the network sees": the way from the ink on the pad to the 28 × 28 image, in four small
 * stages, or five where the network reads straightened images. The last one shows exactly the
 * pixels that are read.
 */
MNIST.add('ui', (() => {
  const { contextOf } = MNIST.core;
  const { MNIST_GEOMETRY, inkBox, measureSlant, straighten } = MNIST.vision;
  const { DOT_SIZE, GRID_SIZE, InkPainter, drawImageOnPad } = MNIST.draw;
  const { showImage, widenedBox } = MNIST.ui;

  class Stages {
    /** Width of the first two images, in pixels. */
    static #size = 224;
    /** Of the lines in them, in pixels. */
    static #minWidth = 8;
    /** Milliseconds of each step. */
    static #step = 420;

    #elements;
    #drawing;
    #colour = '';
    /** Of all strokes, in the first stage. */
    #ink;
    /** The strokes of the digit that is looked at: a canvas that is laid over the others. */
    #own = document.createElement('canvas');
    #ownInk = new InkPainter(this.#own, Stages.#minWidth);
    /** @type {Animation[]} */
    #animations = [];

    /**
     * @param {StageElements} elements
     * @param {MNIST.draw.Drawing} drawing
     */
    constructor(elements, drawing) {
      this.#elements = elements;
      this.#drawing = drawing;
      for (const canvas of [elements.ink, elements.boxed, this.#own]) {
        canvas.width = canvas.height = Stages.#size;
      }
      this.#ink = new InkPainter(elements.ink, Stages.#minWidth);
      this.recolour();
    }

    /** The page's colours have changed; `show` paints with them. */
    recolour() {
      this.#colour = getComputedStyle(this.#elements.ink).color;
    }

    /**
     * @param {FoundDigit | null} digit The one to show; null for none.
     * @param {boolean} isUpright Whether the network reads straightened images.
     */
    show(digit, isUpright) {
      const { ink, boxed, box, redrawn, seen, upright, uprightStage } = this.#elements;
      this.#animations.forEach((animation) => animation.cancel());
      this.#animations = [];
      this.#paintInk(contextOf(ink), contextOf(boxed), digit);
      box.hidden = digit === null;
      if (digit !== null) {
        const { x, y, width, height } = widenedBox(digit.box, 0.6);
        box.style.setProperty('--x', String(x / GRID_SIZE));
        box.style.setProperty('--y', String(y / GRID_SIZE));
        box.style.setProperty('--width', String(width / GRID_SIZE));
        box.style.setProperty('--height', String(height / GRID_SIZE));
      }
      showImage(redrawn, digit && digit.redrawn);
      showImage(seen, digit && digit.pixels);
      uprightStage.hidden = !isUpright;
      showImage(upright, digit && straighten(digit.pixels));
    }

    /**
     * Plays the way from the ink to the image, where motion is welcome.
     * @param {FoundDigit} digit The one that is shown.
     */
    play(digit) {
      if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      const { box, redrawn, seen, upright } = this.#elements;
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
      const [shiftX, shiftY] = shiftBetween(digit.redrawn, digit.pixels);
      const uncentred = `translate(${(-100 * shiftX) / GRID_SIZE}%, ${(-100 * shiftY) / GRID_SIZE}%)`;
      move(seen, { transform: uncentred }, { transform: 'none' }, 2 * step);
      const { slant } = measureSlant(digit.pixels);
      move(upright, { transform: `skewX(${Math.atan(slant)}rad)` }, { transform: 'none' }, 3 * step);
    }

    /**
     * @param {CanvasRenderingContext2D} all
     * @param {CanvasRenderingContext2D} boxed The same, but the others fade behind the digit.
     * @param {FoundDigit | null} digit
     */
    #paintInk(all, boxed, digit) {
      const { image, inkedStrokes } = this.#drawing;
      const own = new Set(digit?.strokes);
      this.#ink.paint(inkedStrokes, this.#colour);
      this.#ownInk.paint(inkedStrokes.filter(({ points }) => own.has(points)), this.#colour);
      if (image !== null) drawImageOnPad(all, image, Stages.#size / GRID_SIZE, this.#colour);
      boxed.clearRect(0, 0, Stages.#size, Stages.#size);
      boxed.globalAlpha = own.size > 0 ? 0.25 : 1;
      boxed.drawImage(all.canvas, 0, 0);
      boxed.globalAlpha = 1;
      boxed.drawImage(this.#own, 0, 0);
    }
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

  return { Stages };
})());

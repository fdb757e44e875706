/**
 * What "How the ink was found" paints: the photo, its ink without paper, and what the network gets of
 * each digit.
 */
MNIST.add('index', (() => {
  const { contextOf } = MNIST.core;
  const { networkInput } = MNIST.nn;
  const { showImage, shortAnswer } = MNIST.ui;

  /** Ink that belongs to no digit is as bright as this share of other ink. */
  const DIM = 0.4;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {PadImage} image
   */
  function paintPhoto(canvas, { width, height, rgba }) {
    canvas.width = width;
    canvas.height = height;
    contextOf(canvas).putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  }

  /**
   * Paints ink light on black, as the network knows it; what belongs to no digit is dim.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {Finding} finding With ink.
   * @returns {boolean} Whether some of it is dim.
   */
  function paintInk(canvas, { image, parts }) {
    const { ink, width, height } = image ?? { ink: new Float64Array(1), width: 1, height: 1 };
    canvas.width = width;
    canvas.height = height;
    const isKept = new Uint8Array(ink.length);
    for (const { left, top, image: part } of parts) {
      part.ink.forEach((level, i) => {
        if (level > 0) isKept[(top + Math.floor(i / part.width)) * width + left + (i % part.width)] = 1;
      });
    }
    const peak = ink.reduce((most, level) => Math.max(most, level), 1);
    const painted = contextOf(canvas).createImageData(width, height);
    let hasDim = false;
    ink.forEach((level, i) => {
      const isDim = level > 0 && isKept[i] === 0;
      hasDim ||= isDim;
      painted.data.fill((255 * level * (isDim ? DIM : 1)) / peak, 4 * i, 4 * i + 3);
      painted.data[4 * i + 3] = 255;
    });
    contextOf(canvas).putImageData(painted, 0, 0);
    return hasDim;
  }

  /**
   * Shows each digit as the network gets it, with its answer. They repeat what the boxes say, so
   * only pointers reach them.
   *
   * @param {HTMLElement} list
   * @param {Finding['digits']} digits
   * @param {(Prediction | null)[]} predictions
   * @param {ReadonlySet<number>} chosen
   * @param {Network} network
   */
  function showTiles(list, digits, predictions, chosen, network) {
    while (list.children.length > digits.length) list.lastElementChild?.remove();
    while (list.children.length < digits.length) list.append(tile());
    digits.forEach(({ pixels }, i) => {
      const button = /** @type {HTMLButtonElement} */ (list.children[i]);
      const [canvas, label] = button.children;
      const prediction = predictions[i];
      showImage(/** @type {HTMLCanvasElement} */ (canvas), networkInput(network, pixels));
      label.textContent = prediction ? shortAnswer(prediction) : '';
      button.setAttribute('aria-pressed', String(chosen.has(i)));
    });
  }

  function tile() {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'ink-tile';
    button.tabIndex = -1;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 28;
    button.append(canvas, document.createElement('span'));
    return button;
  }

  return { paintInk, paintPhoto, showTiles };
})());

/**
 * Shows 28 × 28 grey values as they are: light ink on black, as the network knows digits.
 */
MNIST.add('ui', (() => {
  const { contextOf } = MNIST.core;

  /**
   * @param {HTMLCanvasElement} canvas 28 × 28 pixels; the style sheet enlarges it.
   * @param {Uint8Array | null} pixels 784 grey values row by row; null clears it.
   */
  function showImage(canvas, pixels) {
    const context = contextOf(canvas);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (pixels === null) return;
    const image = context.createImageData(canvas.width, canvas.height);
    pixels.forEach((grey, i) => image.data.set([grey, grey, grey, 255], 4 * i));
    context.putImageData(image, 0, 0);
  }

  return { showImage };
})());

/**
 * Digits that somebody drew and labelled. Pure functions: nothing here touches the page or what the
 * browser keeps.
 */
MNIST.add('own', (() => {
  const MAX_DIGITS = 10_000;

  /**
   * @param {Uint8Array} pixels 784 grey values in MNIST's geometry, as drawn: not straightened.
   * @param {number} label
   * @param {number} time When it was labelled, in milliseconds since 1970.
   * @returns {OwnDigit}
   */
  function ownDigit(pixels, label, time) {
    return { id: idOf(pixels), label, pixels: pixels.slice(), time };
  }

  /**
   * @param {Uint8Array} pixels
   * @returns {string} 16 hexadecimal digits, the same for the same image: a drawing that is labelled
   *   again takes the place of the first. (FNV-1a, twice with different starts.)
   */
  function idOf(pixels) {
    const [one, other] = [0x811c9dc5, 0x050c5d1f].map((start) => {
      let hash = start;
      for (const grey of pixels) hash = Math.imul(hash ^ grey, 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, '0');
    });
    return one + other;
  }

  return { MAX_DIGITS, ownDigit, idOf };
})());

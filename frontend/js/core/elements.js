/**
 * Finds what the page's scripts rely on.
 */
MNIST.add('core', (() => {
  /**
   * @template {Element} T
   * @param {string} id
   * @param {new (...args: any[]) => T} type
   * @returns {T}
   */
  function elementById(id, type) {
    const element = document.getElementById(id);
    if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
    return element;
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @returns {CanvasRenderingContext2D}
   */
  function contextOf(canvas) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser cannot draw on a canvas.');
    return context;
  }

  return { elementById, contextOf };
})());

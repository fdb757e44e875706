/**
 * Loads a script when it is needed, and not with the page. It is a script because a
 * page that was opened from disk may load no other file.
 */
MNIST.add('core', (() => {
  /** @type {Map<string, Promise<void>>} */
  const loading = new Map();

  /**
   * @param {string} source Its address, from the page. It is loaded once.
   * @returns {Promise<void>}
   * @throws {Error} It could not be loaded; the next call tries again.
   */
  function loadScript(source) {
    const before = loading.get(source);
    if (before !== undefined) return before;
    const script = document.createElement('script');
    script.src = source;
    const loaded = new Promise((resolve, reject) => {
      script.addEventListener('load', () => resolve(undefined));
      script.addEventListener('error', () => {
        loading.delete(source);
        script.remove();
        reject(new Error(`${source} does not load.`));
      });
    });
    loading.set(source, loaded);
    document.head.append(script);
    return loaded;
  }

  return { loadScript };
})());

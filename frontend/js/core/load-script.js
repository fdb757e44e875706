/**
 * Loads a script or a style sheet when it is needed, and not with the page. It is an element,
 * because a page that was opened from disk may load no file in another way.
 */
MNIST.add('core', (() => {
  const { language } = MNIST.words;

  /** @type {Map<string, Promise<void>>} */
  const loading = new Map();

  /**
   * @param {string} address From the page. It is loaded once.
   * @param {() => HTMLElement} makeElement What loads it.
   * @returns {Promise<void>}
   * @throws {Error} It could not be loaded; the next call tries again.
   */
  function load(address, makeElement) {
    const before = loading.get(address);
    if (before !== undefined) return before;
    const element = makeElement();
    const loaded = new Promise((resolve, reject) => {
      // What is done with it is a task of its own: a large script has taken its time already.
      element.addEventListener('load', () => setTimeout(() => resolve(undefined)));
      element.addEventListener('error', () => {
        loading.delete(address);
        element.remove();
        reject(new Error(`${address} does not load.`));
      });
    });
    loading.set(address, loaded);
    document.head.append(element);
    return loaded;
  }

  /** @param {string} address */
  function loadScript(address) {
    return load(address, () => Object.assign(document.createElement('script'), { src: address }));
  }

  /** @param {string} address */
  function loadStyleSheet(address) {
    return load(address, () => {
      return Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address });
    });
  }

  /**
   * @param {HTMLElement} element Its `data-styles` names style sheets of css/pages; later rules win.
   * @returns {Promise<void>}
   * @throws {Error} One could not be loaded.
   */
  async function loadStylesOf(element) {
    await Promise.all(namesIn(element.dataset.styles).map((name) => loadStyleSheet(`css/pages/${name}.css`)));
  }

  /**
   * @param {string[]} scripts
   * @returns {string[]} With the catalogues of the page's language behind the English ones.
   */
  function inLanguage(scripts) {
    if (language === 'en') return scripts;
    return scripts.flatMap((script) => {
      return script.startsWith('words/en/') ? [script, script.replace('/en/', `/${language}/`)] : [script];
    });
  }

  /**
   * @param {HTMLElement} element
   * @returns {string[]} What its `data-scripts` names, in that order.
   */
  function scriptsOf(element) {
    return namesIn(element.dataset.scripts);
  }

  /** @param {string} [list] */
  const namesIn = (list = '') => list.split(/\s+/).filter((name) => name !== '');

  return { loadScript, loadStylesOf, inLanguage, scriptsOf };
})());

/**
 * The list that chooses the page's colours; tells the page when they change.
 */
MNIST.add('ui', (() => {
  const { theme } = MNIST.ui;

  class ThemeSwitch {
    /**
     * @param {HTMLSelectElement} list Its values are the choices.
     * @param {MNIST.ui.Theme} theme
     * @param {() => void} changed The colours are others now.
     */
    constructor(list, theme, changed) {
      list.value = theme.choice;
      list.addEventListener('change', () => {
        theme.choice = /** @type {ThemeChoice} */ (list.value);
      });
      const painted = document.documentElement;
      new MutationObserver(changed).observe(painted, { attributeFilter: ['data-theme'] });
      window.matchMedia('(forced-colors: active)').addEventListener('change', changed);
    }
  }

  return { ThemeSwitch };
})());

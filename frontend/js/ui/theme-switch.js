/**
 * The radio buttons that choose the page's colours; tells the page when they
 * change.
 */
MNIST.add('ui', (() => {
  const { theme } = MNIST.ui;

  class ThemeSwitch {
    /**
     * @param {NodeListOf<HTMLInputElement>} radios Their values are the choices.
     * @param {MNIST.ui.Theme} theme
     * @param {() => void} changed The colours are others now.
     */
    constructor(radios, theme, changed) {
      for (const radio of radios) {
        radio.checked = radio.value === theme.choice;
        radio.addEventListener('change', () => {
          theme.choice = /** @type {ThemeChoice} */ (radio.value);
        });
      }
      const painted = document.documentElement;
      new MutationObserver(changed).observe(painted, { attributeFilter: ['data-theme'] });
      window.matchMedia('(forced-colors: active)').addEventListener('change', changed);
    }
  }

  return { ThemeSwitch };
})());

/**
 * Light, dark, or the system's choice. Runs before the page is painted, so that nobody who
 * prefers dark is dazzled first: the one script without `defer`.
 */
MNIST.add('ui', (() => {
  class Theme {
    static #key = 'theme';
    #system = window.matchMedia('(prefers-color-scheme: dark)');
    /** @type {ThemeChoice} */
    #choice = Theme.#remembered();

    constructor() {
      this.#system.addEventListener('change', () => this.#apply());
      this.#apply();
    }

    /** @returns {ThemeChoice} */
    get choice() {
      return this.#choice;
    }

    /** @param {ThemeChoice} choice */
    set choice(choice) {
      this.#choice = choice;
      try {
        localStorage.setItem(Theme.#key, choice);
      } catch {
        // Storage is closed to this page (private window, page from disk): it lasts until reloaded.
      }
      this.#apply();
    }

    #apply() {
      const dark = this.#choice === 'dark' || (this.#choice === 'system' && this.#system.matches);
      document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    }

    /** @returns {ThemeChoice} */
    static #remembered() {
      try {
        const stored = localStorage.getItem(Theme.#key);
        return stored === 'light' || stored === 'dark' ? stored : 'system';
      } catch {
        return 'system';
      }
    }
  }

  const theme = new Theme();

  return { theme };
})());

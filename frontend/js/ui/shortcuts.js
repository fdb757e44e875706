/**
 * The keys that work anywhere on the page, unless text is being typed. Single keys can be switched
 * off: who speaks to the computer, or hits keys by accident, would trigger them unawares (WCAG 2.1.4).
 */
MNIST.add('ui', (() => {
  class Shortcuts {
    static #key = 'single-keys';
    #commands;
    #areSinglesOn = Shortcuts.#remembered();

    /**
     * @param {Record<string, () => void>} commands By name; see `keyNames`.
     * @param {HTMLInputElement} singles The switch for letters and signs.
     */
    constructor(commands, singles) {
      this.#commands = commands;
      singles.checked = this.#areSinglesOn;
      singles.addEventListener('change', () => this.#switchSingles(singles.checked));
      document.addEventListener('keydown', (event) => this.#press(event));
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
      if (event.isComposing || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      const isOnControl = event.target instanceof Element && event.target.closest('a, button, [type=file]');
      if (event.key === 'Enter' && (isOnControl || event.repeat)) return;
      const name = keyNames(event).find((each) => Object.hasOwn(this.#commands, each));
      if (name === undefined || (name.length === 1 && !this.#areSinglesOn)) return;
      event.preventDefault();
      this.#commands[name]();
    }

    /** @param {boolean} areOn */
    #switchSingles(areOn) {
      this.#areSinglesOn = areOn;
      try {
        localStorage.setItem(Shortcuts.#key, areOn ? 'on' : 'off');
      } catch {
        // Storage is closed to this page: it lasts until reloaded.
      }
    }

    /** @returns {boolean} */
    static #remembered() {
      try {
        return localStorage.getItem(Shortcuts.#key) !== 'off';
      } catch {
        return true;
      }
    }
  }

  /** Signs of shortcuts that some keyboards reach by Alt or AltGr only. */
  const SIGNS = '[]?';
  /** The keys of the signs, for keyboards that have none. @type {Record<string, string>} */
  const SIGN_KEYS = { BracketLeft: '[', BracketRight: ']' };

  /**
   * Names what was pressed: the key, as it is labelled; with `mod+` before it for Ctrl, or Command on
   * a Mac, and `mod+shift+` for both. Where a key has no Latin letter (Cyrillic, Greek, …), it is also
   * called by the letter that lies there on a Latin keyboard.
   *
   * @param {Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>} event
   * @returns {string[]} What it is, the likeliest first; empty if it cannot be a shortcut.
   */
  function keyNames({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
    // AltGr is Ctrl and Alt on Windows, Option is Alt on a Mac: what counts is the sign that they give.
    if (altKey) return key.length === 1 && SIGNS.includes(key) ? [key] : [];
    const names = [key.length === 1 ? key.toLowerCase() : key];
    const isLatin = key.length !== 1 || key <= '~';
    const letter = /^Key([A-Z])$/.exec(code)?.[1].toLowerCase() ?? SIGN_KEYS[code];
    if (!isLatin && letter !== undefined) names.push(letter);
    return ctrlKey || metaKey ? names.map((name) => `mod+${shiftKey ? 'shift+' : ''}${name}`) : names;
  }

  /**
   * @param {EventTarget | null} target
   * @returns {boolean}
   */
  function isTyping(target) {
    return target instanceof HTMLInputElement && target.type === 'text';
  }

  return { Shortcuts, keyNames };
})());

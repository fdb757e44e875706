/**
 * The keys that work anywhere on the page, unless somebody types. Letters and signs can be switched
 * off: who speaks to the computer, or hits keys by accident, would trigger them unawares (WCAG 2.1.4).
 */
class Shortcuts {
  static #key = 'single-keys';
  #commands;
  #areSinglesOn = Shortcuts.#remembered();

  /**
   * @param {Record<string, () => void>} commands By `event.key`; with `mod+` before it for Ctrl, or
   *   Command on a Mac; `mod+shift+` for both.
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
    if (event.isComposing || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const isOnControl = event.target instanceof Element && event.target.closest('a, button, input');
    if (event.key === 'Enter' && (isOnControl || event.repeat)) return;
    const isModified = event.ctrlKey || event.metaKey;
    const isSingle = event.key.length === 1 && !isModified;
    if (isSingle && !this.#areSinglesOn) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const name = isModified ? `mod+${event.shiftKey ? 'shift+' : ''}${key}` : key;
    if (!Object.hasOwn(this.#commands, name)) return;
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

/**
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
function isTyping(target) {
  return target instanceof HTMLInputElement && target.type === 'text';
}

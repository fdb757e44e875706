/**
 * Marks what a step is about, and blurs what would give its answer away.
 */
MNIST.add('learn', (() => {
  const FOCUSABLE = 'button, input, select, summary, [tabindex="0"]';

  class LessonSpotlight {
    /** @type {Element[]} */
    #lit = [];
    /** @type {Element[]} */
    #veiled = [];

    /**
     * @param {string | undefined} target What is marked.
     * @param {string | undefined} hidden What is blurred, and can neither be reached nor read.
     */
    show(target, hidden) {
      this.#lit = replaced(this.#lit, target === undefined ? [] : found(target).slice(0, 1), (one, isLit) => {
        one.classList.toggle('is-spotlit', isLit);
      });
      this.#veiled = replaced(this.#veiled, hidden === undefined ? [] : found(hidden), (one, isVeiled) => {
        one.classList.toggle('is-veiled', isVeiled);
        one.toggleAttribute('inert', isVeiled);
      });
    }

    /** Whether something is blurred. */
    get isVeiling() {
      return this.#veiled.length > 0;
    }

    clear() {
      this.show(undefined, undefined);
    }

    /**
     * Brings what is marked into view.
     *
     * @returns {boolean} Whether there is something.
     */
    scroll() {
      const [target] = this.#lit;
      if (target === undefined) return false;
      for (let parent = target.closest('details'); parent !== null; parent = parent.parentElement?.closest('details') ?? null) {
        parent.open = true;
      }
      target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      return true;
    }

    /** Brings it into view, and the focus to it. */
    point() {
      this.scroll();
      const [target] = this.#lit;
      if (!(target instanceof HTMLElement)) return;
      const inside = target.matches(FOCUSABLE) ? target : /** @type {HTMLElement | null} */ (target.querySelector(FOCUSABLE));
      if (inside === null) target.tabIndex = -1;
      (inside ?? target).focus({ preventScroll: true });
    }
  }

  /** @param {string} selector */
  function found(selector) {
    return [...document.querySelectorAll(selector)];
  }

  /**
   * @param {Element[]} before
   * @param {Element[]} after
   * @param {(element: Element, isOn: boolean) => void} set
   */
  function replaced(before, after, set) {
    for (const one of before) if (!after.includes(one)) set(one, false);
    for (const one of after) set(one, true);
    return after;
  }

  return { LessonSpotlight };
})());

/**
 * The tabs of the stages. Arrow keys, Home and End move among them, and the end of the address
 * (learn.html#why) names the stage that is open, so that a link can lead to it.
 */
MNIST.add('learn', (() => {
  class StageTabs {
    /** @type {Map<StageName, {tab: HTMLElement, panel: HTMLElement}>} */
    #stages = new Map();
    #open;

    /**
     * @param {HTMLElement} list A tab that is hidden belongs to a stage that the page does not have.
     * @param {(stage: StageName) => void} open
     */
    constructor(list, open) {
      this.#open = open;
      for (const tab of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('[role="tab"]:not([hidden])'))) {
        const name = /** @type {StageName} */ (tab.getAttribute('aria-controls'));
        this.#stages.set(name, { tab, panel: MNIST.core.elementById(name, HTMLElement) });
        tab.addEventListener('click', () => this.#choose(name));
        tab.addEventListener('keydown', (event) => this.#press(event, name));
      }
      window.addEventListener('hashchange', () => {
        const named = this.named ?? (window.location.hash === '' ? this.names[0] : null);
        if (named !== null) open(named);
      });
    }

    /** @returns {StageName[]} */
    get names() {
      return [...this.#stages.keys()];
    }

    /** @returns {StageName | null} The stage that the address names. */
    get named() {
      const [first] = window.location.hash.slice(1).split('&');
      return this.names.find((name) => name === first) ?? null;
    }

    /** @param {StageName} stage One of `names`. */
    tabOf(stage) {
      return this.#parts(stage).tab;
    }

    /** @param {StageName} stage One of `names`. */
    panelOf(stage) {
      return this.#parts(stage).panel;
    }

    /** @param {StageName} stage */
    #parts(stage) {
      const parts = this.#stages.get(stage);
      if (parts === undefined) throw new Error(`The page has no stage “${stage}”.`);
      return parts;
    }

    /** @param {StageName} stage The one that is open. */
    show(stage) {
      for (const [name, { tab, panel }] of this.#stages) {
        const isOpen = name === stage;
        panel.hidden = !isOpen;
        tab.setAttribute('aria-selected', String(isOpen));
        tab.tabIndex = isOpen ? 0 : -1;
      }
    }

    /**
     * The browser's Back leads to the stage before. What a link hides and locks stays in the address.
     *
     * @param {StageName} stage
     */
    #choose(stage) {
      const rules = window.location.hash.split('&').filter((part) => /^(hide|lock)=/.test(part));
      const hash = `#${[stage, ...rules].join('&')}`;
      if (hash !== window.location.hash) window.history.pushState({ isRestored: true }, '', hash);
      this.#open(stage);
    }

    /**
     * @param {KeyboardEvent} event
     * @param {StageName} stage
     */
    #press(event, stage) {
      const names = this.names.filter((name) => this.tabOf(name).getClientRects().length > 0); // a link may hide some
      const at = names.indexOf(stage);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
      if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const next = names[(to + names.length) % names.length];
      this.#choose(next);
      this.tabOf(next).focus();
    }
  }

  return { StageTabs };
})());

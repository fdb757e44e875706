/**
 * What a teacher's link hides and locks. A stage that is hidden has no tab, but a lesson may still lead to it.
 */
MNIST.add('learn', (() => {
  const { LINK_STAGES } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;

  /** The style sheet hides them: `[data-hide~="map"] #tab-map`. */
  const HIDEABLE = Object.freeze([...LINK_STAGES, 'code', 'lessons', 'accuracy', 'images']);
  /** What each lock disables. Stages are locked by their tabs. */
  const LOCKABLE = Object.freeze({
    stage: '',
    settings: '.watch-settings :is(input, select, button), #watch-fix, .race-lanes select, #race-epochs, #learning-rate, #mix, #temperature, #mine-passes, #mine-rate, #mine-old',
    network: '#surgery :is(input, button), #one-step, #ten-steps, #undo-step, #undo-change, #restore, #mine-look',
  });

  class LinkRules {
    /** @type {string[]} */
    hide = [];
    /** @type {string[]} */
    lock = [];
    #note;
    #sentence = '';
    /** Locks what comes later. */
    #observer = new MutationObserver(() => this.apply());

    /** @param {(text: string) => void} note */
    constructor(note) {
      this.#note = note;
      const tabs = elementById('tabs', HTMLElement);
      for (const kind of ['click', 'keydown']) tabs.addEventListener(kind, (event) => this.#guard(event), { capture: true });
    }

    /**
     * @param {Pick<LinkContent, 'hide' | 'lock'>} rules
     * @returns {string} A sentence about names that there are not; empty if all are known.
     */
    set({ hide, lock }) {
      const unknown = [...hide.filter((name) => !HIDEABLE.includes(name)), ...lock.filter((name) => !(name in LOCKABLE))];
      const areAllHidden = LINK_STAGES.every((stage) => hide.includes(stage));
      this.hide = HIDEABLE.filter((name) => hide.includes(name) && !(areAllHidden && LINK_STAGES.some((stage) => stage === name)));
      this.lock = Object.keys(LOCKABLE).filter((name) => lock.includes(name));
      this.#observer.disconnect();
      if (this.lock.length > 0) this.#observer.observe(document.body, { childList: true, subtree: true });
      document.documentElement.dataset.hide = this.hide.join(' ');
      const names = new Intl.ListFormat(document.documentElement.lang).format(this.lock.map((name) => text(`share.lock-${name}`)));
      this.#sentence = this.lock.length === 0 ? '' : text('share.locked', { names });
      let line = document.getElementById('locked');
      if (line === null) {
        line = Object.assign(document.createElement('p'), { id: 'locked', className: 'locked' });
        document.querySelector('.stage-bar')?.after(line);
      }
      line.textContent = this.#sentence;
      for (const control of document.querySelectorAll('[data-locked]')) {
        control.removeAttribute('data-locked');
        control.removeAttribute('disabled');
      }
      this.apply();
      return unknown.length === 0 ? '' : text('share.unknown-names', { names: unknown.join(', ') });
    }

    /** Locks what has come since, too. */
    apply() {
      for (const name of this.lock) {
        const selector = LOCKABLE[/** @type {keyof typeof LOCKABLE} */ (name)];
        if (selector === '') continue;
        for (const control of document.querySelectorAll(selector)) {
          if (control.hasAttribute('disabled')) continue;
          control.setAttribute('disabled', '');
          control.setAttribute('data-locked', '');
        }
      }
    }

    /** @param {Event} event Of a tab. */
    #guard(event) {
      const isMove = event.type === 'click' || (event instanceof KeyboardEvent && /^(Arrow|Home|End)/.test(event.key));
      const isOpen = event.target instanceof Element && event.target.closest('[aria-selected="true"]') !== null && event.type === 'click';
      if (!this.lock.includes('stage') || !isMove || isOpen) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      this.#note(this.#sentence);
    }
  }

  return { HIDEABLE, LOCKABLE, LinkRules };
})());

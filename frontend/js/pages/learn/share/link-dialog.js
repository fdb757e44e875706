/**
 * The dialog that shows the link of the page as it is, says what the link does not hold, and opens a
 * link that is pasted: a page from disk and one from a server have different addresses.
 */
MNIST.add('learn', (() => {
  const { HIDEABLE, LINK_STAGES, LOCKABLE, element, enterFullScreen } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { ShareDialog } = MNIST.ui;
  const { text } = MNIST.words;

  const MARKUP = () => `
    <form method="dialog"><button class="icon-button" aria-label="${text('share.close')}"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="M5 5l10 10M15 5L5 15"/></svg></button></form>
    <h2 id="link-title">${text('share.title')}</h2>
    <p>${text('share.holds')}</p>
    <div class="share-row">
      <input id="link-text" type="text" readonly aria-label="${text('share.link')}" aria-describedby="link-notes">
      <button id="link-copy" class="button button-primary" type="button">${text('share.copy')}</button>
      <button id="link-send" class="button" type="button" hidden>${text('share.send')}</button>
    </div>
    <p id="link-done" class="share-done" role="status"></p>
    <ul id="link-notes" class="link-notes"></ul>
    <details class="link-teachers">
      <summary>${text('share.teachers')}</summary>
      <p>${text('share.teachers-why')}</p>
      <fieldset id="link-hide"><legend>${text('share.hide')}</legend></fieldset>
      <fieldset id="link-lock"><legend>${text('share.lock')}</legend></fieldset>
      <button id="link-sheet" class="button" type="button">${text('share.sheet')}</button>
      <button id="link-large" class="button" type="button">${text('share.large')}</button>
    </details>
    <h3 id="link-paste-title">${text('share.paste-title')}</h3>
    <p>${text('share.paste-why')}</p>
    <div class="share-row">
      <input id="link-pasted" type="text" aria-label="${text('share.paste')}" placeholder="learn.html#…" autocomplete="off" spellcheck="false" aria-describedby="link-problem">
      <button id="link-open" class="button" type="button">${text('share.open')}</button>
    </div>
    <p id="link-problem" class="link-problem" role="alert"></p>`;

  class LinkDialog {
    #dialog = element('dialog', { id: 'link-dialog', class: 'dialog', 'aria-labelledby': 'link-title' });
    #share;
    #link;
    #pasted;
    #problem;

    /** @type {(rules: Pick<LinkContent, 'hide' | 'lock'>) => string} */
    #linkWith = () => '';

    /**
     * @param {(pasted: string) => string} openLink Returns what is wrong with it; nothing if it is opened.
     * @param {(link: string) => void} openSheet
     */
    constructor(openLink, openSheet) {
      this.#dialog.innerHTML = MARKUP();
      document.body.append(this.#dialog);
      this.#link = elementById('link-text', HTMLInputElement);
      this.#share = new ShareDialog({
        dialog: this.#dialog,
        link: this.#link,
        copy: elementById('link-copy', HTMLButtonElement),
        send: elementById('link-send', HTMLButtonElement),
        done: elementById('link-done', HTMLElement),
      });
      this.#pasted = elementById('link-pasted', HTMLInputElement);
      this.#problem = elementById('link-problem', HTMLElement);
      const openPasted = () => {
        const problem = openLink(this.#pasted.value);
        this.#problem.textContent = problem;
        this.#pasted.toggleAttribute('aria-invalid', problem !== '');
        if (problem === '') this.#dialog.close();
        else this.#pasted.focus();
      };
      this.#addBoxes('hide', HIDEABLE);
      this.#addBoxes('lock', Object.keys(LOCKABLE));
      elementById('link-sheet', HTMLButtonElement).addEventListener('click', () => {
        this.#dialog.close();
        openSheet(this.#link.value);
      });
      elementById('link-large', HTMLButtonElement).addEventListener('click', () => {
        this.#dialog.close();
        void enterFullScreen();
      });
      elementById('link-open', HTMLButtonElement).addEventListener('click', openPasted);
      this.#pasted.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') openPasted();
      });
    }

    /**
     * @param {'hide' | 'lock'} rule
     * @param {readonly string[]} names
     */
    #addBoxes(rule, names) {
      for (const name of names) {
        const isStage = rule === 'hide' && LINK_STAGES.some((stage) => stage === name);
        const label = isStage ? document.getElementById(`tab-${name}`)?.textContent ?? name : text(`share.${rule}-${name}`);
        const box = element('input', { type: 'checkbox', name: `link-${rule}`, value: name });
        box.addEventListener('change', () => {
          this.#link.value = this.#linkWith({ hide: this.#ticked('hide'), lock: this.#ticked('lock') });
        });
        elementById(`link-${rule}`, HTMLElement).append(element('label', { class: 'switch' }, box, ` ${label.trim()}`));
      }
    }

    /** @param {'hide' | 'lock'} rule */
    #ticked(rule) {
      const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (this.#dialog.querySelectorAll(`input[name="link-${rule}"]`));
      return [...boxes].filter(({ checked }) => checked).map(({ value }) => value);
    }

    /**
     * @param {string} link
     * @param {string[]} notes What it does not hold.
     * @param {Pick<LinkContent, 'hide' | 'lock'>} rules What it hides and locks.
     * @param {(rules: Pick<LinkContent, 'hide' | 'lock'>) => string} linkWith The link with other rules.
     */
    open(link, notes, rules, linkWith) {
      this.#linkWith = linkWith;
      for (const rule of /** @type {const} */ (['hide', 'lock'])) {
        const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (this.#dialog.querySelectorAll(`input[name="link-${rule}"]`));
        for (const box of boxes) box.checked = rules[rule].includes(box.value);
      }
      elementById('link-notes', HTMLElement).replaceChildren(...notes.map((note) => element('li', {}, note)));
      this.#pasted.value = '';
      this.#problem.textContent = '';
      this.#share.open('');
      this.#link.value = link;
    }
  }

  return { LinkDialog };
})());

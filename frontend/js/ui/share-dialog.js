/**
 * The dialog with the link that holds the drawing.
 */
MNIST.add('ui', (() => {
  const { text } = MNIST.words;

  class ShareDialog {
    #elements;

    /** @param {ShareElements} elements */
    constructor(elements) {
      this.#elements = elements;
      const { link, copy, send } = elements;
      send.hidden = typeof navigator.share !== 'function';
      link.addEventListener('focus', () => link.select());
      copy.addEventListener('click', () => void this.#copy());
      send.addEventListener('click', () => void this.#send());
    }

    /** @param {string} fragment What `encodeDrawing` made. */
    open(fragment) {
      const { dialog, link, copy, done } = this.#elements;
      const address = new URL(window.location.href);
      address.hash = fragment;
      link.value = address.href;
      done.textContent = '';
      dialog.showModal();
      copy.focus();
    }

    async #copy() {
      const { link, done } = this.#elements;
      try {
        await navigator.clipboard.writeText(link.value);
        done.textContent = text('common.copied');
      } catch {
        // No clipboard here (a page from plain http, or forbidden): the old way, or by hand.
        link.focus();
        link.select();
        const isCopied = document.execCommand('copy');
        done.textContent = text(isCopied ? 'common.copied' : 'common.copy-by-hand');
      }
    }

    async #send() {
      const { link, done } = this.#elements;
      try {
        await navigator.share({ title: document.title, url: link.value });
      } catch (error) {
        const hasChangedTheirMind = error instanceof DOMException && error.name === 'AbortError';
        if (!hasChangedTheirMind) done.textContent = text('common.copy-instead');
      }
    }
  }

  return { ShareDialog };
})());

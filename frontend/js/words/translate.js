/**
 * Puts the page's own sentences, which stand in it in English, into the language that was chosen.
 * `data-words` names the key of an element's content, `data-words-label` of its aria-label, and so on.
 */
MNIST.add('words', (() => {
  const { hasWords, language, text } = MNIST.words;

  const ATTRIBUTES = Object.freeze({
    label: 'aria-label',
    roledescription: 'aria-roledescription',
    title: 'title',
    placeholder: 'placeholder',
    content: 'content',
    alt: 'alt',
  });

  /** @param {ParentNode} root */
  function translate(root) {
    for (const element of root.querySelectorAll('[data-words]')) {
      const key = element.getAttribute('data-words') ?? '';
      // Our own catalogues, never what somebody typed: they may hold <kbd>, <var>, links.
      if (hasWords(key)) element.innerHTML = text(key);
    }
    for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
      for (const element of root.querySelectorAll(`[data-words-${name}]`)) {
        const key = element.getAttribute(`data-words-${name}`) ?? '';
        if (hasWords(key)) element.setAttribute(attribute, text(key));
      }
    }
  }

  if (language !== 'en') translate(document);
  document.documentElement.classList.remove('is-translating');

  return {};
})());

/**
 * The list that chooses the page's language.
 */
MNIST.add('words', (() => {
  const { LANGUAGES, language, switchLanguage } = MNIST.words;

  /**
   * @param {HTMLSelectElement} list
   * @param {() => string | Promise<string>} getFragment What the page's address must hold to come back as it is.
   */
  function connectLanguageSwitch(list, getFragment) {
    for (const [tag, name] of Object.entries(LANGUAGES)) {
      const option = new Option(name, tag, tag === language, tag === language);
      option.lang = tag;
      list.append(option);
    }
    list.addEventListener('change', async () => {
      switchLanguage(/** @type {Language} */ (list.value), await getFragment());
    });
  }

  return { connectLanguageSwitch };
})());

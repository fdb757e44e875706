/**
 * The language of the page. Runs before the page is painted, so that nobody sees another one flash by.
 */
MNIST.add('words', (() => {
  /** What each language calls itself; a visitor who asks for none of them gets the first one. */
  const LANGUAGES = Object.freeze({ en: 'English', de: 'Deutsch', es: 'Español', zh: '中文' });
  const KEY = 'language';

  /** @returns {Language} The address's (`?lang=de`), else the last one chosen, else the browser's. */
  function chosenLanguage() {
    const asked = new URLSearchParams(window.location.search).get('lang');
    for (const tag of [asked, remembered(), ...navigator.languages]) {
      const [short] = (tag ?? '').toLowerCase().split('-');
      if (Object.hasOwn(LANGUAGES, short)) return /** @type {Language} */ (short);
    }
    return 'en';
  }

  /** @returns {string | null} */
  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // Storage is closed to this page: its address says the language.
    }
  }

  /**
   * @param {Language} other
   * @param {string} fragment What the address must hold behind # for the page to come back as it is.
   */
  function switchLanguage(other, fragment) {
    try {
      localStorage.setItem(KEY, other);
    } catch {
      // As above.
    }
    const address = new URL(window.location.href);
    address.searchParams.set('lang', other);
    address.hash = fragment;
    window.location.assign(address);
  }

  const language = chosenLanguage();
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : language;
  if (language !== 'en') {
    document.documentElement.classList.add('is-translating');
    // Deferred scripts run in the order of their elements, and one that is written here stands before
    // those that follow: whatever they say while they load is in the right language already.
    const areas = (document.currentScript?.dataset.areas ?? '').split(' ');
    for (const area of areas) document.write(`<script defer src="js/words/${language}/${area}.js"></` + 'script>');
  }

  return { LANGUAGES, language, switchLanguage };
})());

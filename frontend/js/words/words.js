/**
 * What the page says. A sentence has a key such as `draw.clear`: the part before the dot is the
 * catalogue, en/draw.js for English. docs/languages.md tells more.
 */
MNIST.add('words', (() => {
  const { language } = MNIST.words;

  /** @type {Map<string, Words>} */
  const catalogue = new Map();
  /** @type {Map<string, Intl.NumberFormat>} */
  const formats = new Map();
  const plurals = new Intl.PluralRules(language);
  // British English writes no comma before the last "and".
  const lists = new Intl.ListFormat(language === 'en' ? 'en-GB' : language);

  /**
   * @param {Language} of English comes first, and stands wherever another language lacks a key.
   * @param {string} area The catalogue's name.
   * @param {Record<string, Words>} words
   */
  function addWords(of, area, words) {
    if (of !== 'en' && of !== language) return;
    for (const [name, message] of Object.entries(words)) catalogue.set(`${area}.${name}`, message);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values] What stands for `{name}`. Numbers are written
   *     as the language does. Of a message with several forms, `count` chooses: a number of its
   *     own, or else the plural category.
   * @returns {string} The key itself where no catalogue has it.
   */
  function text(key, values = {}) {
    const message = catalogue.get(key) ?? key;
    return filled(typeof message === 'string' ? message : formOf(message, values.count), values);
  }

  /**
   * @param {Record<string, string>} forms
   * @param {string | number} count
   * @returns {string}
   */
  function formOf(forms, count) {
    return forms[count] ?? forms[plurals.select(Number(count))] ?? forms.other;
  }

  /**
   * @param {string} message
   * @param {Record<string, string | number>} values
   * @returns {string}
   */
  function filled(message, values) {
    return message.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? number(value) : value;
    });
  }

  /**
   * @param {number} value
   * @param {number | Intl.NumberFormatOptions} [options] A number: so many decimals.
   * @returns {string} With the language's separators and a real minus sign.
   */
  function number(value, options = {}) {
    const key = JSON.stringify(options);
    let format = formats.get(key);
    if (format === undefined) {
      const whole = typeof options === 'number'
        ? { minimumFractionDigits: options, maximumFractionDigits: options } : options;
      format = new Intl.NumberFormat(language, whole);
      formats.set(key, format);
    }
    return format.format(value).replace('-', '−');
  }

  /**
   * @param {number} share 0 to 1.
   * @param {number} [decimals]
   * @returns {string} Such as 97.3%.
   */
  function percent(share, decimals = 0) {
    return number(share, { style: 'percent', minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  }

  /**
   * @param {string[]} parts
   * @returns {string} Such as "a, b and c".
   */
  function list(parts) {
    return lists.format(parts);
  }

  /**
   * @param {string} key
   * @returns {boolean} Whether a catalogue has it.
   */
  function hasWords(key) {
    return catalogue.has(key);
  }

  return { addWords, list, hasWords, text, number, percent };
})());

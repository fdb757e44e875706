'use strict';

const assert = require('node:assert/strict');
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');
const { LANGUAGES, frontend, readMessages, readPageMessages } = require('./words.js');

loadScripts();
const { addWords, number, percent, text } = MNIST.words;
/** Chinese has one form for all numbers; English has two. */
const PLURALS = new Set(['zero', 'one', 'two', 'few', 'many', 'other']);

const english = new Map([...readPageMessages(), ...readMessages('en')]);

/** @param {any} message @returns {string[]} */
const formsOf = (message) => (typeof message === 'string' ? [message] : Object.values(message));
/** @param {string} form @param {RegExp} pattern @returns {string[]} */
const found = (form, pattern) => [...new Set([...form.matchAll(pattern)].map(([one]) => one))].sort();
/** @param {any} message @param {RegExp} pattern @returns {string} What any of its forms has. */
const foundInAny = (message, pattern) => [...new Set(formsOf(message).flatMap((form) => found(form, pattern)))].sort().join(' ');

describe('the catalogues', () => {
  test('no sentence stands in a page and in the English catalogue', () => {
    const pages = readPageMessages();
    assert.deepEqual([...readMessages('en').keys()].filter((key) => pages.has(key)), []);
  });

  for (const language of LANGUAGES.filter((one) => one !== 'en')) {
    const messages = readMessages(language);

    test(`${language} lacks no key and adds none`, () => {
      assert.deepEqual([...messages.keys()].sort(), [...english.keys()].sort());
    });

    test(`${language} has each value, each tag and each link that the English has`, () => {
      for (const [key, message] of messages) {
        const original = english.get(key) ?? '';
        for (const pattern of [/\{\w+\}/g, /<\/?\w+/g, /(?:href|id|class|data-[\w-]+)="[^"]*"/g]) {
          assert.equal(foundInAny(message, pattern), foundInAny(original, pattern), key);
        }
      }
    });

    test(`${language} has the forms that its numbers need`, () => {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((one) => one !== 'many');
      for (const [key, message] of messages) {
        if (typeof message === 'string') continue;
        const forms = Object.keys(message);
        assert.ok(forms.includes('other'), `${key} has no form “other”.`);
        const isPlural = 'one' in (/** @type {any} */ (english.get(key)) ?? {});
        if (isPlural) assert.deepEqual(needed.filter((form) => !forms.includes(form)), [], key);
        assert.deepEqual(forms.filter((form) => !PLURALS.has(form) && !/^\d+$/.test(form)), [], key);
      }
    });

    test(`${language} is translated`, () => {
      // Names, formulas and loanwords may be the same in two languages; a catalogue that was copied is not.
      const sentences = [...messages].filter(([key]) => formsOf(english.get(key))[0].split(' ').length > 4);
      const copied = sentences.filter(([key, message]) => formsOf(message)[0] === formsOf(english.get(key))[0]);
      assert.deepEqual(copied.map(([key]) => key), []);
    });
  }

  test('each key that a script uses is there, and each key is used', () => {
    const scripts = readdirSync(join(frontend, 'js'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !/^(words\/..\/|data\/)/.test(file));
    const source = scripts.map((file) => readFileSync(join(frontend, 'js', file), 'utf8')).join('\n');
    const used = [...source.matchAll(/\btext\('([\w-]+\.[\w-]+)'/g)].map(([, key]) => key);
    const catalogue = readMessages('en');
    assert.deepEqual(used.filter((key) => !catalogue.has(key)), []);
    // A key that is put together is written as a template whose beginning stands in the source: text(`draw.tool-${name}`).
    const beginnings = [...source.matchAll(/`([\w-]+\.[\w-]*)\$\{/g)].map(([, beginning]) => beginning);
    const isUsed = (key) => source.includes(`'${key}'`) || beginnings.some((one) => key.startsWith(one));
    assert.deepEqual([...catalogue.keys()].filter((key) => !isUsed(key)), []);
    // A class or an id that were a message would have no style and no use in another language.
    assert.deepEqual(source.match(/ (?:class|id|name|value|for|data-[\w-]+)="[^"]*\$\{text\([^"]*"/g), null);
  });
});

describe('a sentence', () => {
  addWords('en', 'test', {
    plain: 'Nothing to fill in.',
    values: '{name} has {count} weights, {name}.',
    digits: { one: 'One digit.', other: '{count} digits.' },
    article: { 8: 'an {count}', other: 'a {count}' },
  });

  test('takes its values, and writes numbers as the language does', () => {
    assert.equal(text('test.plain'), 'Nothing to fill in.');
    assert.equal(text('test.values', { name: 'It', count: 109386 }), 'It has 109,386 weights, It.');
  });

  test('has the form that its number needs', () => {
    assert.equal(text('test.digits', { count: 1 }), 'One digit.');
    assert.equal(text('test.digits', { count: 0 }), '0 digits.');
    assert.equal(text('test.article', { count: 8 }), 'an 8');
    assert.equal(text('test.article', { count: 4 }), 'a 4');
  });

  test('that is missing shows its key, and a value that is missing its name', () => {
    assert.equal(text('test.unknown'), 'test.unknown');
    assert.equal(text('test.values', { name: 'It' }), 'It has {count} weights, It.');
  });

  test('of another language than the page’s is not kept', () => {
    addWords('de', 'test', { plain: 'Nichts.' });
    assert.equal(text('test.plain'), 'Nothing to fill in.');
  });

  test('numbers have a real minus sign and as many decimals as asked', () => {
    assert.equal(number(-1234.5), '−1,234.5');
    assert.equal(number(2, 2), '2.00');
    assert.equal(number(1.25, { signDisplay: 'always' }), '+1.25');
    assert.equal(percent(0.9731, 1), '97.3%');
  });
});

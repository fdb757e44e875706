'use strict';

const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { runInNewContext } = require('node:vm');

const frontend = join(__dirname, '../../frontend');
const LANGUAGES = ['en', 'de', 'es', 'zh'];
const PAGES = ['index.html', 'learn.html'];
/** What `data-words-…` sets. */
const ATTRIBUTES = { label: 'aria-label', roledescription: 'aria-roledescription', title: 'title', placeholder: 'placeholder', content: 'content', alt: 'alt' };

/**
 * @param {string} language
 * @returns {Record<string, Record<string, any>>} Of each area: its messages by their names.
 */
function readCatalogues(language) {
  const folder = join(frontend, 'js/words', language);
  return Object.fromEntries(readdirSync(folder).sort().map((file) => {
    /** @type {[string, string, Record<string, any>][]} */
    const added = [];
    const addWords = (...catalogue) => added.push(catalogue);
    runInNewContext(readFileSync(join(folder, file), 'utf8'), { MNIST: { words: { addWords } } });
    const [[of, area, words]] = added;
    if (added.length !== 1 || of !== language || `${area}.js` !== file) {
      throw new Error(`${language}/${file} must hold one catalogue, for ${language}, called ${file.slice(0, -3)}.`);
    }
    return [area, words];
  }));
}

/**
 * @param {string} language
 * @returns {Map<string, any>} The messages of its catalogues by their keys.
 */
function readMessages(language) {
  const areas = Object.entries(readCatalogues(language));
  return new Map(areas.flatMap(([area, words]) => {
    return Object.entries(words).map(([name, message]) => [`${area}.${name}`, message]);
  }));
}

/** @param {string} html @returns {string} */
function normalised(html) {
  return html.replace(/\s+/g, ' ').trim();
}

/**
 * @returns {Map<string, string>} The English that stands in the pages, by its keys.
 * @throws {Error} One key stands at two different sentences.
 */
function readPageMessages() {
  const messages = new Map();
  for (const page of PAGES) {
    const html = readFileSync(join(frontend, page), 'utf8');
    for (const [, name, attributes, inside] of elementsOf(html)) {
      const keys = [...attributes.matchAll(/\sdata-words(?:-(\w+))?="([^"]*)"/g)];
      for (const [, kind, key] of keys) {
        const found = kind === undefined ? inside
          : attributes.match(new RegExp(`\\s${ATTRIBUTES[kind]}="([^"]*)"`))?.[1];
        if (found === undefined) throw new Error(`${page}: ${key} stands at no ${kind} of <${name}>.`);
        const before = messages.get(key);
        if (before !== undefined && before !== normalised(found)) {
          throw new Error(`${page}: ${key} stands for “${before}” and for “${normalised(found)}”.`);
        }
        messages.set(key, normalised(found));
      }
    }
  }
  return messages;
}

/**
 * @param {string} html
 * @returns {[string, string, string, string][]} Of each element with `data-words`: itself, its
 *     name, its attributes, and what is in it up to the end tag that belongs to it.
 */
function elementsOf(html) {
  return [...html.matchAll(/<(\w+)((?:\s+[\w-]+(?:="[^"]*")?)*\sdata-words[\w-]*="[^"]*"(?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/g)].map((match) => {
    const [whole, name, attributes] = match;
    const from = match.index + whole.length;
    let depth = 1;
    for (const tag of html.slice(from).matchAll(new RegExp(`<(/?)${name}[\\s>]`, 'g'))) {
      depth += tag[1] === '/' ? -1 : 1;
      if (depth === 0) return [whole, name, attributes, html.slice(from, from + tag.index)];
    }
    return [whole, name, attributes, ''];
  });
}

module.exports = { ATTRIBUTES, LANGUAGES, PAGES, elementsOf, frontend, readCatalogues, readMessages, readPageMessages };

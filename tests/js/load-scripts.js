'use strict';

const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { runInThisContext } = require('node:vm');
const manifest = require('../../frontend/js/manifest.json');

const scripts = join(__dirname, '../../frontend/js');

/**
 * Runs classic scripts of the page one after another, as a browser does: what they add to MNIST is
 * then there everywhere. What the page says is there, in English.
 *
 * @param {...string} names Files in frontend/js, in the page's order, without core/namespace.js and words.
 */
function loadScripts(...names) {
  if (!('MNIST' in globalThis)) {
    run('core/namespace.js');
    globalThis.MNIST.add('words', { language: 'en' }); // which a page's address or its browser chooses
    run('words/words.js');
    for (const catalogue of readdirSync(join(scripts, 'words/en')).sort()) run(`words/en/${catalogue}`);
  }
  for (const name of names) run(name);
}

/** @param {string} name */
function run(name) {
  const filename = join(scripts, name);
  runInThisContext(readFileSync(filename, 'utf8'), { filename });
}

/**
 * Runs all scripts that index.html loads from these folders, in the manifest's order.
 *
 * @param {...string} folders Such as 'vision'.
 */
function loadFolders(...folders) {
  loadScripts(...manifest.index.filter((name) => folders.includes(name.split('/')[0])));
}

/**
 * @param {string} name
 * @returns {any} The cases of one file in tests/golden.
 */
function readGolden(name) {
  return JSON.parse(readFileSync(join(__dirname, `../golden/${name}.json`), 'utf8'));
}

module.exports = { loadScripts, loadFolders, readGolden };

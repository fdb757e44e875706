'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { runInThisContext } = require('node:vm');
const manifest = require('../../frontend/js/manifest.json');

/**
 * Runs classic scripts of the page one after another, as a browser does: what they add to MNIST is
 * then there everywhere.
 *
 * @param {...string} names Files in frontend/js, in the page's order, without core/namespace.js.
 */
function loadScripts(...names) {
  const first = 'MNIST' in globalThis ? [] : ['core/namespace.js'];
  for (const name of [...first, ...names]) {
    const filename = join(__dirname, '../../frontend/js', name);
    runInThisContext(readFileSync(filename, 'utf8'), { filename });
  }
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

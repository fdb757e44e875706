'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { runInThisContext } = require('node:vm');

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

module.exports = { loadScripts };

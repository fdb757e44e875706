'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { runInThisContext } = require('node:vm');

/**
 * Runs classic scripts of the page one after another, as a browser does: what they declare at top
 * level is then visible everywhere.
 *
 * @param {...string} names Files in frontend/js, in the page's order.
 */
function loadScripts(...names) {
  for (const name of names) {
    const filename = join(__dirname, '../../frontend/js', name);
    runInThisContext(readFileSync(filename, 'utf8'), { filename });
  }
}

module.exports = { loadScripts };

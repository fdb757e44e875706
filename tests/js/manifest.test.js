'use strict';

const assert = require('node:assert/strict');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const frontend = join(__dirname, '../../frontend');
const manifest = JSON.parse(readFileSync(join(frontend, 'js/manifest.json'), 'utf8'));

for (const [page, scripts] of Object.entries(manifest)) {
  const html = readFileSync(join(frontend, `${page}.html`), 'utf8');

  test(`${page}.html loads the scripts that the manifest lists, in its order`, () => {
    const loaded = [...html.matchAll(/<script [^>]*src="([^"]+)"/g)].map(([, source]) => source);
    assert.deepEqual(loaded, scripts.map((script) => `js/${script}`));
  });

  test(`${page}.html: each script of the manifest is there, and only once`, () => {
    assert.deepEqual(scripts.filter((script) => !existsSync(join(frontend, 'js', script))), []);
    assert.equal(new Set(scripts).size, scripts.length);
  });

  test(`${page}.html: only the colours come before the page, all else is deferred`, () => {
    const blocking = [...html.matchAll(/<script src="([^"]+)"/g)].map(([, source]) => source);
    assert.deepEqual(blocking, ['js/core/namespace.js', 'js/ui/theme.js']);
  });
}

'use strict';

const assert = require('node:assert/strict');
const { existsSync, readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const frontend = join(__dirname, '../../frontend');
const { ink, lessons, share, stages, ...pages } = JSON.parse(readFileSync(join(frontend, 'js/manifest.json'), 'utf8'));

for (const [page, scripts] of Object.entries(pages)) {
  const html = readFileSync(join(frontend, `${page}.html`), 'utf8');

  test(`${page}.html loads the scripts that the manifest lists, in its order`, () => {
    const loaded = [...html.matchAll(/<script [^>]*src="([^"]+)"/g)].map(([, source]) => source);
    assert.deepEqual(loaded, scripts.map((script) => `js/${script}`));
  });

  test(`${page}.html: each script of the manifest is there, and only once`, () => {
    assert.deepEqual(scripts.filter((script) => !existsSync(join(frontend, 'js', script))), []);
    assert.equal(new Set(scripts).size, scripts.length);
  });

  test(`${page}.html: only the colours and the language come before the page, all else is deferred`, () => {
    const blocking = [...html.matchAll(/<script src="([^"]+)"/g)].map(([, source]) => source);
    assert.deepEqual(blocking, ['js/core/namespace.js', 'js/ui/theme.js', 'js/words/language.js']);
  });
}

const learn = readFileSync(join(frontend, 'learn.html'), 'utf8');
for (const [stage, scripts] of Object.entries(stages)) {
  const [tab] = learn.match(new RegExp(`<button id="tab-${stage}"[^>]*>`)) ?? [''];

  test(`learn.html: the tab “${stage}” names the scripts that the manifest lists, in its order`, () => {
    const [, names] = tab.match(/data-scripts="([^"]*)"/) ?? [];
    assert.deepEqual(names.split(/\s+/).filter((name) => name !== ''), scripts);
  });

  test(`learn.html: the tab “${stage}” is hidden as long as it has no scripts`, () => {
    assert.equal(/\shidden[\s>]/.test(tab), scripts.length === 0);
  });

  test(`learn.html: each script of “${stage}” is there`, () => {
    assert.deepEqual(scripts.filter((script) => !existsSync(join(frontend, 'js', script))), []);
    assert.deepEqual(scripts.filter((script) => pages.learn.includes(script)), []);
  });
}

for (const [button, scripts] of Object.entries({ lessons, share })) {
  test(`learn.html: the button “${button}” names the scripts that the manifest lists, in its order`, () => {
    const [, names] = learn.match(new RegExp(`<button id="${button}"[^>]*data-scripts="([^"]*)"`)) ?? [];
    assert.deepEqual(names.split(/\s+/).filter((name) => name !== ''), scripts);
    assert.deepEqual(scripts.filter((script) => !existsSync(join(frontend, 'js', script))), []);
    assert.deepEqual(scripts.filter((script) => pages.learn.includes(script)), []);
  });
}

test('index.html: what corrects photos is named by its section as the manifest lists it', () => {
  const html = readFileSync(join(frontend, 'index.html'), 'utf8');
  const [, names] = html.match(/<section id="ink-panel"[^>]*data-scripts="([^"]*)"/) ?? [];
  assert.deepEqual(names.split(/\s+/), ink);
  assert.deepEqual(ink.filter((script) => !existsSync(join(frontend, 'js', script))), []);
  assert.deepEqual(ink.filter((script) => pages.index.includes(script)), []);
});

test('each style sheet that comes later is there, and each that is there is used', () => {
  const both = ['index.html', 'learn.html'].map((name) => readFileSync(join(frontend, name), 'utf8')).join('');
  const later = [...both.matchAll(/data-styles="([^"]*)"/g)].flatMap(([, names]) => names.split(/\s+/));
  const linked = [...both.matchAll(/href="css\/pages\/([^"]*)\.css"/g)].map(([, name]) => name);
  const there = readdirSync(join(frontend, 'css/pages'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.css')).map((file) => file.replaceAll('\\', '/').slice(0, -4));
  assert.deepEqual([...new Set([...later, ...linked])].sort(), there.sort());
});

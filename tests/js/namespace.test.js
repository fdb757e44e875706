/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('draw/brush.js');

test('what a script has added is there for the next one', () => {
  assert.equal(MNIST.draw.GRID_SIZE, 28);
});

test('a script that asks for what is not there fails at once and says what', () => {
  assert.throws(() => loadScripts('nn/rejection.js'), /MNIST\.nn\.\w+ is missing/);
});

test('no script replaces what another one has added', () => {
  assert.throws(() => MNIST.add('draw', { GRID_SIZE: 32 }), /MNIST\.draw\.GRID_SIZE is there twice/);
});

test('there is one global', () => {
  const before = new Set(Object.getOwnPropertyNames(globalThis));
  loadScripts('vision/geometry.js', 'vision/strokes.js');
  assert.deepEqual(Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name)), []);
});

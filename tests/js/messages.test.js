/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('ui/answer-text.js', 'ui/messages.js');
const { messageFor, remarkFor } = MNIST.ui;

const API = 'http://localhost:8000';

test('a missing API is answered with what to start and where it was looked for', () => {
  const { text, commands } = messageFor('unreachable', API);
  assert.ok(text.includes(API));
  assert.deepEqual(commands, ['make run', 'cd backend && python main.py']);
});

test('missing weights are answered with how to train', () => {
  const { text, commands } = messageFor('no-weights', API, 'weights.pkl does not exist.');
  assert.ok(text.startsWith('weights.pkl does not exist.'));
  assert.deepEqual(commands, ['cd backend && python train.py']);
});

test('a remark says why the API could not be asked, and how to ask again', () => {
  assert.equal(
    remarkFor('busy', API, 'You ask too often.'),
    'The API could not be asked: it is busy (You ask too often). Press Predict to try again.',
  );
  assert.match(remarkFor('busy', API), /: it is busy\. Press/);
  for (const kind of ['unreachable', 'timeout', 'unexpected']) {
    assert.ok(remarkFor(kind, API).includes(API));
  }
});

const KINDS = [
  'empty', 'nothing-found', 'unreachable', 'no-weights', 'timeout', 'busy', 'refused', 'unexpected',
  'absent', 'forbidden',
];
for (const kind of KINDS) {
  test(`there are words for: ${kind}`, () => {
    const { title, text } = messageFor(kind, API);
    assert.ok(title.length > 0);
    assert.match(text, /\.$/);
  });
}

/* global messageFor, formatPercent, describeCertainty */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('messages.js');

const API = 'http://localhost:8000';

/** A prediction of 7 with this confidence; `rival` gets what is left. */
function seven(confidence, rival) {
  const probabilities = Array(10).fill(0);
  probabilities[7] = confidence;
  probabilities[rival] = 1 - confidence;
  return { digit: 7, confidence, probabilities };
}

test('a share is never rounded to a certainty that it is not', () => {
  assert.equal(formatPercent(0.98249), '98.2%');
  assert.equal(formatPercent(0.99999), '>99.9%');
  assert.equal(formatPercent(0.00001), '<0.1%');
  assert.equal(formatPercent(1), '>99.9%');
  assert.equal(formatPercent(0), '<0.1%');
});

test('shares just inside the limits are written as numbers', () => {
  assert.equal(formatPercent(0.999), '99.9%');
  assert.equal(formatPercent(0.001), '0.1%');
});

test('the less certain an answer, the more the words say so', () => {
  assert.match(describeCertainty(seven(0.99, 1)), /^Almost certain/);
  assert.match(describeCertainty(seven(0.9, 1)), /^Fairly sure.* a 1/);
  assert.match(describeCertainty(seven(0.6, 8)), /^Not sure.* an 8/);
  assert.match(describeCertainty(seven(0.4, 2)), /^A guess.* a 2/);
});

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

for (const kind of ['empty', 'unreachable', 'no-weights', 'timeout', 'refused', 'unexpected']) {
  test(`there are words for: ${kind}`, () => {
    const { title, text } = messageFor(kind, API);
    assert.ok(title.length > 0);
    assert.match(text, /\.$/);
  });
}

/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts();
MNIST.add('learn', { compared: () => ({ digit: 4, rival: 9 }) });
loadScripts('pages/learn/share/csv.js');
const { csvOf, fileName } = MNIST.learn;

test('a table as CSV quotes what needs it, ends lines as RFC 4180 says, and begins with a byte order mark', () => {
  const rows = [['a "b"', '1,5'], ['two\nlines', ' x ']];
  assert.equal(csvOf({ head: ['', 'n'], rows }), '\uFEFF,n\r\n"a ""b""","1,5"\r\n"two\nlines", x \r\n');
});

test('a table as CSV has the signs that programs read, and leaves text as it is', () => {
  const rows = [['−1.25', '+0.5', '−3%', '5 − 3', '−', '+ink']];
  assert.equal(csvOf({ head: [], rows }), '\uFEFF\r\n-1.25,0.5,-3%,5 − 3,−,+ink\r\n');
});

test('a file is named after its stage and the answer', () => {
  const state = { stage: 'why', pixels: [0], pass: { probabilities: [0.1, 0.9] } };
  assert.equal(fileName(state, 'why'), 'mnist-why-4-not-9');
  assert.equal(fileName({ ...state, stage: 'think', pixels: [9] }, 'flow'), 'mnist-think-flow-1');
  assert.equal(fileName({ ...state, stage: 'think' }, 'flow'), 'mnist-think-flow');
});

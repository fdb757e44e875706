/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { loadScripts } = require('./load-scripts.js');

const manifest = JSON.parse(readFileSync(join(__dirname, '../../frontend/js/manifest.json'), 'utf8'));
const drawing = manifest.index.filter((name) => /^(vision|draw)\//.test(name));
loadScripts('core/elements.js', 'core/load-script.js', ...drawing, 'pages/index/state.js');
const {
  initialState, withDrawing, withReading, withApiAnswer, isAnswered, currentDigits,
} = MNIST.index;

const SEVEN = { digit: 7, confidence: 1, probabilities: [], isAccepted: true, doubt: null };
const STRANGE = { ...SEVEN, isAccepted: false };
const digit = (prediction) => ({ pixels: new Uint8Array(784), prediction });
const DRAWN = { version: 1, isEmpty: false, isImage: false, isPhoto: false };
const live = { ...initialState.live, isReady: true };
const drawn = withDrawing({ ...initialState, live }, DRAWN);

describe('the state of the page', () => {
  test('is never changed, only followed by another', () => {
    const before = structuredClone(drawn);
    withReading(drawn, [digit(SEVEN)], 1);
    withDrawing(drawn, { ...DRAWN, version: 2 });
    assert.deepEqual(structuredClone(drawn), before);
    assert.throws(() => {
      'use strict';
      initialState.found = null;
    });
  });

  test('after reading holds the page’s own answer', () => {
    const read = withReading(drawn, [digit(SEVEN)], 3);
    assert.deepEqual([read.answer.source, read.answer.milliseconds], ['page', 3]);
    assert.ok(isAnswered(read));
    assert.equal(currentDigits(read)[0].prediction, SEVEN);
  });

  test('without a network holds what was found, and no answer', () => {
    const read = withReading({ ...drawn, live: initialState.live }, [digit(null)], 3);
    assert.equal(read.answer, null);
    assert.equal(read.found.length, 1);
  });

  test('keeps the API’s answer while the drawing is the same, and not longer', () => {
    const asked = withApiAnswer(withReading(drawn, [digit(STRANGE)], 1), [SEVEN], 1, 9);
    assert.equal(withReading(asked, [digit(STRANGE)], 1).answer.source, 'api');
    const other = withDrawing(asked, { ...DRAWN, version: 2 });
    assert.ok(!isAnswered(other));
    assert.equal(withReading(other, [digit(SEVEN)], 1).answer.source, 'page');
  });

  test('with an own copy holds its answer, also where the API had given one', () => {
    const asked = withApiAnswer(withReading(drawn, [digit(STRANGE)], 1), [SEVEN], 1, 9);
    const own = { ...asked, live: { ...live, isOwn: true } };
    assert.equal(withReading(own, [digit(SEVEN)], 1).answer.source, 'own');
  });

  test('looks at the digit that has changed', () => {
    const [one, two] = [digit(SEVEN), digit(SEVEN)];
    const first = withReading(drawn, [one, two], 1);
    assert.equal(first.selected, 1);
    assert.equal(withReading(first, [digit(SEVEN), two], 1).selected, 0);
    assert.equal(withReading(first, [one], 1).selected, 0, 'the other one is gone');
  });

  test('forgets answer and problem when the pad is cleared', () => {
    const failed = { ...withReading(drawn, [digit(SEVEN)], 1), problem: { kind: 'busy', detail: '' } };
    const cleared = withDrawing(failed, { ...DRAWN, version: 0, isEmpty: true });
    assert.deepEqual([cleared.answer, cleared.problem], [null, null]);
  });

  test('calls very many marks that are hardly digits too much, and an empty image nothing', () => {
    const speckle = Array.from({ length: 30 }, () => digit(STRANGE));
    const read = withReading(drawn, speckle, 1);
    assert.deepEqual([read.problem.kind, read.found.length], ['too-much', 0]);
    const blank = withReading(withDrawing(drawn, { ...DRAWN, isImage: true }), [], 1);
    assert.equal(blank.problem.kind, 'nothing-found');
  });
});

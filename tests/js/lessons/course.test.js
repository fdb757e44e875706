'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const { loadLessons } = require('./lesson-scripts');

loadLessons();
const { LESSONS } = MNIST.learn;
const { hasWords } = MNIST.words;

test('there are eight lessons of 6 to 10 minutes, each with something to do or predict and a check at its end', () => {
  assert.deepEqual(LESSONS.map(({ number }) => number), [1, 2, 3, 4, 5, 6, 7, 8]);
  for (const { number, minutes, steps } of LESSONS) {
    assert.ok(minutes >= 6 && minutes <= 10, `${number}`);
    assert.equal(steps.at(-1)?.kind, 'check');
    assert.ok(steps.filter(({ kind }) => kind === 'predict').length >= 3, `${number}`);
    assert.equal(new Set(steps.map(({ id }) => id)).size, steps.length);
  }
});

test('each step has its sentences: what it is about, its task and button if it has them, and why', () => {
  for (const { number, steps } of LESSONS) {
    for (const { id, kind, act, question, ready, values } of steps) {
      const needed = [id];
      if (question !== undefined) needed.push(`${id}-why`);
      if (question !== undefined && ready !== undefined && values !== undefined && id !== 'others' && id !== 'nonsense') needed.push(`${id}-task`);
      if (kind === 'do') needed.push(`${id}-done`);
      if (act !== undefined && !['others', 'nonsense'].includes(id)) needed.push(`${id}-button`);
      assert.deepEqual(needed.filter((name) => !hasWords(`lesson${number}.${name}`)), [], `lesson ${number}`);
    }
  }
});

test('each question has a truth, and each step that waits can be done by a button or by hand', () => {
  const byHand = ['hand']; // toggling pixels is the point of it, and “Skip” is always there
  for (const { number, steps } of LESSONS) {
    for (const { id, kind, act, question, ready, truth } of steps) {
      assert.equal(truth !== undefined, question !== undefined, `${number} ${id}`);
      if (kind === 'do') assert.ok(ready !== undefined && act !== undefined, `${number} ${id}`);
      if (question !== undefined && ready !== undefined && !byHand.includes(id) && id !== 'nothing') assert.ok(act !== undefined, `${number} ${id}`);
    }
  }
});

test('no figure is typed into a sentence that the weights decide', () => {
  // What stands in a sentence as a number is a size of the page or of the lesson, never a result.
  const sizes = /\b(1,000|5,000|0|0\.1|1|2|3|4|5|7|8|9|10|13|20|28|31|32|64|90|99|100|128|784|2017)\b/g;
  for (const { number } of LESSONS) {
    const source = readFileSync(join(__dirname, `../../../frontend/js/words/en/lesson${number}.js`), 'utf8');
    const sentences = source.replace(/^\s*'?[\w-]+'?: /gm, '').replace(/'lesson\d'/, '').replace(sizes, '');
    assert.deepEqual(sentences.match(/\d[\d.,]*%?/g) ?? [], [], `lesson ${number}`);
  }
});

'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { loadLessons } = require('./lesson-scripts');

loadLessons();
const { LESSONS, answerName, checkedGuess, describeGrade, gradeOf } = MNIST.learn;

/** @param {number} lesson @param {string} id */
const stepOf = (lesson, id) => LESSONS[lesson - 1].steps.find((step) => step.id === id);

test('a number is right within its tolerance, near within twice that, and else off', () => {
  const step = { question: { kind: 'number', min: 0, max: 100, tolerance: 5 } };
  assert.deepEqual([95, 105, 106, 110, 111, 89].map((guess) => gradeOf(step, guess, 100)), ['right', 'right', 'near', 'near', 'off', 'off']);
});

test('a choice is right or off', () => {
  const step = { question: { kind: 'choice', choices: () => ['a', 'b'] } };
  assert.deepEqual(['a', 'b'].map((guess) => gradeOf(step, guess, 'a')), ['right', 'off']);
});

test('a share is read as percent, also with a comma, and nothing else is a guess', () => {
  const percent = { kind: 'number', min: 0, max: 100, tolerance: 0.1, unit: 'percent' };
  assert.deepEqual(['97', ' 97,5 ', '97 %', '0'].map((text) => checkedGuess(percent, text)), [0.97, 0.975, 0.97, 0]);
  assert.deepEqual(['', 'x', '101', '-1', '1e999'].map((text) => checkedGuess(percent, text)), Array(5).fill(null));
  assert.equal(checkedGuess({ kind: 'number', min: 0, max: 1000, tolerance: 1 }, '1,000'), 1000);
  assert.equal(checkedGuess({ kind: 'number', min: -1, max: 1, tolerance: 0.1 }, '−0.64'), -0.64);
});

test('the verdict says how far off a number was, in its unit', () => {
  const describe = (lesson, id, guess, truth, grade) => describeGrade(LESSONS[lesson - 1], stepOf(lesson, id), { guess, truth, grade, asked: {} });
  assert.equal(describe(1, 'ink', 200, 175, 'right'), 'Good. You said 200, it is 175.');
  assert.equal(describe(1, 'ink', 175, 175, 'right'), 'Right: it is 175.');
  assert.equal(describe(1, 'ink', 100, 175, 'off'), 'You said 100, but it is 175: 75 more.');
  assert.match(describe(6, 'epoch', 0.95, 0.843, 'off'), /95\.0%.*84\.3%: 10\.7 percentage points less/);
  assert.equal(describe(3, 'region', 'none', '1', 'off'), 'You chose “none: all of it speaks for 4”, but the answer is “top”.');
});

test('each choice of each lesson has a name, with its values filled in', () => {
  const world = new Proxy({}, { get: () => undefined });
  for (const lesson of LESSONS) {
    for (const step of lesson.steps) {
      if (step.question?.kind !== 'choice' || step.id === 'region') continue;
      for (const value of step.question.choices(world, {})) {
        const name = answerName(lesson, step, value, { parameters: 1 });
        assert.doesNotMatch(name, /lesson\d\.|[{}]/, `${lesson.number} ${step.id} ${value}`);
      }
    }
  }
});

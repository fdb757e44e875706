'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { loadLessons } = require('./lesson-scripts');

loadLessons();
const { LessonProgress, pixelsOfRecord, readLessonRecords, runRecord } = MNIST.learn;

/** @param {string | null} content */
function storageWith(content) {
  return {
    content,
    getItem() {
      return this.content;
    },
    setItem(key, text) {
      this.content = text;
    },
  };
}

const FULL = {
  getItem: () => null,
  setItem: () => {
    throw new DOMException('full', 'QuotaExceededError');
  },
};
const ANSWER = { guess: 200, truth: 175, grade: 'near', asked: {}, found: { zeros: 609 } };

describe('progress', () => {
  test('is read back as it was kept', () => {
    const storage = storageWith(null);
    const progress = new LessonProgress(storage);
    progress.reach({ lesson: 3, step: 2 });
    progress.answer(3, 'blank', ANSWER);
    progress.finish(1);
    progress.keepName('Ada');
    progress.keepDrawing(Uint8Array.from({ length: 784 }, (_, i) => i % 256));
    const { records } = new LessonProgress(storage);
    assert.deepEqual(records, progress.records);
    assert.equal(records.lessons[3].step, 2);
    assert.deepEqual(records.lessons[3].answers.blank, ANSWER);
    assert.equal(records.lessons[1].isDone, true);
    assert.equal(pixelsOfRecord(records.drawing)?.[300], 44);
    assert.equal(progress.isKept, true);
  });

  test('goes on without storage, and says that nothing is kept', () => {
    for (const storage of [null, FULL]) {
      const progress = new LessonProgress(storage);
      progress.reach({ lesson: 2, step: 1 });
      assert.equal(progress.of(2).step, 1);
      assert.equal(progress.isKept, false);
    }
  });

  test('of two tabs is one', () => {
    const storage = storageWith(null);
    const [one, other] = [new LessonProgress(storage), new LessonProgress(storage)];
    one.answer(3, 'blank', ANSWER);
    other.finish(5);
    one.keepName('Ada');
    assert.deepEqual(new LessonProgress(storage).records, one.records);
    assert.equal(one.of(5).isDone, true);
    assert.deepEqual(other.of(3).answers.blank, ANSWER);
  });

  test('of a lesson begins anew, and all of it can be forgotten', () => {
    const progress = new LessonProgress(storageWith(null));
    progress.answer(3, 'blank', ANSWER);
    progress.finish(3);
    progress.restart(3);
    assert.deepEqual(progress.of(3), { step: 0, isDone: true, answers: {} });
    progress.forget();
    assert.deepEqual(progress.records, readLessonRecords(null));
  });

  test('that is damaged or of somebody else is left out, and the rest is read', () => {
    const foreign = ['', 'null', '[]', '{"version":2,"name":"x"}', '{"version":1,"lessons":7}', '{', '"text"'];
    for (const text of foreign) assert.deepEqual(readLessonRecords(text), readLessonRecords(null), text);
    const mixed = readLessonRecords(JSON.stringify({
      version: 1, drawing: 'AAAA', run: { epochs: [1], test: ['x'], epoch: 1, accuracy: 1 }, name: 7,
      lessons: { 1: { step: -1, isDone: 'yes', answers: { ink: { guess: 1 }, corner: ANSWER } }, 9: { step: 1 } },
    }));
    assert.deepEqual(mixed, { drawing: '', run: null, name: '', lessons: { 1: { step: 0, isDone: false, answers: { corner: ANSWER } } } });
  });
});

test('a run is thinned out, and its end stays', () => {
  const tests = Array.from({ length: 500 }, (_, n) => ({ step: n, epoch: n / 100, accuracy: n / 500 }));
  const { epochs, test: shares, epoch, accuracy } = runRecord(tests);
  assert.ok(epochs.length <= 81);
  assert.equal(shares.length, epochs.length);
  assert.deepEqual([epochs.at(-1), shares.at(-1), epoch, accuracy], [4.99, 0.998, 4.99, 0.998]);
});

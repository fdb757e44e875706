/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadScripts, loadFolders } = require('./load-scripts.js');

loadScripts('core/elements.js');
loadFolders('vision');
const { StrokeMemory, groupStrokes, renderStrokes } = MNIST.vision;

/** How often these were called by the scripts that are loaded below. */
const calls = { inkStrokes: 0, groupStrokes: 0 };
for (const name of Object.keys(calls)) {
  const original = MNIST.vision[name];
  MNIST.vision[name] = (...given) => {
    calls[name] += 1;
    return original(...given);
  };
}
loadScripts(
  'draw/brush.js',
  'draw/eraser.js',
  'draw/drawing-history.js',
  'draw/drawing.js',
  'draw/ink-path.js',
  'draw/reading.js',
);
const { Drawing, findOnPad, changedDigit, DOT_SIZE, MAX_STROKES, MAX_DIGITS } = MNIST.draw;

const point = (x, y) => ({ x, y });

/** Writes an S-shaped line of a height, from its upper end. */
function write(drawing, x, y, height) {
  drawing.penDown(point(x, y));
  for (let i = 1; i <= 20; i++) {
    drawing.penMove(point(x + Math.sin(i / 3), y + (height * i) / 20));
  }
}

/** Runs a function and counts how often one of `calls` is called meanwhile. */
function counting(name, run) {
  const before = calls[name];
  run();
  return calls[name] - before;
}

/** Runs a function and lists the gaps between strokes that were asked for meanwhile. */
function gapsAskedFor(run) {
  const gaps = [];
  const { between } = StrokeMemory.prototype;
  StrokeMemory.prototype.between = function (one, other) {
    const gap = between.call(this, one, other);
    gaps.push(gap);
    return gap;
  };
  run();
  StrokeMemory.prototype.between = between;
  return gaps;
}

test('what is found is what the strokes alone would give', () => {
  const drawing = new Drawing();
  for (const x of [3, 10, 17, 24]) write(drawing, x, 5, 8);
  const found = findOnPad(drawing);
  assert.equal(found.length, 4);
  found.forEach(({ pixels, strokes }, i) => {
    assert.deepEqual(strokes, [drawing.strokes[i]]);
    assert.deepEqual(pixels, renderStrokes([drawing.strokes[i]], DOT_SIZE));
  });
});

test('while a stroke grows, only its own digit is drawn anew', () => {
  const drawing = new Drawing();
  for (const x of [3, 10, 17]) write(drawing, x, 5, 8);
  drawing.penUp();
  const before = findOnPad(drawing);
  const inked = counting('inkStrokes', () => {
    write(drawing, 24, 5, 8);
    for (let i = 0; i < 10; i++) {
      drawing.penMove(point(24, 14 + i / 10));
      findOnPad(drawing);
    }
  });
  assert.equal(inked, 10);
  const now = findOnPad(drawing);
  assert.deepEqual(now.slice(0, 3).map((digit, i) => digit === before[i]), [true, true, true]);
  assert.equal(changedDigit(before, now), 3);
  assert.equal(changedDigit(now, findOnPad(drawing)), -1);
});

test('while a stroke grows, no distance between two others is measured again', () => {
  const drawing = new Drawing();
  for (let i = 0; i < 20; i++) {
    write(drawing, 2 + (i % 5) * 5, 2 + Math.floor(i / 5) * 6, 4);
    drawing.penUp();
  }
  findOnPad(drawing);
  drawing.penDown(point(14, 1));
  drawing.penMove(point(14, 20));
  const known = new Set(gapsAskedFor(() => findOnPad(drawing)));
  drawing.penMove(point(15, 20));
  const gaps = gapsAskedFor(() => findOnPad(drawing));
  const measured = gaps.filter((gap) => !known.has(gap)).length;
  assert.ok(measured > 0 && measured <= 20, `${measured} distances`);
});

test('a memory changes nothing of how strokes are grouped, whatever happens to them', () => {
  const memory = new StrokeMemory();
  const drawing = new Drawing();
  let seed = 1;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  for (let i = 0; i < 60; i++) {
    const chance = random();
    if (chance < 0.7) write(drawing, 2 + 24 * random(), 2 + 15 * random(), 10 * random());
    else if (chance < 0.8) drawing.undo();
    else if (chance < 0.9) drawing.eraserDown(point(28 * random(), 28 * random()), 1.2);
    else drawing.redo();
    drawing.penMove(point(28 * random(), 28 * random()));
    drawing.penUp();
    assert.deepEqual(groupStrokes(drawing.strokes, memory), groupStrokes(drawing.strokes));
  }
});

test('hundreds of dots are no number, and cost nothing', () => {
  const drawing = new Drawing();
  const dot = (i) => {
    drawing.penDown(point(1 + (i % 26), 1 + Math.floor(i / 26)));
    drawing.penUp();
  };
  for (let i = 0; i <= MAX_DIGITS; i++) dot(i);
  assert.equal(counting('inkStrokes', () => assert.deepEqual(findOnPad(drawing), [])), 0);
  for (let i = MAX_DIGITS; i <= MAX_STROKES; i++) dot(i);
  assert.equal(counting('groupStrokes', () => assert.deepEqual(findOnPad(drawing), [])), 0);
});

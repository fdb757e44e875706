/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('draw/brush.js', 'draw/eraser.js', 'draw/drawing-history.js', 'draw/drawing.js');
const { Drawing, DrawingHistory, eraseAlong, paintSegment, clipToGrid, GRID_SIZE, BRUSH_SIGMAS } = MNIST.draw;

const emptyGrid = () => new Uint8Array(GRID_SIZE * GRID_SIZE);
const point = (x, y) => ({ x, y });

/** A drawing with these strokes. */
function drawn(...strokes) {
  const drawing = new Drawing();
  for (const [first, ...rest] of strokes) {
    drawing.penDown(first);
    rest.forEach((next) => drawing.penMove(next));
    drawing.penUp();
  }
  return drawing;
}

test('the brush is a Gaussian with a standard deviation of half a cell', () => {
  const grid = emptyGrid();
  paintSegment(grid, point(10.5, 10.5), point(10.5, 10.5));
  for (const [columns, rows] of [[0, 0], [1, 0], [0, -1], [1, 1], [-2, 0]]) {
    const expected = 255 * Math.exp(-(columns ** 2 + rows ** 2) / (2 * 0.5 ** 2));
    assert.equal(grid[(10 + rows) * GRID_SIZE + 10 + columns], Math.round(expected));
  }
});

test('a stroke is what stamping the brush at each of its points would give', () => {
  const [from, to] = [point(2.3, 3.9), point(25.1, 17.2)];
  const stroke = emptyGrid();
  paintSegment(stroke, from, to);
  const stamped = emptyGrid();
  for (let i = 0; i <= 5000; i++) {
    const t = i / 5000;
    const at = point(from.x + t * (to.x - from.x), from.y + t * (to.y - from.y));
    paintSegment(stamped, at, at);
  }
  stroke.forEach((grey, cell) => assert.ok(Math.abs(grey - stamped[cell]) <= 1));
});

test('resting or going over the same place does not make ink darker or wider', () => {
  const once = emptyGrid();
  paintSegment(once, point(3, 3), point(9, 7));
  const twice = once.slice();
  paintSegment(twice, point(9, 7), point(3, 3));
  paintSegment(twice, point(5, 13 / 3), point(5, 13 / 3));
  assert.deepEqual(twice, once);
});

test('ink at the edges stays in its row', () => {
  const grid = emptyGrid();
  paintSegment(grid, point(28, 5.5), point(28, 5.5));
  assert.equal(grid[6 * GRID_SIZE], 0);
  assert.ok(grid[6 * GRID_SIZE - 1] > 0);
});

test('clipping keeps what is inside as it is', () => {
  const [from, to] = [point(0, 0), point(28, 28)];
  const inside = clipToGrid(from, to);
  assert.equal(inside.from, from);
  assert.equal(inside.to, to);
});

test('clipping cuts at the edge, whichever way the pen goes', () => {
  assert.deepEqual(clipToGrid(point(14, 14), point(42, 28)).to, point(28, 21));
  assert.deepEqual(clipToGrid(point(-14, 14), point(14, 14)).from, point(0, 14));
  assert.deepEqual(clipToGrid(point(-10, 5), point(38, 5)), { from: point(0, 5), to: point(28, 5) });
});

test('clipping leaves nothing of a segment that misses the grid', () => {
  assert.equal(clipToGrid(point(-5, 10), point(5, -20)), null);
  assert.equal(clipToGrid(point(30, 5), point(30, 9)), null);
  assert.equal(clipToGrid(point(3, 29), point(9, 40)), null);
});

test('a new drawing is empty, and one dot is a drawing', () => {
  assert.ok(new Drawing().isEmpty);
  const dot = drawn([point(4, 4)]);
  assert.ok(!dot.isEmpty);
  assert.deepEqual(dot.strokes, [[point(4, 4)]]);
});

test('a pen that leaves the grid and comes back draws two strokes, without the way outside', () => {
  const drawing = drawn([point(20, 10), point(36, 10), point(36, 20), point(20, 20)]);
  assert.deepEqual(drawing.strokes, [
    [point(20, 10), point(28, 10)],
    [point(28, 20), point(20, 20)],
  ]);
  drawing.undo();
  assert.ok(drawing.isEmpty, 'undo takes back the whole movement');
});

test('undo takes back one stroke at a time and restores the grid exactly', () => {
  const first = [point(3, 3), point(20, 9)];
  const drawing = drawn(first, [point(3, 9), point(20, 3)]);
  drawing.undo();
  assert.deepEqual(drawing.grid, drawn(first).grid);
  drawing.undo();
  assert.deepEqual(drawing.grid, emptyGrid());
  assert.ok(!drawing.canUndo);
  drawing.undo();
  assert.ok(drawing.isEmpty);
});

test('clearing removes all ink and can be undone', () => {
  const drawing = drawn([point(3, 3), point(20, 9)]);
  const { grid, version } = { grid: drawing.grid.slice(), version: drawing.version };
  drawing.clear();
  assert.ok(drawing.isEmpty);
  assert.deepEqual(drawing.grid, emptyGrid());
  assert.notEqual(drawing.version, version);
  drawing.undo();
  assert.deepEqual(drawing.grid, grid);
  assert.equal(drawing.version, version, 'the same drawing has the same version');
});

test('clearing what is empty is no step that undo would have to take back', () => {
  const drawing = new Drawing();
  drawing.clear();
  assert.ok(!drawing.canUndo);
});

test('no two drawings share a version', () => {
  const drawing = drawn([point(3, 3)]);
  const before = drawing.version;
  drawing.undo();
  drawing.penDown(point(9, 9));
  assert.notEqual(drawing.version, before);
});

test('clearing lifts the pen: what follows without a new touch draws nothing', () => {
  const drawing = new Drawing();
  drawing.penDown(point(3, 3));
  drawing.clear();
  drawing.penMove(point(9, 9));
  assert.ok(drawing.isEmpty);
});

test('each change is told, and a pen that does not move changes nothing', () => {
  const drawing = new Drawing();
  let changes = 0;
  drawing.addEventListener('change', () => changes++);
  drawing.penDown(point(3, 3));
  drawing.penMove(point(3, 3));
  drawing.penMove(point(4, 3));
  drawing.penUp();
  assert.equal(changes, 2);
});

/** A image of one of MNIST's digits. */
function image() {
  const cells = emptyGrid().fill(90, 300, 320);
  return { width: 28, height: 28, rgba: new Uint8ClampedArray(4 * 784), cells, name: 'a 1' };
}

test('redo does again what undo took back, until something new is drawn', () => {
  const drawing = drawn([point(3, 3), point(20, 9)], [point(3, 9), point(20, 3)]);
  const { grid, version } = { grid: drawing.grid.slice(), version: drawing.version };
  assert.ok(!drawing.canRedo);
  drawing.undo();
  drawing.undo();
  assert.ok(drawing.isEmpty && drawing.canRedo);
  drawing.redo();
  drawing.redo();
  assert.deepEqual(drawing.grid, grid);
  assert.equal(drawing.version, version);
  assert.ok(!drawing.canRedo);
  drawing.undo();
  drawing.penDown(point(9, 9));
  assert.ok(!drawing.canRedo, 'what was undone belongs to another story now');
  drawing.redo();
  assert.equal(drawing.strokes.length, 2);
});

test('each stroke keeps the brush that it was drawn with', () => {
  const drawing = new Drawing();
  drawing.penDown(point(9, 9), BRUSH_SIGMAS[2]);
  const bold = drawing.grid.slice();
  drawing.penUp();
  drawing.penDown(point(20, 20), BRUSH_SIGMAS[0]);
  drawing.undo();
  assert.deepEqual(drawing.grid, bold);
  assert.equal(bold.filter((grey) => grey > 128).length, 4);
});

test('the eraser cuts a stroke in two and leaves the rest where it is', () => {
  const drawing = drawn([point(4, 14), point(24, 14)]);
  drawing.eraserDown(point(14, 10), 2);
  drawing.penMove(point(14, 18));
  drawing.penUp();
  const [left, right] = drawing.strokes;
  assert.equal(drawing.strokes.length, 2);
  assert.deepEqual([left[0], right.at(-1)], [point(4, 14), point(24, 14)]);
  assert.ok(left.at(-1).x < 12 && left.at(-1).x > 11.7);
  assert.ok(right[0].x > 16 && right[0].x < 16.3);
  assert.equal(drawing.grid[14 * GRID_SIZE + 14], 0);
  drawing.undo();
  assert.deepEqual(drawing.strokes, [[point(4, 14), point(24, 14)]], 'one step of undo');
});

test('an eraser that touches nothing is no step that undo would have to take back', () => {
  const drawing = drawn([point(4, 4), point(8, 4)]);
  const { version } = drawing;
  drawing.eraserDown(point(20, 20), 1);
  drawing.penMove(point(24, 24));
  drawing.penUp();
  assert.equal(drawing.version, version);
  drawing.undo();
  assert.ok(drawing.isEmpty);
});

test('the eraser takes whole strokes that lie within it, dots too', () => {
  const drawing = drawn([point(10, 10)], [point(20, 20), point(20.4, 20)]);
  drawing.eraserDown(point(10.2, 10), 1);
  assert.equal(drawing.strokes.length, 1);
  drawing.penMove(point(20, 20.5));
  assert.ok(drawing.isEmpty);
});

test('a pen that was a palm leaves nothing, not even a step of undo', () => {
  const drawing = drawn([point(3, 3), point(9, 9)]);
  const before = drawing.grid.slice();
  drawing.penDown(point(20, 20));
  drawing.penMove(point(24, 24));
  drawing.cancelPen();
  assert.deepEqual(drawing.grid, before);
  assert.ok(!drawing.isPenDown && !drawing.canRedo);
  drawing.eraserDown(point(3, 3), 2);
  drawing.cancelPen();
  assert.deepEqual(drawing.grid, before);
  drawing.eraserDown(point(25, 3), 1);
  drawing.cancelPen();
  drawing.undo();
  assert.ok(drawing.isEmpty);
});

test('what a palm takes back can be undone and redone as before', () => {
  const drawing = drawn([point(3, 3), point(9, 9)], [point(3, 9), point(9, 3)]);
  const { version } = drawing;
  drawing.undo();
  drawing.penDown(point(20, 20));
  drawing.penMove(point(24, 24));
  drawing.cancelPen();
  drawing.eraserDown(point(3, 3), 2);
  drawing.cancelPen();
  assert.ok(drawing.canRedo);
  drawing.redo();
  assert.equal(drawing.version, version);
  assert.equal(drawing.strokes.length, 2);
  drawing.undo();
  drawing.penDown(point(20, 20));
  drawing.penUp();
  drawing.eraserDown(point(3, 3), 2);
  drawing.cancelPen();
  assert.ok(!drawing.canRedo, 'a stroke that was meant still ends what could be redone');
});

test('an eraser that was put down beside all ink leaves what can be redone', () => {
  const drawing = drawn([point(3, 3), point(9, 9)], [point(3, 9), point(9, 3)]);
  drawing.undo();
  drawing.eraserDown(point(25, 25), 1);
  drawing.penUp();
  drawing.redo();
  assert.equal(drawing.strokes.length, 2);
});

test('many images do not pile up: the oldest steps are forgotten', () => {
  const drawing = new Drawing();
  const side = 800;
  for (let i = 0; i < 60; i++) {
    const rgba = new Uint8ClampedArray(4 * side * side);
    drawing.show({ width: side, height: side, rgba, cells: null, name: `photo ${i}` });
  }
  const kept = new Set();
  for (; drawing.canUndo; drawing.undo()) kept.add(drawing.image);
  const bytes = [...kept].reduce((sum, image) => sum + image.rgba.byteLength, 0);
  assert.ok(kept.size >= 10, 'some can be undone');
  assert.ok(bytes <= DrawingHistory.maxBytes + 4 * side * side, 'and the one that is seen');
});

test('there is an end to the steps that can be undone', () => {
  const drawing = new Drawing();
  for (let i = 0; i < DrawingHistory.maxSteps + 5; i++) {
    drawing.penDown(point(3, 3));
    drawing.penUp();
  }
  let steps = 0;
  for (; drawing.canUndo; drawing.undo()) steps += 1;
  assert.equal(steps, DrawingHistory.maxSteps);
  assert.equal(drawing.strokes.length, 5);
});

test('what is far from the eraser stays as it is, point by point', () => {
  const points = Array.from({ length: 5000 }, (_, i) => point(1 + (26 * i) / 5000, 5 + (i % 20)));
  const [left, right, ...more] = eraseAlong([{ points, sigma: 0.5 }], point(14, 0), point(14, 28), 1);
  assert.equal(more.length, 0);
  const kept = [...left.points, ...right.points].filter((each) => points.includes(each));
  const expected = points.filter(({ x }) => Math.abs(x - 14) > 1);
  assert.equal(kept.length, expected.length);
  const added = left.points.length + right.points.length - kept.length;
  assert.ok(added < 200, `${added} points are new: only where lines were cut`);
});

test('an image takes the place of strokes, a stroke that of an image; both can be undone', () => {
  const drawing = drawn([point(3, 3), point(9, 9)]);
  drawing.show(image());
  assert.deepEqual(drawing.strokes, []);
  assert.deepEqual(drawing.grid, image().cells);
  assert.ok(!drawing.isEmpty);
  drawing.penDown(point(20, 20));
  assert.equal(drawing.image, null);
  assert.equal(drawing.grid[310], 0);
  drawing.undo();
  assert.equal(drawing.image?.name, 'a 1');
  drawing.eraserDown(point(1, 1), 1);
  assert.ok(drawing.isEmpty, 'an image is erased as a whole');
  drawing.undo();
  drawing.undo();
  assert.equal(drawing.strokes.length, 1);
});

test('loaded strokes replace what was there, and undo brings it back', () => {
  const drawing = drawn([point(3, 3), point(9, 9)]);
  drawing.load([{ points: [point(1, 1), point(2, 2)], sigma: 0.5 }]);
  assert.deepEqual(drawing.strokes, [[point(1, 1), point(2, 2)]]);
  drawing.undo();
  assert.deepEqual(drawing.strokes, [[point(3, 3), point(9, 9)]]);
});

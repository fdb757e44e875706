'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { loadScripts } = require('../load-scripts');

loadScripts(
  'core/elements.js', 'pages/learn/paint.js', 'pages/learn/watch/history.js', 'pages/learn/watch/plateau.js',
  'pages/learn/watch/plot.js', 'pages/learn/watch/ribbon.js', 'pages/learn/watch/curves.js',
);

const {
  WatchHistory, WatchSeries, curveTable, describeRibbon, epochTicks, heightOfAccuracy, heightOfLoss, niceEnd, hasPlateau,
  ribbonRuns, ribbonTable,
} = MNIST.learn;

const CERTAIN = Array.from({ length: 10 }, (_, certain) => Array.from({ length: 10 }, (_, digit) => Number(digit === certain)));

/** @param {number} step */
function pointAt(step, part = {}) {
  return { step, epoch: step / 100, loss: 1, accuracy: 0.5, test: 0.5, probe: null, ...part };
}

/** @param {number} end */
function historyTo(end, part = (step) => ({})) {
  const history = new WatchHistory();
  for (let step = 0; step <= end; step++) history.add(pointAt(step, part(step)));
  return history;
}

test('a history of an hour is as long as one of a minute, and keeps its first and latest point', () => {
  for (const end of [100, 1_000, 100_000]) {
    const { points } = historyTo(end);
    assert.ok(points.length <= WatchSeries.max);
    assert.ok(points.length >= Math.min(end, WatchSeries.max / 4));
    assert.equal(points[0].step, 0);
    assert.equal(points.at(-1).step, end);
  }
});

test('points of a long history are evenly spaced', () => {
  const { points } = historyTo(50_000);
  const gaps = points.slice(1, -1).map(({ step }, k) => step - points[k].step);
  assert.ok(Math.max(...gaps) <= 2 * Math.min(...gaps), `${Math.min(...gaps)} to ${Math.max(...gaps)}`);
});

test('a second point of the same step takes the place of the first', () => {
  const history = historyTo(3);
  history.add(pointAt(3, { test: 0.9 }));
  assert.deepEqual(history.points.map(({ step }) => step), [0, 1, 2, 3]);
  assert.equal(history.last.test, 0.9);
});

test('a branch keeps the curve that it leaves, and only so many', () => {
  const history = historyTo(50);
  history.branchAt(20);
  assert.equal(history.last.step, 20);
  assert.equal(history.branches[0].points.at(-1).step, 50);
  for (let k = 0; k < 10; k++) {
    history.add(pointAt(30 + k));
    history.branchAt(20);
  }
  assert.equal(history.branches.length, WatchHistory.maxBranches);
});

test('a branch takes the measurements on test digits along', () => {
  const history = historyTo(50);
  for (const step of [10, 40]) history.addTest({ step, epoch: step / 100, accuracy: step / 100 });
  history.branchAt(20);
  assert.deepEqual(history.tests.map(({ step }) => step), [10]);
  assert.deepEqual(history.branches[0].tests.map(({ step }) => step), [10, 40]);
});

test('to branch at the end changes nothing', () => {
  const history = historyTo(50);
  history.branchAt(50);
  assert.equal(history.branches.length, 0);
});

test('another drawing gets its own probabilities in the past', () => {
  const history = historyTo(50);
  history.probeAgain((step) => (step < 10 ? null : CERTAIN[step % 10]));
  assert.equal(history.points[9].probe, null);
  assert.equal(history.points[13].probe, CERTAIN[3]);
});

test('a training that improves does not stop', () => {
  const { points } = historyTo(3_000, (step) => ({ loss: 0.999 ** step + 0.01, test: Math.min(0.95, step / 1000) }));
  assert.equal(hasPlateau(points, 0), false);
});

test('a training stops when five epochs brought nothing, however noisy the batches are', () => {
  const noise = (step) => 0.1 * Math.sin(step * 12.9898);
  const { points } = historyTo(1_200, (step) => ({ loss: 0.3 + noise(step), test: 0.9 }));
  assert.equal(hasPlateau(points.filter(({ step }) => step <= 400), 0), false);
  assert.equal(hasPlateau(points, 0), true);
});

test('who presses play on a plateau gets five more epochs', () => {
  const { points } = historyTo(1_200, () => ({ loss: 0.3 }));
  assert.equal(hasPlateau(points, 8), false);
  assert.equal(hasPlateau(points, 6), true);
});

test('each step up the scale of accuracies halves the errors', () => {
  const step = heightOfAccuracy(0.98) - heightOfAccuracy(0.96);
  assert.ok(Math.abs(heightOfAccuracy(0.96) - heightOfAccuracy(0.92) - step) < 1e-9);
  assert.ok(Math.abs(heightOfAccuracy(0)) === 0);
  assert.equal(heightOfAccuracy(1), 1);
});

test('each step down the scale of losses divides by ten, and nothing leaves it', () => {
  assert.ok(Math.abs(heightOfLoss(0.1) - heightOfLoss(0.01) - (heightOfLoss(1) - heightOfLoss(0.1))) < 1e-9);
  assert.deepEqual([1e9, NaN, Infinity, 0].map(heightOfLoss), [1, 1, 1, 0]);
});

test('the axis ends at 1, 2, 5, 10, … epochs and has round ticks', () => {
  assert.deepEqual([0, 0.3, 1, 1.1, 3, 6, 12, 21, 99].map(niceEnd), [1, 1, 1, 2, 5, 10, 20, 50, 100]);
  assert.deepEqual(epochTicks(20), [0, 5, 10, 15, 20]);
  assert.deepEqual(epochTicks(5), [0, 1, 2, 3, 4, 5]);
});

test('a lane of the ribbon is cut where its digit becomes the answer, without a gap', () => {
  const probes = [CERTAIN[4], CERTAIN[4], CERTAIN[9], CERTAIN[4]];
  const runs = ribbonRuns(probes.map((probe, step) => pointAt(step, { probe })));
  const four = runs.filter(({ digit }) => digit === 4);
  assert.deepEqual(four.map(({ isWinner }) => isWinner), [true, false, true]);
  four.slice(1).forEach((run, k) => assert.deepEqual(run.points[0], four[k].points.at(-1)));
});

test('moments without a drawing leave a gap in the ribbon', () => {
  const probes = [CERTAIN[4], null, CERTAIN[4]];
  const runs = ribbonRuns(probes.map((probe, step) => pointAt(step, { probe })));
  assert.equal(runs.filter(({ digit }) => digit === 4).length, 2);
});

test('the ribbon says what the answer is and since when', () => {
  const points = [9, 9, 4, 4].map((digit, step) => pointAt(step, { probe: CERTAIN[digit] }));
  assert.match(describeRibbon(points), /read as 4 now.*100\.0%.*since epoch 0\.02/);
  assert.match(describeRibbon([]), /nothing yet/);
});

test('the tables have at most so many rows, and the latest moment', () => {
  const history = historyTo(5_000, () => ({ probe: CERTAIN[4] }));
  for (const { head, rows } of [curveTable(history), ribbonTable(history)]) {
    assert.ok(rows.length <= 62 && rows.length >= 30);
    assert.equal(rows.at(-1)[0], '50.00');
    assert.ok(rows.every((row) => row.length === head.length));
  }
});

/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { digits, test: testDigits } = require('./training/training-scripts');
const { loadScripts } = require('./load-scripts.js');

loadScripts('pages/learn/watch/settings.js', 'pages/learn/race/lanes.js');
const { RaceLanes, WATCH_START } = MNIST.learn;

const part = ({ pixels, labels }, count) => ({
  pixels: pixels.subarray(0, 784 * count), labels: labels.subarray(0, count),
});
const data = { training: part(digits, 1000), test: part(testDigits, 200) };
const start = { ...WATCH_START, hidden: [16] };

/** A race on a clock that goes on by 1 ms each time somebody looks. */
function raced(settings, images = 1500) {
  const race = new RaceLanes(settings, data, images);
  let time = 0;
  while (!race.isDone) race.work(100, () => (time += 1));
  return race.lanes.map(({ points, isBroken }) => ({ points, isBroken }));
}

test('lanes with the same settings are measured alike at every point', () => {
  const [one, other] = raced([start, start]);
  const accuracies = ({ points }) => points.map(({ images, accuracy }) => [images, accuracy]);
  assert.deepEqual(accuracies(one), accuracies(other));
  assert.deepEqual([one.points[0].images, one.points.at(-1).images >= 1500], [0, true]);
  assert.ok(one.points.at(-1).accuracy > one.points[0].accuracy + 0.3);
});

test('a lane does not depend on who runs beside it', () => {
  const [alone] = raced([start]);
  const [, beside] = raced([{ ...start, optimizer: 'adam', learningRate: 0.001 }, start]);
  assert.deepEqual(beside.points.map(({ accuracy }) => accuracy), alone.points.map(({ accuracy }) => accuracy));
});

test('no lane is more than a batch of images ahead while both train', () => {
  const race = new RaceLanes([start, { ...start, batchSize: 8 }], data, 1000);
  let time = 0;
  while (!race.isDone) {
    race.work(3, () => (time += 1));
    const [one, other] = race.lanes.map(({ images }) => images);
    assert.ok(Math.abs(one - other) <= 32, `${one} and ${other}`);
  }
});

test('measuring does not count as time', () => {
  const [{ points }] = raced([start]);
  const { milliseconds, steps } = points.at(-1);
  assert.equal(milliseconds, steps, 'one look at the clock before a step and one after it');
});

test('a lane whose numbers break ends, and the others go on', () => {
  const [broken, sound] = raced([{ ...start, learningRate: 1000, weightDecay: 10 }, start], 3000);
  assert.ok(broken.isBroken && !sound.isBroken);
  assert.ok(sound.points.at(-1).images >= 3000);
});

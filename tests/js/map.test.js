'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { before, test } = require('node:test');

const { loadScripts } = require('./load-scripts');

loadScripts(
  'ui/answer-text.js', 'data/model.js', 'data/digits.js', 'core/load-script.js', 'nn/weights-file.js', 'nn/shipped-network.js',
  'nn/network.js', 'nn/backpropagation.js', 'nn/rejection.js', 'nn/principal-components.js', 'nn/nearest-rows.js',
  'nn/tsne.js',
  'core/elements.js', 'pages/learn/digit-data.js', 'pages/learn/paint.js', 'pages/learn/map/slices.js',
  'pages/learn/map/survey.js', 'pages/learn/map/embedding.js', 'pages/learn/map/camera.js', 'pages/learn/map/thumbnails.js', 'pages/learn/map/painter.js',
  'pages/learn/map/neighbours.js', 'pages/learn/map/digit-card.js', 'pages/learn/map/ruler.js',
  'pages/learn/map/sheet.js',
);

const {
  forwardPass, nearestRows, placeOf, principalComponents, readNetwork, readRejection, resemblances, similaritiesOf,
  tsne, tsneGradient,
} = MNIST.nn;
const {
  MAP_SPACES, MapCamera, digitAt, mapDescribe, mapFit, mapFitted, mapHistogram, mapInSlices, mapInSlicesWhile,
  mapMeanPlace, mapMiddles, mapNeighbours, mapNeighboursKept, mapNext, mapPlane, mapResemblance, mapRows,
  mapSurvey, mapTable, unpackDigits,
} = MNIST.learn;
const golden = JSON.parse(readFileSync(join(__dirname, '../golden/map.json'), 'utf8'));
const AGAIN = 'run python tests/golden/make_map.py';
const network = readNetwork(Uint8Array.from(Buffer.from(MNIST.data.MODEL.file, 'base64')).buffer);
const rejection = readRejection(network);

/** @type {DigitSet} */ let digits;
/** @type {DigitSet} */ let training;
/** @type {MapSurvey} */ let survey;
/** @type {MapRows[]} */ let trainingRows;

before(async () => {
  digits = await unpackDigits(MNIST.data.testDigits);
  training = await unpackDigits(MNIST.data.trainingDigits);
  survey = await mapInSlices(mapSurvey(network, rejection, digits));
  trainingRows = await mapInSlices(mapRows(network, training));
});

/** What a generator returns. */
function finished(work) {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** @param {number} n */
function passOf(n) {
  return forwardPass(network, Float64Array.from(digitAt(digits, n), (grey) => grey / 255));
}

MAP_SPACES.forEach((space, k) => {
  test(`${space.name}: places, spread and the labels' share are those of NumPy`, () => {
    const { places, kept, explained } = finished(mapPlane(survey.rows[k], digits.labels, null));
    const { places: expected, ...shares } = golden[space.key];
    assert.ok(Math.abs(kept - shares.kept) < 1e-6, `${kept} and ${shares.kept}: ${AGAIN}`);
    assert.ok(Math.abs(explained - shares.explained) < 1e-5, `${explained} and ${shares.explained}`);
    expected.forEach((place, n) => place.forEach((value, axis) => {
      const found = places[2 * n + axis] / space.scale;
      assert.ok(Math.abs(found - value) < 1e-4 * (1 + Math.abs(value)), `digit ${n}: ${found} and ${value}`);
    }));
  });

  test(`${space.name}: a new drawing is placed exactly, by its own forward pass`, () => {
    const { components, places } = finished(mapPlane(survey.rows[k], digits.labels, null));
    for (const n of [0, 345, 999]) {
      placeOf(components, space.pointOf(passOf(n))).forEach((value, axis) => {
        assert.ok(Math.abs(value - places[2 * n + axis]) < 1e-4 * (1 + Math.abs(value)));
      });
    }
  });

  test(`${space.name}: the nine nearest training digits are those of NumPy`, () => {
    const { neighbours, distances } = golden[space.key];
    neighbours.forEach((expected, n) => {
      const point = space.pointOf(passOf(n));
      const { nearest, label, votes } = mapNeighbours(space, trainingRows[k], training.labels, point);
      assert.deepEqual(nearest.map(({ index }) => index), expected, `digit ${n}: ${AGAIN}`);
      nearest.forEach(({ distance }, place) => {
        assert.ok(Math.abs(distance - distances[n][place]) < 1e-4 * (1 + distance));
      });
      assert.equal(nearest.filter((other) => other.label === label).length, votes);
    });
  });

  test(`${space.name}: turning an axis around turns it back to how it was`, () => {
    const plane = finished(mapPlane(survey.rows[k], digits.labels, null));
    const mirrored = { ...plane, places: plane.places.map((value, n) => (n % 2 === 0 ? -value : value)) };
    const again = finished(mapPlane(survey.rows[k], digits.labels, mirrored));
    again.places.forEach((value, n) => assert.ok(Math.abs(value - mirrored.places[n]) < 1e-9));
    const [x] = placeOf(again.components, space.pointOf(passOf(0)));
    assert.ok(Math.abs(x - again.places[0]) < 1e-4 * (1 + Math.abs(x)));
  });
});

test('the survey reads the 1,000 digits as the network does, and knows which it would refuse', () => {
  assert.equal(survey.answers.length, 1000);
  assert.equal(survey.answers.filter(({ digit }, n) => digit !== digits.labels[n]).length, 7);
  const { minScore } = rejection;
  for (const { score, isAccepted } of survey.answers) {
    if (score < minScore) assert.equal(isAccepted, false);
  }
  assert.equal(survey.answers.filter(({ score }) => score < minScore).length, 6);
});

test('a network without a detector has no scores, and refuses nothing', () => {
  const few = { pixels: digits.pixels.subarray(0, 784 * 3), labels: digits.labels.subarray(0, 3) };
  const { answers } = finished(mapSurvey(network, null, few));
  assert.ok(answers.every(({ score, isAccepted }) => Number.isNaN(score) && isAccepted));
});

test('where nothing varies, everything lies in the middle', () => {
  const plane = finished(mapPlane(new Float32Array(3 * 4), new Uint8Array(3), null));
  assert.deepEqual([...plane.places], [0, 0, 0, 0, 0, 0]);
  assert.equal(plane.kept, 0);
  assert.equal(mapFit(plane.places, 0.7).size, 1);
});

test('principal components of points on a line: all of the spread lies along it', () => {
  const { axes, variances, total } = finished(principalComponents([1, 2, 2, 4, 3, 6], 2));
  assert.ok(Math.abs(axes[0][1] / axes[0][0] - 2) < 1e-9);
  assert.ok(Math.abs(variances[0] - total) < 1e-9);
  assert.ok(axes[0][1] > 0);
});

test('nearest rows: the nearest first, and all of them if there are fewer', () => {
  const rows = [0, 0, 3, 4, 1, 0];
  assert.deepEqual(nearestRows(rows, [0, 0], 2), [{ index: 0, distance: 0 }, { index: 2, distance: 1 }]);
  assert.deepEqual(nearestRows(rows, [3, 0], 9).map(({ index }) => index), [2, 0, 1]);
});

test('fitted, all places are inside the canvas and as far apart as they were', () => {
  const places = Float64Array.from([-5, 1, 7, 2, 0, 9]);
  const fitted = mapFitted(mapFit(places, 0.625), places);
  const camera = new MapCamera(800, 500);
  for (let n = 0; n < 3; n++) {
    const [left, top] = camera.toScreen(fitted[2 * n], fitted[2 * n + 1]);
    assert.ok(left > 0 && left < 800 && top > 0 && top < 500);
  }
  const ratio = (fitted[2] - fitted[0]) / (fitted[5] - fitted[1]);
  assert.ok(Math.abs(ratio - 12 / 8) < 1e-12);
});

test('zooming keeps what is under the pointer where it is', () => {
  const camera = new MapCamera(800, 500).zoomed(4, 300, 200);
  const place = camera.toMap(333, 222);
  const [left, top] = camera.zoomed(1.7, 333, 222).toScreen(...place);
  assert.ok(Math.abs(left - 333) < 1e-9 && Math.abs(top - 222) < 1e-9);
});

test('the camera neither leaves the map nor goes too close', () => {
  const whole = new MapCamera(800, 500);
  assert.deepEqual(whole.panned(300, 300).toScreen(0, 0), [400, 250]);
  assert.ok(whole.zoomed(0.2).isWhole);
  assert.ok(whole.zoomed(1e6).isClosest);
  const corner = whole.zoomed(2).panned(1e5, 1e5);
  assert.deepEqual(corner.toScreen(-0.5, 0.3125), [0, 0]);
});

test('what is out of view is brought into view, and only then', () => {
  const camera = new MapCamera(800, 500).zoomed(4);
  assert.equal(camera.showing(0.01, 0.01), camera);
  const [left, top] = camera.showing(0.4, 0.2).toScreen(0.4, 0.2);
  assert.ok(left >= 0 && left <= 800 && top >= 0 && top <= 500);
});

test('an arrow goes to the nearest digit in its direction, and stays where there is none', () => {
  const places = Float64Array.from([0, 0, 1, 0.2, 5, 0, 0, 1, 0.5, -3]);
  const everything = () => true;
  assert.equal(mapNext(places, 0, [1, 0], everything), 1);
  assert.equal(mapNext(places, 0, [1, 0], (n) => n !== 1), 2);
  assert.equal(mapNext(places, 0, [0, 1], everything), 3);
  assert.equal(mapNext(places, 0, [0, -1], everything), 4);
  assert.equal(mapNext(places, 0, [-1, 0], everything), 0);
});

test('from any digit every other one can be reached with arrow keys, nearly', () => {
  const { places } = finished(mapPlane(survey.rows[2], digits.labels, null));
  const reached = new Set([0]);
  const open = [0];
  while (open.length > 0) {
    const from = open.pop();
    for (const direction of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      const next = mapNext(places, from, direction, () => true);
      if (!reached.has(next)) {
        reached.add(next);
        open.push(next);
      }
    }
  }
  assert.ok(reached.size > 980, `${reached.size}`);
});

test('a digit stands on the map at the mean of those of its images that are shown', () => {
  const places = Float64Array.from([0, 0, 2, 4, 9, 9, 5, 5]);
  const labels = Uint8Array.from([3, 3, 3, 1]);
  const middles = mapMiddles(places, labels, (n) => n !== 2);
  assert.deepEqual(middles[3], [1, 2]);
  assert.deepEqual(middles[1], [5, 5]);
  assert.equal(middles[0], null);
});

test('the histogram holds all scores, also those beyond the ends of the ruler', () => {
  const counts = mapHistogram([-99, -20, -0.5, 0, 0.5, 20, 99].map((score) => ({ score })));
  assert.equal(counts.length, 40);
  assert.deepEqual([counts[0], counts[19], counts[20], counts[39]], [2, 1, 2, 2]);
});

test('a digit is described with its label, the answer, and whether that is wrong', () => {
  const answer = { digit: 8, sureness: 0.62, score: 1, reason: '' };
  assert.equal(mapDescribe(7, 8, answer), 'Test digit 7 is an 8. The network reads an 8, 62.0% sure.');
  assert.equal(mapDescribe(7, 3, answer), 'Test digit 7 is a 3. The network reads an 8, 62.0% sure. Misread.');
});

test('the table lists the digits that are shown, those next to the drawing first', () => {
  const plane = finished(mapPlane(survey.rows[3], digits.labels, null));
  const sheet = { survey, plane, space: 3, training, trainingRows, embedding: null };
  const near = [plane.places[0], plane.places[1]];
  const { rows, head } = mapTable(sheet, digits.labels, (n) => digits.labels[n] === digits.labels[0], near);
  assert.equal(rows[0][0], '0');
  assert.equal(rows[0].length, head.length);
  assert.ok(rows.every(([, label]) => label === String(digits.labels[0])));
  assert.equal(mapTable(sheet, digits.labels, () => true, null).rows.length, 200);
});

MAP_SPACES.forEach((space, k) => {
  test(`${space.name}: what a digit resembles, as t-SNE counts it, is what NumPy finds`, () => {
    golden[space.key].resemblances.forEach((expected, n) => {
      const point = space.pointOf(passOf(n));
      const shares = resemblances(Float64Array.from(nearestRows(trainingRows[k], point, 500)
        .sort((one, other) => one.index - other.index), ({ distance }) => distance ** 2));
      golden[space.key].neighbours[n].forEach((index, place) => {
        assert.ok(Math.abs(shares[index] - expected[place]) < 1e-4, `digit ${n}: ${AGAIN}`);
      });
    });
  });
});

test('resemblances add up to 1, have the perplexity asked for, and leave the point itself out', () => {
  const shares = resemblances(Float64Array.from({ length: 200 }, (_, n) => n * n), 3);
  const entropy = -shares.reduce((sum, share) => sum + (share > 0 ? share * Math.log(share) : 0), 0);
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 1e-9);
  assert.ok(Math.abs(Math.exp(entropy) - 30) < 0.01);
  assert.equal(shares[3], 0);
});

/** Points in three crowds on a line, 12 in each. */
const CROWDS = Float64Array.from({ length: 36 }, (_, n) => 40 * (n % 3) + ((n * 7) % 12) / 6);

/** The divergence that t-SNE makes smaller. */
function divergence(similarities, places) {
  const count = places.length / 2;
  const kernels = [];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const squared = (places[2 * i] - places[2 * j]) ** 2 + (places[2 * i + 1] - places[2 * j + 1]) ** 2;
      kernels.push(i === j ? 0 : 1 / (1 + squared));
    }
  }
  const total = kernels.reduce((sum, kernel) => sum + kernel);
  return kernels.reduce((sum, kernel, k) => {
    return kernel === 0 || similarities[k] === 0 ? sum : sum + similarities[k] * Math.log((similarities[k] * total) / kernel);
  }, 0);
}

test('the gradient of t-SNE is the measured slope of its divergence', () => {
  const similarities = finished(similaritiesOf(CROWDS, 1));
  assert.ok(Math.abs(similarities.reduce((sum, p) => sum + p) - 1) < 1e-6);
  const places = Float64Array.from({ length: 72 }, (_, k) => Math.sin(3 * k));
  const gradient = tsneGradient(similarities, places);
  for (const k of [0, 17, 71]) {
    const [less, more] = [-1e-5, 1e-5].map((nudge) => {
      return divergence(similarities, places.map((value, i) => value + (i === k ? nudge : 0)));
    });
    assert.ok(Math.abs((more - less) / 2e-5 - gradient[k]) < 1e-6);
  }
});

test('t-SNE keeps more neighbours than PCA, and places a digit that it has near that digit', () => {
  const few = 200;
  const rows = survey.rows[2].subarray(0, 64 * few);
  const { places: start } = finished(mapPlane(rows, digits.labels.subarray(0, few), null));
  const places = finished(tsne(finished(similaritiesOf(rows, 64)), start.slice()));
  const kept = finished(mapNeighboursKept(rows, 64, places));
  assert.ok(kept > finished(mapNeighboursKept(rows, 64, start)) + 0.1, `${kept}`);
  const [x, y] = mapMeanPlace(places, mapResemblance(rows, rows.subarray(0, 64)));
  const spread = Math.max(...places) - Math.min(...places);
  assert.ok(Math.hypot(x - places[0], y - places[1]) < spread / 4);
});

test('points that are all alike stay where they are', () => {
  const places = finished(tsne(finished(similaritiesOf(new Float32Array(8), 2)), new Float64Array(8)));
  assert.deepEqual([...places], [0, 0, 0, 0, 0, 0, 0, 0]);
});

test('work in slices ends when nobody wants it any more', async () => {
  function* endless() {
    for (;;) yield;
  }
  let slices = 0;
  assert.equal(await mapInSlicesWhile(endless(), () => ++slices < 3), null);
  assert.equal(slices, 3);
});

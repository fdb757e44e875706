/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts, loadFolders, readGolden } = require('./load-scripts.js');

loadScripts('core/elements.js');
loadFolders('vision');
loadScripts(
  'draw/brush.js', 'draw/ink-path.js', 'draw/reading.js',
  'draw/retouching.js', 'draw/ink-corrections.js', 'draw/corrected-reading.js',
);
const {
  cropPhoto, findOnPad, findingIn, greyOf, joinDigits, leaveOut, originalOf, setTone, splitDigit, toneOf, turnPhoto,
} = MNIST.draw;

const golden = readGolden('photos');

/** As the golden cases are judged; see hypotheses.test.js. */
function inkSureness(pixels) {
  const area = pixels.reduce((count, grey) => count + (grey > 127 ? 1 : 0), 0);
  return Math.max(0, 1 - Math.abs(area - 100) / 100);
}

/** @returns {PadImage} A photo of these grey values. */
function photoOf(grey, width, height) {
  const rgba = new Uint8ClampedArray(4 * grey.length);
  grey.forEach((level, i) => rgba.set([level, level, level, 255], 4 * i));
  return { width, height, rgba, cells: null, name: 'a photo' };
}

/** @returns {PadImage} One of the golden photos. */
function goldenPhoto(wanted) {
  const { width, height, grey } = golden.find(({ name }) => name === wanted);
  return photoOf(Uint8Array.from(Buffer.from(grey, 'base64')), width, height);
}

/** @returns {PadImage} Dark bars on light paper: [left, top, width, height] of each. */
function bars(...boxes) {
  const [width, height] = [160, 90];
  const grey = new Uint8Array(width * height).fill(220);
  for (const [left, top, across, down] of boxes) {
    for (let y = top; y < top + down; y++) grey.fill(30, y * width + left, y * width + left + across);
  }
  return photoOf(grey, width, height);
}

const boxesOf = (image, sureness = () => 1) => {
  findOnPad({ strokes: [], image }, sureness);
  return findingIn(image).digits.map(({ box }) => [box.x, box.y, box.width, box.height]);
};
const THREE = [[20, 20, 8, 50], [60, 20, 8, 50], [120, 20, 8, 50]];

describe('turning a photo', () => {
  test('by four quarters brings it back', () => {
    const photo = goldenPhoto('ruled');
    const around = turnPhoto(turnPhoto(photo, 180), 180);
    assert.deepEqual([around.width, around.height, around.rgba], [photo.width, photo.height, photo.rgba]);
    assert.deepEqual(turnPhoto(photo, 270).rgba, turnPhoto(turnPhoto(photo, 90), 180).rgba);
  });

  test('moves its boxes with it, and its joined digits stay joined', () => {
    const photo = bars(...THREE);
    const joined = joinDigits(photo, [{ x: 20, y: 20, width: 8, height: 50 }, { x: 60, y: 20, width: 8, height: 50 }]);
    assert.deepEqual(boxesOf(joined), [[20, 20, 48, 50], [120, 20, 8, 50]]);
    assert.deepEqual(boxesOf(turnPhoto(joined, 180)), [[32, 20, 8, 50], [92, 20, 48, 50]]);
    const sideways = turnPhoto(joined, 90);
    assert.deepEqual([sideways.width, sideways.height], [90, 160]);
    assert.deepEqual(boxesOf(sideways), [[20, 20, 50, 48], [20, 120, 50, 8]]);
  });

  test('says that it is not to be turned again', () => {
    const photo = goldenPhoto('light on dark');
    boxesOf(photo, inkSureness);
    assert.equal(findingIn(photo).rotation, 90);
    const turned = turnPhoto(photo, 180);
    boxesOf(turned, inkSureness);
    assert.equal(findingIn(turned).rotation, 0);
  });
});

test('a photo that is cropped is read as if the rest had never been there', () => {
  const cropped = cropPhoto(bars(...THREE), { x: 40, y: 10, width: 110, height: 70 });
  assert.deepEqual(boxesOf(cropped), [[20, 10, 8, 50], [80, 10, 8, 50]]);
  const boxes = THREE.slice(1).map(([x, y, width, height]) => ({ x, y, width, height }));
  const joined = joinDigits(bars(...THREE), boxes);
  assert.deepEqual(boxesOf(cropPhoto(joined, { x: 40, y: 10, width: 110, height: 70 })), [[20, 10, 68, 50]]);
  assert.deepEqual(greyOf(cropped), greyOf(bars(...THREE)).filter((_, i) => {
    const [x, y] = [i % 160, Math.floor(i / 160)];
    return x >= 40 && x < 150 && y >= 10 && y < 80;
  }));
});

test('the tone of ink is found out, and what somebody says of it counts', () => {
  const photo = bars(...THREE);
  for (let i = 0; i < 160 * 6; i++) photo.rgba.set([255, 255, 255], 4 * (80 * 160 + i)); // a light streak
  boxesOf(photo);
  assert.equal(toneOf(photo, greyOf(photo), findingIn(photo)), 'dark');
  const light = setTone(photo, 'light');
  assert.deepEqual(boxesOf(light), [[0, 80, 160, 6]]);
  assert.equal(toneOf(light, greyOf(light), findingIn(light)), 'light');
  assert.deepEqual(boxesOf(setTone(light, 'dark')), boxesOf(photo));
});

describe('what is not ink', () => {
  test('is left out, and what it hid is found', () => {
    const photo = bars([4, 4, 12, 80], [60, 60, 4, 20], [120, 60, 4, 20]);
    assert.deepEqual(boxesOf(photo), [[4, 4, 12, 80]], 'the others are too small beside it');
    const without = leaveOut(photo, findingIn(photo), [0]);
    assert.deepEqual(boxesOf(without), [[60, 60, 4, 20], [120, 60, 4, 20]]);
  });

  test('goes from a photo that was read turned, and nothing else does', () => {
    const photo = goldenPhoto('light on dark');
    const before = boxesOf(photo, inkSureness);
    const without = leaveOut(photo, findingIn(photo), [1]);
    const now = boxesOf(without, inkSureness);
    assert.equal(now.length, 2);
    // A pixel of a faint edge may come or go.
    [before[0], before[2]].forEach((box, i) => box.forEach((side, k) => assert.ok(Math.abs(side - now[i][k]) <= 2)));
  });

  test('is replaced by paper, with its faint edge, and the ink next to it stays', () => {
    const photo = bars([60, 20, 8, 50], [69, 20, 8, 50]);
    for (let y = 20; y < 70; y++) photo.rgba.set([212, 212, 212], 4 * (160 * y + 59));
    assert.deepEqual(boxesOf(photo), [[60, 20, 8, 50], [69, 20, 8, 50]]);
    const grey = greyOf(leaveOut(photo, findingIn(photo), [0]));
    assert.deepEqual(grey, greyOf(bars([69, 20, 8, 50])));
  });
});

describe('digits that belong together', () => {
  const [a, b, c] = THREE.map(([x, y, width, height]) => ({ x, y, width, height }));
  const photo = bars(...THREE);

  test('are one, with the ink of all, and so again with another', () => {
    const joined = joinDigits(photo, [a, b]);
    assert.deepEqual(boxesOf(joined), [[20, 20, 48, 50], [120, 20, 8, 50]]);
    const [{ image: { ink } }] = findingIn(joined).parts;
    boxesOf(photo);
    const apart = findingIn(photo).parts.slice(0, 2).map(({ image }) => image.ink.reduce((x, y) => x + y, 0));
    assert.equal(ink.reduce((x, y) => x + y, 0), apart[0] + apart[1]);
    const all = joinDigits(joined, [{ x: 20, y: 20, width: 48, height: 50 }, c]);
    assert.deepEqual(boxesOf(all), [[20, 20, 108, 50]]);
  });

  test('come apart where they were joined', () => {
    const joined = joinDigits(photo, [a, b]);
    const split = splitDigit(joined, { x: 20, y: 20, width: 48, height: 50 });
    assert.deepEqual(boxesOf(split), THREE);
    assert.deepEqual(split.correction.edits, []);
  });

  test('do not belong together once one of them is left out', () => {
    const joined = joinDigits(photo, [a, b]);
    boxesOf(photo);
    const without = { ...joined, rgba: leaveOut(photo, findingIn(photo), [0]).rgba };
    assert.deepEqual(boxesOf(without), THREE.slice(1));
  });
});

describe('one digit that is two', () => {
  const dumbbell = bars([20, 20, 10, 50], [60, 20, 10, 50], [30, 44, 30, 4]);
  const whole = { x: 20, y: 20, width: 50, height: 50 };

  test('is cut where both parts are surest', () => {
    /** Likes images whose ink lies in about as many columns as the left half has. */
    const half = (pixels) => {
      const columns = new Set();
      pixels.forEach((grey, i) => grey > 0 && columns.add(i % 28));
      return columns.size >= 10 && columns.size <= 12 ? 1 : 0;
    };
    const [left, right] = boxesOf(splitDigit(dumbbell, whole), half);
    assert.ok(left[2] + right[2] === 50 && Math.abs(left[2] - 25) < 5, `${left} and ${right}`);
  });

  test('is whole again when its parts are joined', () => {
    const split = splitDigit(dumbbell, whole);
    const parts = boxesOf(split).map(([x, y, width, height]) => ({ x, y, width, height }));
    assert.equal(parts.length, 2);
    assert.deepEqual(boxesOf(joinDigits(split, parts)), [[20, 20, 50, 50]]);
  });
});

test('after any correction the photo as it was opened is there', () => {
  const photo = bars(...THREE);
  boxesOf(photo);
  const once = leaveOut(turnPhoto(photo, 90), findingIn(photo), []);
  assert.equal(originalOf(cropPhoto(setTone(once, 'dark'), { x: 0, y: 0, width: 50, height: 50 })), photo);
  assert.equal(originalOf(photo), photo);
});

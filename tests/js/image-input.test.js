/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { beforeEach, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts(
  'core/elements.js', 'core/load-script.js', 'vision/geometry.js', 'draw/brush.js',
  'draw/image-file.js', 'draw/decode-image.js', 'draw/image-input.js',
);
const { ImageError, ImageInput } = MNIST.draw;

/** What was received and refused, in order. */
let came = [];
/** Lets a file be decoded, or fail. */
const decoded = new Map();
const decode = ({ name }) =>
  new Promise((resolve, reject) => {
    decoded.set(name, { finish: () => resolve({ width: 1, height: 1, data: [] }), fail: reject });
  });
const input = new ImageInput(
  ({ name }) => came.push(name),
  (reason) => came.push(reason),
  decode,
);
const file = (name) => ({ name, size: 1000 });

beforeEach(() => {
  came = [];
  decoded.clear();
  globalThis.decodeImage = ({ name }) =>
    new Promise((resolve, reject) => {
      decoded.set(name, { finish: () => resolve({ width: 1, height: 1, data: [] }), fail: reject });
    });
});

test('of two images the last one wins, however slow the first is', async () => {
  const both = [input.take(file('slow')), input.take(file('fast'))];
  decoded.get('fast').finish();
  decoded.get('slow').finish();
  await Promise.all(both);
  assert.deepEqual(came, ['fast']);
});

test('an image that is slower than the one before it comes too', async () => {
  const both = [input.take(file('fast')), input.take(file('slow'))];
  decoded.get('fast').finish();
  await both[0];
  decoded.get('slow').finish();
  await both[1];
  assert.deepEqual(came, ['slow']);
});

test('a file that nobody waits for any longer is not complained about', async () => {
  const both = [input.take(file('thesis.pdf')), input.take(file('photo'))];
  decoded.get('photo').finish();
  decoded.get('thesis.pdf').fail(new ImageError({ key: 'draw.image-damaged', values: { format: 'PNG' } }));
  await Promise.all(both);
  assert.deepEqual(came, ['photo']);
});

test('who draws meanwhile is not interrupted', async () => {
  const taken = input.take(file('slow'));
  input.forget();
  decoded.get('slow').finish();
  await taken;
  assert.deepEqual(came, []);
});

test('what cannot be opened is named', async () => {
  const taken = input.take(file('thesis.pdf'));
  decoded.get('thesis.pdf').fail(new ImageError({ key: 'draw.image-damaged', values: { format: 'PNG' } }));
  await taken;
  assert.match(came[0], /^thesis\.pdf is a damaged PNG file/);
});

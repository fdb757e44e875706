/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('draw/image-file.js');
const { imageFormat, isWholeImage, sizeProblem, unsupportedKind } = MNIST.draw;
const sentence = ({ key, values }) => MNIST.words.text(key, { ...values, name: 'It' });

const bytes = (...parts) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)));

/** A JPEG with a thumbnail, which has an end of its own, and a restart marker in its data. */
const JPEG = bytes(
  [0xff, 0xd8], [0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9], [0xff, 0xda, 0, 3, 1],
  [7, 0xff, 0, 8, 0xff, 0xd3, 9, 9, 9], [0xff, 0xd9],
);
const PNG = bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 1], 'IDAT', [5], [0, 0, 0, 0], [0, 0, 0, 0], 'IEND', [1, 2, 3, 4]);
/** With a colour table, a comment, and one frame; its trailer may be missing. */
const GIF = bytes(
  'GIF89a', [1, 0, 1, 0, 0x80, 0, 0], [0, 0, 0, 9, 9, 9], [0x21, 0xfe, 2, 7, 7, 0],
  [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0], [2], [2, 0x44, 1, 0],
);
const BMP = bytes(
  'BM', [0, 0, 0, 0, 0, 0, 0, 0], [54, 0, 0, 0], [40, 0, 0, 0], [1, 0, 0, 0], [0xfe, 0xff, 0xff, 0xff],
  [1, 0, 24, 0], [0, 0, 0, 0], Array(20).fill(0), [1, 2, 3, 0, 4, 5, 6, 0],
);
const WEBP = bytes('RIFF', [6, 0, 0, 0], 'WEBP', [1, 2]);
const FORMATS = { JPEG, PNG, GIF, BMP, WebP: WEBP };

describe('an image file', () => {
  for (const [format, file] of Object.entries(FORMATS)) {
    test(`${format}: it is known by its first bytes, and whole`, () => {
      assert.equal(imageFormat(file), format);
      assert.ok(isWholeImage(file));
    });

    test(`${format}: it is damaged wherever it is cut off`, () => {
      for (let end = 12; end < file.length; end++) {
        if (format === 'PNG' && end >= file.length - 4) continue; // only its checksum is missing
        assert.ok(!isWholeImage(file.subarray(0, end)), `cut off after ${end} bytes`);
      }
    });
  }

  test('what some programs write behind its end does no harm', () => {
    for (const file of Object.values(FORMATS)) assert.ok(isWholeImage(bytes([...file], [1, 2, 3])));
  });

  test('other files are known too', () => {
    assert.equal(imageFormat(bytes('II*\0')), 'TIFF');
    assert.equal(imageFormat(bytes('hello')), '');
    assert.equal(unsupportedKind(bytes([0, 0, 0, 24], 'ftypheic')), 'heic');
    assert.equal(unsupportedKind(bytes('<?xml version="1.0"?> <svg>')), 'svg');
    assert.equal(unsupportedKind(bytes('hello')), '');
    assert.ok(isWholeImage(bytes('hello')));
  });

  test('it may have as many pixels as its format allows', () => {
    assert.equal(sizeProblem(8000, 6000, JPEG), null);
    assert.match(sentence(sizeProblem(8000, 7000, JPEG)), /^It has 8,000 × 7,000 pixels, and a JPEG may have at most 50/);
    assert.match(sentence(sizeProblem(3000, 2000, WEBP)), /a WebP may have at most 5 million; shrink it or save/);
    assert.match(sentence(sizeProblem(20_000, 1, PNG)), /a side may have at most 16,384; shrink it\.$/);
  });
});

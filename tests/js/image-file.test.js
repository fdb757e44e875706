/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('draw/image-file.js');
const { imageFormat, isWholeImage } = MNIST.draw;

const bytes = (...parts) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)));

/** A JPEG with a thumbnail, which has an end of its own, and a restart marker in its data. */
const JPEG = bytes(
  [0xff, 0xd8], [0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9], [0xff, 0xda, 0, 3, 1],
  [7, 0xff, 0, 8, 0xff, 0xd3, 9, 9, 9], [0xff, 0xd9],
);
const PNG = bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 1], 'IDAT', [5], [0, 0, 0, 0], [0, 0, 0, 0], 'IEND', [1, 2, 3, 4]);
const GIF = bytes('GIF89a', [1, 0, 1, 0, 0, 0, 0], [0x3b]);
const WEBP = bytes('RIFF', [6, 0, 0, 0], 'WEBP', [1, 2]);
const FORMATS = { JPEG, PNG, GIF, WebP: WEBP };

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
    for (const file of [JPEG, PNG, WEBP]) assert.ok(isWholeImage(bytes([...file], [1, 2, 3])));
    assert.ok(isWholeImage(bytes([...GIF], [0, 0])));
  });

  test('formats that browsers cannot open are known too', () => {
    assert.equal(imageFormat(bytes([0, 0, 0, 24], 'ftypheic')), 'HEIC');
    assert.equal(imageFormat(bytes('II*\0')), 'TIFF');
    assert.equal(imageFormat(bytes('%PDF-1.7')), 'PDF');
    assert.equal(imageFormat(bytes('hello')), '');
    assert.ok(isWholeImage(bytes('hello')));
  });
});

/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('draw/brush.js', 'draw/eraser.js', 'draw/share-link.js');
const { encodeDrawing, decodeDrawing, simplifyLine, toBase64Url, BRUSH_SIGMAS } = MNIST.draw;

const point = (x, y) => ({ x, y });
/** A ring as a hand draws it, sampled `count` times. */
const ring = (count, x = 14, y = 14, radius = 9) =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / (count - 1);
    return point(x + radius * Math.sin(angle), y - radius * Math.cos(angle));
  });
const stroke = (points, sigma = BRUSH_SIGMAS[1]) => ({ points, sigma });
/** A fragment of these numbers, each below 128. */
const fragment = (...numbers) => `d=${toBase64Url(numbers)}`;

describe('a drawing in a link', () => {
  test('comes back within a tenth of a cell, in the order and with the brushes it had', () => {
    const strokes = [
      stroke(ring(90)),
      stroke([point(0, 28)], BRUSH_SIGMAS[0]),
      stroke([point(28, 0), point(3, 3)], BRUSH_SIGMAS[2]),
    ];
    const back = decodeDrawing(encodeDrawing(strokes));
    assert.deepEqual(back.map(({ sigma }) => sigma), [BRUSH_SIGMAS[1], BRUSH_SIGMAS[0], BRUSH_SIGMAS[2]]);
    assert.deepEqual(back[1].points, [point(0, 28)]);
    for (const { x, y } of back[0].points) {
      assert.ok(Math.abs(Math.hypot(x - 14, y - 14) - 9) < 0.1);
    }
    assert.ok(back[0].points.length > 20, 'a ring stays round');
  });

  test('takes a few hundred characters for an ordinary number', () => {
    const number = [3, 10, 17, 24].map((x) => stroke(ring(120, x, 14, 3)));
    assert.ok(encodeDrawing(number).length < 600);
  });

  test('is drawn a little more coarsely rather than not at all', () => {
    const rings = Array.from({ length: 22 }, (_, i) => stroke(ring(200, 14, 14, 2 + i / 2)));
    const text = encodeDrawing(rings);
    assert.ok(text.length <= 1900);
    assert.equal(decodeDrawing(text).length, 22);
  });

  test('is refused when it is too long even so', () => {
    const scribble = Array.from({ length: 4000 }, (_, i) => point((i * 7.3) % 28, (i * 3.7) % 28));
    assert.equal(encodeDrawing([stroke(scribble)]), null);
    assert.equal(encodeDrawing(Array(201).fill(stroke([point(3, 3)]))), null);
  });
});

describe('a fragment is refused', () => {
  for (const [what, text] of Object.entries({
    'that is empty': '',
    'of the page itself': 'pad',
    'without bytes': 'd=',
    'that is no base64url': 'd=AQ$$',
    'with padding': 'd=AQ==',
    'of an impossible length': 'd=AQQEE',
    'of another format': fragment(2, 5, 4, 4),
    'without strokes': fragment(1),
    'with a stroke without points': fragment(1, 1),
    'with a brush that there is not': fragment(1, 7, 4, 4),
    'whose points are cut off': fragment(1, 9, 4, 4, 4),
    'whose last number is cut off': fragment(1, 5, 4, 128),
    'with an endless number': fragment(1, 5, 4, 255, 255, 255, 255, 255, 1),
    'that leaves the pad on the left': fragment(1, 5, 3, 4),
    'that leaves the pad on the right': fragment(1, 5, 0x82, 7, 4),
    'that is too long': `d=${'A'.repeat(5000)}`,
    'that hides markup': 'd=<img src=x onerror=alert(1)>',
  })) {
    test(what, () => assert.equal(decodeDrawing(text), null));
  }

  test('with too many strokes', () => {
    const taps = (count) => fragment(1, ...Array(count).fill([5, 0, 0]).flat());
    assert.equal(decodeDrawing(taps(200)).length, 200);
    assert.equal(decodeDrawing(taps(201)), null);
  });

  test('whatever bytes it is made of, without an exception', () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647);
    for (let i = 0; i < 3000; i++) {
      const bytes = Array.from({ length: 1 + (random() % 40) }, () => random() % 256);
      const strokes = decodeDrawing(fragment(1, ...bytes));
      for (const { x, y } of strokes?.flatMap(({ points }) => points) ?? []) {
        assert.ok(x >= 0 && x <= 28 && y >= 0 && y <= 28);
      }
    }
  });
});

test('a line keeps its corners and loses what lies on it', () => {
  const line = [point(0, 0), point(1, 0.01), point(2, 0), point(3, 0), point(3, 3)];
  assert.deepEqual(simplifyLine(line, 0.04), [point(0, 0), point(3, 0), point(3, 3)]);
  assert.deepEqual(simplifyLine([point(2, 2)], 0.04), [point(2, 2)]);
  const loop = [point(0, 0), point(4, 0), point(4, 4), point(0, 0)];
  assert.deepEqual(simplifyLine(loop, 0.04), loop);
});

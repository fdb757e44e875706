/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('core/elements.js', 'draw/brush.js', 'draw/ink-path.js');
const { traceSmoothly } = MNIST.draw;

/** @returns {number[][]} The places that a stroke's line leads through, from its start. */
function trace(points) {
  const places = [];
  const context = {
    moveTo: (x, y) => places.push([x, y]),
    lineTo: (x, y) => places.push([x, y]),
    quadraticCurveTo: (_x, _y, x, y) => places.push([x, y]),
  };
  traceSmoothly(context, points, 10);
  return places;
}

describe('a line of ink', () => {
  for (const count of [1, 2, 3]) {
    test(`has some length for a dot of ${count} points, or canvases leave it out`, () => {
      const places = trace(Array.from({ length: count }, () => ({ x: 3, y: 4 })));
      assert.deepEqual(places[0], [30, 40]);
      const [x, y] = places.at(-1);
      assert.ok(x > 30 && x < 30.1);
      assert.equal(y, 40);
    });
  }

  test('ends where the pen ended', () => {
    assert.deepEqual(trace([{ x: 0, y: 0 }, { x: 1, y: 2 }]).at(-1), [10, 20]);
  });
});

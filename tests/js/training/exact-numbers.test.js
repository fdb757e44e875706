'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

require('./training-scripts');

const { exactExp, exactLog, fingerprint, initialNetwork, randomSource } = MNIST.nn;

/** How many steps between neighbouring doubles two numbers are apart. */
function unitsApart(a, b) {
  const [x, y] = [a, b].map((value) => new BigInt64Array(new Float64Array([value]).buffer)[0]);
  return Number(x > y ? x - y : y - x);
}

test('the exponential is within two units of the last place, from −745 to 709', () => {
  const random = randomSource(1);
  for (let k = 0; k < 20_000; k++) {
    const x = k % 2 === 0 ? -40 * random.next() : 1454 * random.next() - 745;
    assert.ok(unitsApart(exactExp(x), Math.exp(x)) <= 2, `at ${x}`);
  }
  assert.equal(exactExp(0), 1);
});

test('the logarithm is within two units of the last place, for numbers of any size', () => {
  const random = randomSource(2);
  for (let k = 0; k < 20_000; k++) {
    const x = k % 2 === 0 ? 10 * random.next() : exactExp(1400 * random.next() - 700);
    assert.ok(unitsApart(exactLog(x), Math.log(x)) <= 2, `at ${x}`);
  }
  assert.equal(exactLog(1), 0);
});

test('what is too large, too small or no number is so afterwards', () => {
  assert.deepEqual([710, Infinity, -746, -Infinity].map(exactExp), [Infinity, Infinity, 0, 0]);
  assert.deepEqual([0, Infinity].map(exactLog), [-Infinity, Infinity]);
  for (const value of [exactExp(NaN), exactLog(NaN), exactLog(-1)]) assert.ok(Number.isNaN(value));
});

test('random numbers are those of xoshiro128** from SplitMix32, and the same after their state was kept', () => {
  const random = randomSource(42);
  const first = [random.next(), random.next(), random.next()];
  assert.deepEqual(first.map((u) => u * 2 ** 32), [660444221, 3652823732, 77672526]);
  const later = randomSource(0);
  later.state = random.state.slice();
  assert.equal(later.next(), random.next());
});

test('uniform numbers fill 0 to 1 evenly, whole ones each value, and normal ones have mean 0 and variance 1', () => {
  const random = randomSource(7);
  const bins = new Array(10).fill(0);
  const counts = new Array(7).fill(0);
  let [sum, squares] = [0, 0];
  for (let k = 0; k < 70_000; k++) {
    bins[Math.floor(10 * random.next())]++;
    counts[random.below(7)]++;
    const z = random.normal();
    sum += z;
    squares += z * z;
  }
  for (const count of bins) assert.ok(Math.abs(count - 7000) < 400);
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 450);
  assert.ok(Math.abs(sum / 70_000) < 0.02);
  assert.ok(Math.abs(squares / 70_000 - 1) < 0.03);
});

test('a shuffled array has the same members in another order', () => {
  const order = randomSource(5).shuffle(Uint32Array.from({ length: 100 }, (_, k) => k));
  assert.notDeepEqual([...order.slice(0, 5)], [0, 1, 2, 3, 4]);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 100 }, (_, k) => k));
});

test('initial weights are spread as they are meant to be, and the same from the same seed', () => {
  const spread = (initialisation, l) => {
    const { W } = initialNetwork({ initialisation, seed: 1 }).layers[l];
    return Math.sqrt(W.reduce((sum, w) => sum + w * w, 0) / W.length);
  };
  assert.ok(Math.abs(spread('he', 0) / Math.sqrt(2 / 784) - 1) < 0.01);
  assert.ok(Math.abs(spread('he', 1) / Math.sqrt(2 / 128) - 1) < 0.03);
  assert.ok(Math.abs(spread('small', 0) - 0.001) < 0.00001);
  assert.ok(Math.abs(spread('huge', 0) - 1) < 0.01);
  assert.equal(spread('zeros', 0), 0);
  assert.equal(fingerprint(initialNetwork({ seed: 1 })), fingerprint(initialNetwork({ seed: 1 })));
  assert.notEqual(fingerprint(initialNetwork({ seed: 1 })), fingerprint(initialNetwork({ seed: 2 })));
});

test('the fingerprint is MurmurHash3 of the bits, and the last bit of one weight changes it', () => {
  const network = initialNetwork({ hidden: [2], initialisation: 'zeros' });
  const before = fingerprint(network);
  network.layers[1].b[9] = 2 ** -149;
  assert.notEqual(fingerprint(network), before);
  assert.equal(fingerprint({ layers: [{ inputs: 1, outputs: 1, W: Float32Array.of(1), b: Float32Array.of(-2) }] }), '18b40faf');
});

/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts(
  'core/load-script.js', 'nn/weights-file.js', 'nn/shipped-network.js',
  'own/own-digits.js', 'own/digits-file.js', 'own/shelf.js', 'own/own-store.js',
);
const { MAX_DIGITS, MemoryShelf, OwnStore, ownDigit, readDigitsFile, writeDigitsFile } = MNIST.own;

const image = (start) => new Uint8Array(784).map((_, i) => (start + i * i) % 256);
const seven = ownDigit(image(7), 7, Date.UTC(2026, 0, 31));
const eight = ownDigit(image(8), 8, Date.UTC(2026, 1, 1));

describe('the file of own digits', () => {
  test('holds all of a digit', () => {
    assert.deepEqual(readDigitsFile(writeDigitsFile([seven, eight])), [seven, eight]);
    assert.deepEqual(readDigitsFile(writeDigitsFile([])), []);
  });

  const content = JSON.parse(writeDigitsFile([seven]));
  const [entry] = content.digits;
  const bad = {
    'no JSON': 'digits',
    'cut off': writeDigitsFile([seven]).slice(0, 500),
    'another JSON file': '{"digits": []}',
    'JSON that is no object': 'null',
    'no version': JSON.stringify({ ...content, version: undefined }),
    'no list': JSON.stringify({ ...content, digits: { 0: entry } }),
    'too many digits': JSON.stringify({ ...content, digits: Array(MAX_DIGITS + 1).fill(entry) }),
    'a digit that is null': JSON.stringify({ ...content, digits: [null] }),
    'a label of 10': JSON.stringify({ ...content, digits: [entry, { ...entry, label: 10 }] }),
    'a label that is text': JSON.stringify({ ...content, digits: [{ ...entry, label: '7' }] }),
    'no date': JSON.stringify({ ...content, digits: [{ ...entry, labelled: 'today' }] }),
    'no base64': JSON.stringify({ ...content, digits: [{ ...entry, pixels: '?' }] }),
    'too few pixels': JSON.stringify({ ...content, digits: [{ ...entry, pixels: btoa('ink') }] }),
    'no ink': JSON.stringify({ ...content, digits: [{ ...entry, pixels: btoa('\0'.repeat(784)) }] }),
  };
  for (const [name, text] of Object.entries(bad)) {
    test(`with ${name} is refused with one sentence`, () => {
      assert.throws(() => readDigitsFile(text), (error) => {
        return error instanceof RangeError && /^[A-Z].{10,100}\.$/.test(error.message);
      });
    });
  }

  test('of a later version is refused, and says so', () => {
    const text = JSON.stringify({ ...content, version: 2 });
    assert.throws(() => readDigitsFile(text), /version 2 .* reads version 1/);
  });
});

describe('the store', () => {
  const images = async (store) => (await store.digits()).map(({ id, label }) => [id, label]);

  test('gives the latest first, and tells of each change', async () => {
    const store = new OwnStore(new MemoryShelf());
    let changes = 0;
    store.addEventListener('change', () => (changes += 1));
    assert.equal(await store.keep([seven]), 1);
    assert.equal(await store.keep([eight]), 1);
    assert.deepEqual(await store.digits(), [eight, seven]);
    await store.remove([eight.id]);
    assert.deepEqual(await store.digits(), [seven]);
    assert.equal(changes, 3);
  });

  test('keeps an image once, with the label that came last', async () => {
    const store = new OwnStore(new MemoryShelf());
    await store.keep([seven]);
    assert.equal(await store.keep([seven]), 0);
    assert.equal(await store.keep([ownDigit(seven.pixels, 1, seven.time)]), 1);
    assert.deepEqual(await images(store), [[seven.id, 1]]);
  });

  test('takes no more digits than it has room for, and none of those that are too many', async () => {
    const store = new OwnStore(new MemoryShelf());
    const many = Array.from({ length: MAX_DIGITS }, (_, i) => ({ ...seven, id: String(i) }));
    await store.keep(many);
    await assert.rejects(store.keep([seven, eight]), MNIST.own.StorageError);
    assert.equal((await store.digits()).length, MAX_DIGITS);
    assert.equal(await store.keep([{ ...many[0], label: 3 }]), 1, 'a new label takes no room');
  });

  test('has the copy before the latest back, and then none', async () => {
    const store = new OwnStore(new MemoryShelf());
    const [one, two] = [1, 2].map((learned) => ({ file: new ArrayBuffer(0), time: 0, learned }));
    await store.useCopy(true);
    assert.equal((await store.copies()).isInUse, false, 'there is none yet');
    await store.keepCopy(one);
    await store.keepCopy(two);
    assert.deepEqual(await store.copies(), { latest: two, previous: one, isInUse: true });
    await store.undoCopy();
    assert.deepEqual(await store.copies(), { latest: one, previous: null, isInUse: true });
    await store.useCopy(false);
    assert.deepEqual(await store.copies(), { latest: one, previous: null, isInUse: false });
    await store.undoCopy();
    assert.deepEqual(await store.copies(), { latest: null, previous: null, isInUse: false });
  });
});

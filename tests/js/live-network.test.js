/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadScripts, loadFolders, readGolden } = require('./load-scripts.js');

loadScripts('core/load-script.js');
loadFolders('vision', 'nn');
const { LiveNetwork, readNetwork } = MNIST.nn;

const golden = readGolden('network');
const bytes = Buffer.from(golden.weights, 'base64');
const weights = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

const file = () => Promise.resolve({ file: weights, digest: 'golden' });
const away = () => Promise.reject(new Error('away'));
const shipped = () => Promise.resolve({ network: readNetwork(weights), digest: 'shipped' });

test('the network is expected until it fails to come, and that is told', async () => {
  const answers = [away, file];
  const live = new LiveNetwork({ weights: () => answers.shift()() }, shipped);
  const told = [];
  live.addEventListener('change', () => told.push([live.isReady, live.isExpected]));
  assert.ok(live.isExpected && !live.isReady);
  await live.load();
  await live.load();
  assert.deepEqual(told, [[false, false], [true, true]]);
});

test('without an API the network that comes with the page answers', async () => {
  const live = new LiveNetwork({ weights: away }, shipped);
  await live.loadShipped();
  await live.load();
  assert.ok(live.isReady && live.isExpected);
  assert.equal(live.predict(new Uint8Array(784)).probabilities.length, 10);
});

test('the API is asked for its weights only when the page’s own are here, and named', async () => {
  const known = [];
  const weightsOf = (digest) => Promise.resolve(void known.push(digest) ?? null);
  const live = new LiveNetwork({ weights: weightsOf }, shipped);
  let changes = 0;
  live.addEventListener('change', () => (changes += 1));
  void live.loadShipped();
  await live.load();
  assert.deepEqual([known, changes], [['shipped'], 1], 'the same weights change nothing');
});

test('the API’s network takes the place of the page’s own, and not the other way round', async () => {
  const live = new LiveNetwork({ weights: file }, shipped);
  await live.load();
  const { network } = live;
  await live.loadShipped();
  assert.equal(live.network, network);
});

test('an image is computed once, and again with another network', async () => {
  const live = new LiveNetwork({ weights: file }, shipped);
  await live.load();
  const pixels = new Uint8Array(784).fill(90, 300, 400);
  const first = live.predict(pixels);
  assert.equal(live.predict(pixels), first);
  assert.deepEqual(live.predict(pixels.slice()), first);
  await live.load();
  assert.notEqual(live.predict(pixels), first);
});

test('an own copy is replaced by no other network until it is left', async () => {
  const other = readNetwork(weights.slice(0));
  let asked = 0;
  const client = { weights: () => Promise.resolve(void (asked += 1) ?? null) };
  const live = new LiveNetwork(client, shipped);
  live.useOwn(other);
  await live.loadShipped();
  await live.load();
  assert.ok(live.isOwn && live.network === other);
  assert.equal(asked, 0, 'the API is not asked for its weights');
  await live.leaveOwn();
  assert.ok(!live.isOwn && live.isReady && live.network !== other);
  assert.equal(asked, 1);
});

test('an own copy that comes while the API’s weights travel stays', async () => {
  const other = readNetwork(weights.slice(0));
  let arrive;
  const travelling = new Promise((resolve) => (arrive = resolve));
  const live = new LiveNetwork({ weights: () => travelling }, shipped);
  const loading = live.load();
  live.useOwn(other);
  arrive({ file: weights, digest: 'golden' });
  await loading;
  assert.equal(live.network, other);
});

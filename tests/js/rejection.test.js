/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts, loadFolders, readGolden } = require('./load-scripts.js');

loadScripts('core/load-script.js', 'ui/answer-text.js');
loadFolders('vision', 'nn');
const { readNetwork, forward, readRejection, digitScore, doubtAbout, LiveNetwork } = MNIST.nn;
const sentence = (doubt) => (doubt === null ? '' : MNIST.ui.describeDoubt(doubt));

const golden = readGolden('rejection');
const file = () => new Uint8Array(Buffer.from(golden.weights, 'base64')).buffer;
const network = readNetwork(file());
const rejection = readRejection(network);
const pixelsOf = ({ image }) => Uint8Array.from(Buffer.from(image, 'hex'));

describe('telling digits from other images', () => {
  golden.cases.forEach((golden_case, i) => {
    test(`gives what Python gives: image ${i}`, () => {
      const pixels = pixelsOf(golden_case);
      const pass = forward(network, pixels);
      assert.ok(Math.abs(digitScore(rejection, pass) - golden_case.score) < 1e-5);
      assert.equal(sentence(doubtAbout(rejection, pass, pixels)), golden_case.reason ?? '');
    });
  });

  test('the golden images have every kind of answer', () => {
    const reasons = new Set(golden.cases.map(({ reason }) => reason?.slice(0, 9) ?? 'none'));
    assert.deepEqual(reasons, new Set(['none', 'This does', 'This coul', 'The image']));
  });
});

describe('the numbers in the weights', () => {
  const changed = (change) => {
    const content = { ...network.metadata.rejection, ...change };
    return readRejection({ ...network, metadata: { rejection: content } });
  };

  test('may be missing', () => assert.equal(readRejection({ ...network, metadata: {} }), null));

  for (const change of [
    { hidden: 3 },
    { hidden: 0 },
    { hidden: '4' },
    { parameters: 'é' },
    { parameters: 'AAA=' },
    { parameters: 5 },
    { parameters: Buffer.alloc(240, 255).toString('base64') },
    { least_score: null },
    { least_margin: 'x' },
  ]) {
    test(`are passed over if they do not fit: ${JSON.stringify(change).slice(0, 40)}`, () => {
      assert.notEqual(changed({}), null);
      assert.equal(changed(change), null);
    });
  }
});

test('the live network says what it does not accept', async () => {
  const live = new LiveNetwork({ weights: async () => ({ file: file(), digest: '' }) });
  await live.load();
  for (const each of golden.cases) {
    const { isAccepted, doubt } = live.predict(pixelsOf(each));
    assert.deepEqual({ isAccepted, reason: sentence(doubt) }, { isAccepted: !each.reason, reason: each.reason ?? '' });
  }
});

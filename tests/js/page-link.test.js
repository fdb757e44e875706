/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts(
  'core/worker-code.js', 'nn/training/exact-math.js', 'nn/training/random-source.js', 'draw/brush.js', 'draw/eraser.js',
  'draw/share-link.js', 'pages/learn/share/edit-code.js', 'pages/learn/share/link-view.js', 'pages/learn/share/page-link.js',
  'pages/learn/watch/settings.js', 'pages/learn/watch/presets.js',
);
const { BRUSH_SIGMAS, decodeDrawing, drawingIn, encodeDrawing } = MNIST.draw;
const { USUAL_VIEW, WATCH_PRESETS, WATCH_START, decodeEdits, decodeLink, encodeEdits, encodeLink, linkIn, settingsOf } = MNIST.learn;
const { randomSource } = MNIST.nn;

const LAYERS = [{ inputs: 784, outputs: 128 }, { inputs: 128, outputs: 64 }, { inputs: 64, outputs: 10 }];
const ADDRESS = 'https://somebody.github.io/mnist-recognizer/learn.html?lang=en#'.length;

/** A stroke as a hand draws it: a wave with a little noise, sampled as often as a pointer is. */
const wave = (seed, count = 60) => {
  const random = randomSource(seed);
  const [x, y, turn] = [4 + 4 * random.next(), 6 + 12 * random.next(), 6 * random.next()];
  return {
    sigma: BRUSH_SIGMAS[1],
    points: Array.from({ length: count }, (_, i) => {
      const t = i / count;
      const shake = () => 0.05 * random.normal();
      return { x: x + 14 * t + shake(), y: y + 4 * Math.sin(turn + 5 * t) + shake() };
    }),
  };
};
const plain = (part = {}) => ({
  stage: 'think', strokes: null, changes: [], view: { ...USUAL_VIEW, selected: { layer: 0, neuron: 36 } }, training: null,
  lesson: null, hide: [], lock: [], ...part,
});
const edits = [
  [{ kind: 'off', layer: 0, neuron: 127 }],
  [{ kind: 'weight', layer: 0, neuron: 5, input: 783, value: Math.fround(-0.1234) }],
  [{ kind: 'weight', layer: 2, neuron: 9, input: 63, value: 0.1 }],
  [{ kind: 'bias', layer: 1, neuron: 63, value: 2.5 }],
  [{ kind: 'scale', layer: 2, neuron: 0, value: -1 }],
  Array.from({ length: 32 }, (_, i) => ({ kind: 'off', layer: 0, neuron: 4 * i })),
];
const full = plain({
  stage: 'blame',
  strokes: [wave(1), wave(2), wave(3), wave(4)],
  changes: edits.slice(0, 4),
  view: {
    ...USUAL_VIEW, selected: { layer: 1, neuron: 63 }, temperature: 2.5, digit: 4, rival: null, map: 'occlusion', list: 'layer2',
    erased: new Set([12, 13, 14, 300]), target: 7, blameStep: 6, weight: { layer: 2, input: 63, output: 9 }, learningRate: 0.3162, nudge: 0.01,
  },
  lesson: { lesson: 3, step: 11 },
});

describe('the changes of a network', () => {
  test('come back exactly, whatever their values', () => {
    assert.deepEqual(decodeEdits(encodeEdits(edits), LAYERS), edits);
  });

  test('that do not fit the network are refused', () => {
    for (const edit of [
      { kind: 'off', layer: 0, neuron: 128 }, { kind: 'off', layer: 3, neuron: 0 },
      { kind: 'weight', layer: 0, neuron: 0, input: 784, value: 1 }, { kind: 'bias', layer: 2, neuron: 0, value: NaN },
      { kind: 'bias', layer: 2, neuron: 0, value: Infinity }, { kind: 'scale', layer: 2, neuron: 0, value: 1e30 },
    ]) assert.equal(decodeEdits(encodeEdits([[edit]]), LAYERS), null, JSON.stringify(edit));
    assert.equal(decodeEdits(encodeEdits([Array(301).fill(edits[0][0])]), LAYERS), null);
  });
});

describe('a link', () => {
  test('of a drawing of four strokes with changes, settings and a lesson stays below 500 characters', () => {
    const { text, isLong, hasDrawing } = encodeLink(full, ADDRESS);
    assert.ok(ADDRESS + text.length < 500, `${ADDRESS + text.length}`);
    assert.deepEqual([isLong, hasDrawing], [false, true]);
  });

  test('brings back stage, view, changes and lesson exactly, and the drawing nearly', () => {
    const back = decodeLink(encodeLink(full, ADDRESS).text, LAYERS);
    assert.deepEqual({ ...back, strokes: null, isWhole: null }, { ...full, strokes: null, isWhole: null });
    assert.equal(back.strokes.length, 4);
    back.strokes.forEach(({ points, sigma }, n) => {
      assert.equal(sigma, full.strokes[n].sigma);
      const [first] = full.strokes[n].points;
      assert.ok(Math.hypot(points[0].x - first.x, points[0].y - first.y) < 0.1);
    });
  });

  test('says only what is not as usual, and begins with the stage', () => {
    assert.equal(encodeLink(plain(), ADDRESS).text, 'think&v=1&neuron=1.36');
    assert.deepEqual(decodeLink('why', LAYERS).view, {});
    assert.deepEqual(decodeLink('why&v=1', LAYERS).view, USUAL_VIEW);
  });

  test('brings back each recipe of a training with its seed', () => {
    for (const preset of WATCH_PRESETS) {
      const training = { preset: preset.id, settings: settingsOf(preset, 4294967295) };
      assert.deepEqual(decodeLink(encodeLink(plain({ training }), ADDRESS).text, LAYERS).training, training, preset.id);
    }
  });

  test('brings back any settings of a training', () => {
    const random = randomSource(5);
    for (let n = 0; n < 200; n++) {
      const settings = {
        ...WATCH_START, seed: random.below(4294967295), hidden: Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(256)),
        initialisation: ['he', 'small', 'zeros', 'huge'][random.below(4)], optimizer: ['sgd', 'momentum', 'adam'][random.below(3)],
        learningRate: Number((10 ** (6 * random.next() - 5)).toPrecision(2)), batchSize: 1 + random.below(512),
        dropout: random.below(96) / 100, spoiledLabels: random.below(101) / 100, distortions: random.below(2) === 1,
        examples: 1 + random.below(5000), weightDecay: [0, 0.0001, 0.01][random.below(3)],
      };
      const { text } = encodeLink(plain({ training: { preset: null, settings } }), ADDRESS);
      assert.deepEqual(decodeLink(text, LAYERS).training, { preset: null, settings }, text);
    }
  });

  test('of a detailed drawing grows beyond 500 characters, and says so', () => {
    const strokes = Array.from({ length: 25 }, (_, n) => wave(n, 200));
    const { text, isLong, hasDrawing } = encodeLink(plain({ strokes }), ADDRESS);
    assert.deepEqual([isLong, hasDrawing], [true, true]);
    assert.ok(text.length < 1_900);
    assert.equal(decodeLink(text, LAYERS).strokes.length, 25);
  });

  test('leaves a drawing out that fits into no link, and keeps the rest', () => {
    const scribble = { sigma: BRUSH_SIGMAS[1], points: Array.from({ length: 4000 }, (_, i) => ({ x: (i * 7.3) % 28, y: (i * 3.7) % 28 })) };
    const { text, hasDrawing } = encodeLink({ ...full, strokes: [scribble] }, ADDRESS);
    assert.equal(hasDrawing, false);
    assert.deepEqual(decodeLink(text, LAYERS).changes, full.changes);
  });

  test('of one page has a drawing for the other', () => {
    const { text } = encodeLink(full, ADDRESS);
    assert.deepEqual(decodeDrawing(drawingIn(text)), decodeLink(text, LAYERS).strokes);
    const other = encodeDrawing(full.strokes);
    assert.deepEqual(decodeLink(other, LAYERS).strokes, decodeDrawing(other));
    assert.equal(decodeLink(other, LAYERS).isWhole, false);
  });

  test('written by hand hides and locks', () => {
    const { stage, hide, lock } = decodeLink('why&hide=map,fool,code&lock=stage', LAYERS);
    assert.deepEqual([stage, hide, lock], ['why', ['map', 'fool', 'code'], ['stage']]);
  });

  test('is found in what somebody pastes', () => {
    const { text } = encodeLink(full, ADDRESS);
    for (const pasted of [
      text, `#${text}`, `https://example.org/learn.html?lang=de#${text}`, `  <file:///C:/page/learn.html?lang=de#${text}>\n`,
      `https://example.org/learn.html?lang=de#${text.replace(/&/g, '&amp;')}`, `http://localhost/learn.html#${text.slice(0, 70)}\n${text.slice(70)}`,
    ]) assert.equal(linkIn(pasted).fragment, text, pasted);
    assert.equal(linkIn('https://example.org/learn.html?lang=de#why').language, 'de');
    assert.equal(linkIn('https://example.org/').fragment, '');
  });
});

describe('a link that is refused', () => {
  for (const [text, problem] of Object.entries({
    '': 'foreign', pad: 'foreign', 'section=3': 'foreign', '//example.org': 'foreign', '!@£$': 'foreign',
    'why&v=2': 'version', 'why&v=x': 'damaged', 'why&neuron=1.128': 'damaged', 'why&neuron=0.1': 'damaged', 'why&pair=4.4': 'damaged',
    'why&step=8': 'damaged', 'why&at=9.1': 'damaged', 'why&train=eta:1e9': 'damaged', 'why&train=hidden:0': 'damaged',
    'why&train=nonsense:1': 'damaged', 'why&train=': 'damaged', 'why&rate=': 'damaged', 'why&rate=NaN': 'damaged', 'd=AQ': 'damaged', 'n=AQE': 'damaged',
    'why&erased=784': 'damaged', 'why&erased=5-3': 'damaged', 'why&weight=3.64.0': 'damaged',
  })) test(`${problem}: “${text}”`, () => assert.equal(decodeLink(text, LAYERS), problem));

  test('is each that was cut off within the drawing or behind it', () => {
    const { text } = encodeLink(full, ADDRESS);
    for (let end = text.indexOf('&d=') + 3; end < text.length; end++) {
      assert.equal(decodeLink(text.slice(0, end), LAYERS), 'damaged', text.slice(0, end));
    }
  });

  test('is each whose drawing or changes have another character', () => {
    const { text } = encodeLink(full, ADDRESS);
    const random = randomSource(3);
    for (let n = 0; n < 2_000; n++) {
      const at = text.indexOf('&d=') + 3 + random.below(text.length - text.indexOf('&d=') - 10);
      const character = 'abcXYZ019-_'[random.below(11)];
      if (text[at] === character || text[at] === '&') continue;
      assert.equal(typeof decodeLink(text.slice(0, at) + character + text.slice(at + 1), LAYERS), 'string');
    }
  });

  test('never throws, however damaged', () => {
    const { text } = encodeLink({ ...full, training: { preset: 'adam', settings: { ...WATCH_START, seed: 9 } } }, ADDRESS);
    const random = randomSource(7);
    for (let n = 0; n < 10_000; n++) {
      const characters = [...text.slice(0, random.below(4) === 0 ? random.below(text.length) : text.length)];
      for (let k = random.below(6); k >= 0; k--) {
        const at = random.below(characters.length + 1);
        characters.splice(at, random.below(3), String.fromCharCode(random.below(2) === 0 ? random.below(128) : random.below(65536)));
      }
      const damaged = characters.join('');
      const result = decodeLink(linkIn(damaged).fragment, LAYERS);
      assert.ok(typeof result === 'string' || result.changes.length >= 0, damaged);
    }
    assert.equal(decodeLink(`why&d=${'A'.repeat(1e6)}`, LAYERS), 'damaged');
  });
});

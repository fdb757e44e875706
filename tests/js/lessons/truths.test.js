'use strict';

const assert = require('node:assert/strict');
const { before, describe, test } = require('node:test');

const { loadLessons } = require('./lesson-scripts');

globalThis.document = { querySelector: () => null, querySelectorAll: () => [], getElementById: () => null };
loadLessons('data/digits.js');
const { countCorrect, edited, forwardPass, readNetwork } = MNIST.nn;
const { LESSONS, LessonWorld, digitAt, initialState, networkOf, problemOf, restored, unpackDigits, withDrawing } = MNIST.learn;
const { LESSON_FACTS } = MNIST.data;

const network = readNetwork(Uint8Array.from(Buffer.from(MNIST.data.MODEL.file, 'base64')).buffer);
/** @type {DigitSet} */ let digits;

before(async () => {
  digits = await unpackDigits(MNIST.data.testDigits);
});

/** @param {Uint8Array} pixels What is drawn. */
function worldWith(pixels) {
  let state = { ...withDrawing(initialState(network), pixels), stage: 'think' };
  const host = {
    getState: () => state,
    change: (part) => {
      state = { ...state, ...part };
    },
    open: (stage) => host.change({ stage }),
    restore: () => {
      state = restored(state);
    },
    announce() {},
    note() {},
    drawn: { drawing: { grid: pixels, inkedStrokes: [], isPenDown: false }, isExample: false, showExample: () => {}, showSample: () => {} },
    stageNamed: () => ({}),
    accuracyOf: (one) => countCorrect(one, digits, 0, 1000) / 1000,
    digits: { test: digits, training: digits },
  };
  return new LessonWorld(host);
}

/** @param {number} label @returns {Uint8Array} The first test digit of that kind. */
const first = (label) => digitAt(digits, digits.labels.indexOf(label));
/** @param {number} lesson @param {string} id */
const stepOf = (lesson, id) => LESSONS[lesson - 1].steps.find((step) => step.id === id);

/**
 * Does a step as its button does it.
 *
 * @returns {any} Its truth.
 */
function truthOf(world, lesson, id) {
  const { act, prepare, ready, truth, values } = stepOf(lesson, id);
  const memory = {};
  prepare?.(world, memory);
  values?.(world, memory);
  act?.(world, memory);
  assert.equal(ready?.(world, memory) ?? true, true, `${lesson} ${id} is done by its button`);
  return truth(world, memory);
}

describe('lesson 1', () => {
  test('counts the ink of the drawing', () => {
    const pixels = first(7);
    assert.equal(truthOf(worldWith(pixels), 1, 'ink'), pixels.filter((grey) => grey > 0).length);
  });

  test('finds that a shuffled network reads shuffled digits alike', () => {
    for (let n = 0; n < 30; n++) assert.equal(truthOf(worldWith(digitAt(digits, n)), 1, 'shuffle'), 'same');
  });
});

describe('lesson 2', () => {
  test('doubles and turns the weights of the selected neuron, and its sum follows', () => {
    const world = worldWith(first(3));
    world.change({ selected: { layer: 0, neuron: world.state.pass.sums[0].indexOf(Math.max(...world.state.pass.sums[0])) } });
    const { neuron } = world.state.selected;
    const z = world.state.pass.sums[0][neuron];
    const bias = network.layers[0].b[neuron];
    assert.ok(Math.abs(truthOf(world, 2, 'double') - (2 * z - bias)) < 1e-3);
    assert.equal(truthOf(world, 2, 'turn'), 'zero');
    assert.equal(world.state.versions.length, 2, 'each time from the network as it came');
  });

  test('counts terms and neurons that are on', () => {
    const world = worldWith(first(3));
    assert.equal(truthOf(world, 2, 'terms'), 'ink');
    assert.equal(truthOf(world, 2, 'on'), world.state.pass.activations[1].filter((a) => a > 0).length);
    stepOf(2, 'choose').act(world, {});
    assert.equal(stepOf(2, 'choose').ready(world, {}), true);
  });
});

describe('lesson 3', () => {
  test('knows who leads on blank paper', () => {
    const [four, nine] = [4, 9].map((digit) => forwardPass(network, new Float64Array(784)).sums[2][digit]);
    assert.equal(truthOf(worldWith(first(4)), 3, 'blank'), four > nine ? 'four' : 'nine');
  });

  test('erases fours until they are read otherwise, and the ledger closes before and after', () => {
    for (const n of digits.labels.keys().filter((one) => digits.labels[one] === 4).take(10)) {
      const world = worldWith(digitAt(digits, n));
      assert.equal(truthOf(world, 3, 'sum'), 'exactly');
      const erased = truthOf(world, 3, 'erase');
      assert.equal(erased, world.state.erased.size);
      assert.notEqual(world.answer, 4);
      assert.equal(truthOf(world, 3, 'sum'), 'exactly');
      world.tidy();
      assert.equal(world.state.erased.size, 0);
    }
  });

  test('names the part of the ink that speaks most for 9 among its choices', () => {
    const world = worldWith(first(4));
    const { choices } = stepOf(3, 'region').question;
    assert.ok(choices(world, {}).includes(truthOf(world, 3, 'region')));
  });
});

describe('lesson 4', () => {
  test('switches off 32 neurons by lot, and others the next time', () => {
    const world = worldWith(first(7));
    const accuracy = truthOf(world, 4, 'random');
    const before = networkOf(world.state).layers[0].b.map((b) => (b === 0 ? 1 : 0));
    assert.ok(accuracy < LESSON_FACTS.accuracy);
    truthOf(world, 4, 'random');
    assert.notDeepEqual(networkOf(world.state).layers[0].b.map((b) => (b === 0 ? 1 : 0)), before);
    assert.equal(world.state.versions.length, 2);
  });

  test('finds for five chosen neurons what the facts say', () => {
    assert.equal(truthOf(worldWith(first(7)), 4, 'chosen'), LESSON_FACTS.surgery.chosen.accuracy);
  });

  test('finds the neuron without which the answer leads least, as switching each off shows', () => {
    const world = worldWith(first(9));
    const { answer, state } = world;
    const leads = Array.from({ length: 64 }, (_, neuron) => {
      const { sums } = forwardPass(edited(network, [{ kind: 'off', layer: 1, neuron }]), state.pass.activations[0]);
      const scores = Array.from(sums[2]);
      return scores[answer] - Math.max(...scores.filter((_z, digit) => digit !== answer));
    });
    const { grade } = stepOf(4, 'needed');
    const needed = truthOf(world, 4, 'needed');
    assert.equal(needed, leads.indexOf(Math.min(...leads)));
    assert.equal(grade(needed, needed, world), 'right');
    assert.equal(grade(leads.indexOf(Math.max(...leads)), needed, world), 'off');
    assert.ok(['stays', 'changes'].includes(truthOf(world, 4, 'without')));
  });
});

describe('lesson 5', () => {
  test('asks for the error of the target, the neurons to blame and the gradients of paper', () => {
    const world = worldWith(first(7));
    const error = truthOf(world, 5, 'error');
    const { target } = world.state;
    assert.notEqual(target, world.answer);
    assert.ok(Math.abs(error - (world.state.pass.probabilities[target] - 1)) < 1e-9);
    assert.equal(truthOf(world, 5, 'share'), world.state.pass.activations[2].filter((a) => a > 0).length);
    assert.equal(truthOf(world, 5, 'paper'), 'zero');
  });
});

describe('a problem', () => {
  const needs = (...all) => ({ stage: 'think', needs: all });

  test('is found, and its help takes it away', () => {
    const world = worldWith(first(4));
    assert.equal(problemOf(needs('digit', 'whole', 'shipped', 'digits'), world), null);
    world.edit([{ kind: 'off', layer: 0, neuron: 3 }], 'off');
    world.change({ erased: new Set([400]), stage: 'why' });
    for (const id of ['stage', 'shipped', 'whole']) {
      const problem = problemOf(needs('shipped', 'whole'), world);
      assert.equal(problem?.id, id);
      problem?.help?.();
    }
    assert.equal(problemOf(needs('shipped', 'whole'), world), null);
  });

  test('is an empty pad, and a drawing that would be refused', () => {
    assert.equal(problemOf(needs('digit'), worldWith(new Uint8Array(784)))?.id, 'ink');
    const stripes = Uint8Array.from({ length: 784 }, (_, i) => (i % 3 === 0 ? 255 : 0));
    const refused = problemOf(needs('digit'), worldWith(stripes));
    assert.equal(refused?.id, 'digit');
    assert.match(refused?.text ?? '', /would refuse this drawing: \S/);
  });
});

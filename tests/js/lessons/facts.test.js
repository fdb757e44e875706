'use strict';

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const { computeFacts } = require('../../../benchmarks/lesson_facts');
const { loadScripts } = require('../load-scripts');

loadScripts('data/lesson-facts.js');

test('the figures of the lessons are those of the shipped weights', async () => {
  const { LESSON_FACTS } = MNIST.data;
  // Which neurons are chosen is found by a search of a minute; what is quoted is what they do.
  const facts = await computeFacts(LESSON_FACTS.surgery.chosen.neurons);
  assert.deepEqual(facts, LESSON_FACTS, 'run node benchmarks/lesson_facts.js');
});

test('docs/lessons.md says what 32 random and five chosen neurons do', () => {
  const { random, chosen } = MNIST.data.LESSON_FACTS.surgery;
  const percent = (share) => Math.round(100 * share);
  const text = readFileSync(join(__dirname, '../../../docs/lessons.md'), 'utf8').replace(/\s+/g, ' ');
  assert.ok(text.includes(`in ${random.draws} draws, ${random.neurons} random neurons of layer 1 leave ${percent(random.low)} to `
    + `${percent(random.high)}% of the test digits, ${percent(random.mean)}% on average; five chosen ones leave ${percent(chosen.accuracy)}%`));
});

test('what the lessons say of these figures holds', () => {
  const { accuracy, byHeart, fooling, forgetting, surgery, training } = MNIST.data.LESSON_FACTS;
  assert.ok(surgery.chosen.accuracy < surgery.random.mean - 0.05, 'five chosen neurons do more harm than 32 random ones');
  assert.equal(surgery.chosen.neurons.length, 5);
  assert.ok(forgetting.alone < 0.7 && forgetting.mixed > accuracy - 0.02, 'old digits cure forgetting');
  assert.ok(training.initial < 0.2 && training.firstEpoch > 0.75 && training.fiveEpochs < accuracy);
  assert.ok(byHeart.training > 0.99 && byHeart.test < 0.85 && byHeart.more > byHeart.test + 0.1);
  assert.ok(byHeart.wrongTraining > 0.9 && byHeart.wrongTest < 0.1, 'wrong labels are learned by heart');
  assert.ok(fooling.pixels <= 10 && fooling.dreams.accepted > 0.8 * fooling.dreams.all);
});

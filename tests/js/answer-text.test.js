/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('ui/answer-text.js');
const {
  formatPercent, roundPercent, describeCertainty, describeReading, describeAloud, headline,
  describeSource, describeWay, shortAnswer,
} = MNIST.ui;

/** A prediction of 7 with this confidence; `rival` gets what is left. */
function seven(confidence, rival) {
  const probabilities = Array(10).fill(0);
  probabilities[7] = confidence;
  probabilities[rival] = 1 - confidence;
  return { digit: 7, confidence, probabilities, isAccepted: true, doubt: null };
}

test('what was done to find the ink of an image is told', () => {
  const plain = { background: 'plane', rotation: 0, rulings: false };
  assert.equal(describeWay(plain), '');
  assert.equal(describeWay({ ...plain, rulings: true }), 'Ruled lines were taken out.');
  assert.equal(describeWay({ ...plain, rotation: 270 }), 'The image was turned to the left.');
  assert.match(
    describeWay({ background: 'local', rotation: 90, rulings: false }),
    /^The light is uneven.* The image was turned to the right\.$/,
  );
});

test('a share is never rounded to a certainty that it is not', () => {
  assert.equal(formatPercent(0.98249), '98.2%');
  assert.equal(formatPercent(0.99999), '>99.9%');
  assert.equal(formatPercent(0.00001), '<0.1%');
  assert.equal(formatPercent(1), '>99.9%');
  assert.equal(formatPercent(0), '<0.1%');
  assert.deepEqual([0, 0.0051, 0.4949, 0.9949, 1].map(roundPercent), ['<1%', '1%', '49%', '99%', '>99%']);
});

test('shares just inside the limits are written as numbers', () => {
  assert.equal(formatPercent(0.999), '99.9%');
  assert.equal(formatPercent(0.001), '0.1%');
});

test('the less certain an answer, the more the words say so', () => {
  assert.match(describeCertainty(seven(0.99, 1)), /^Almost certain/);
  assert.match(describeCertainty(seven(0.9, 1)), /^Fairly sure.* a 1/);
  assert.match(describeCertainty(seven(0.6, 8)), /^Not sure.* an 8/);
  assert.match(describeCertainty(seven(0.4, 2)), /^A guess.* a 2/);
});

test('several digits are as sure as all of them together, and the least sure one is named', () => {
  const number = [seven(0.99, 1), seven(0.6, 8), seven(0.995, 1)];
  assert.equal(headline(number), '59.1% confident');
  assert.equal(
    describeReading(number),
    '3 digits. Least sure of the second: 7 (60.0%), or else an 8.',
  );
  assert.match(describeReading([seven(0.99, 1), seven(0.99, 1)]), /^2 digits\. Almost certain/);
  assert.match(describeAloud(number), /^It reads 7 7 7, 59\.1% confident\. 3 digits/);
  assert.match(describeAloud([seven(0.99, 1)]), /^It is a 7, 99\.0% confident\. Almost certain/);
});

test('what is no digit is a question mark, what could be either of two is still named', () => {
  const shoe = { ...seven(0.9, 1), isAccepted: false, doubt: { kind: 'not-a-digit' } };
  const either = { ...seven(0.5, 1), isAccepted: false, doubt: { kind: 'ambiguous', digits: [7, 1] } };
  assert.deepEqual([seven(0.9, 1), shoe, either].map(shortAnswer), ['7', '?', '7']);
  assert.deepEqual([headline([shoe]), headline([either])], ['Not a digit?', 'Not sure']);
  assert.equal(describeCertainty(shoe), 'This does not look like a digit.');
  assert.equal(describeCertainty(either), 'This could be a 7 or a 1. Try drawing it again.');
  assert.equal(headline([seven(0.9, 1), shoe]), 'Not all digits?');
  assert.equal(headline([seven(0.9, 1), either]), 'Not sure');
  assert.equal(headline([shoe, shoe]), 'No digit found');
  assert.equal(describeReading([shoe, shoe]), 'None of 2 places with ink looks like a digit.');
  assert.equal(headline([shoe, either]), 'Not all digits?');
  const reading = describeReading([seven(0.9, 1), shoe]);
  assert.equal(reading, 'The second: This does not look like a digit.');
  assert.equal(describeAloud([shoe]), 'Not a digit? This does not look like a digit.');
  assert.match(describeAloud([either]), /^Not sure\. This could be a 7 or a 1\./);
});

test('an answer says who gave it and how long it took', () => {
  assert.equal(describeSource('page', 0.42), 'Read by this page in 0.4 ms');
  assert.equal(describeSource('page', 0.01), 'Read by this page in <0.1 ms');
  assert.equal(describeSource('api', 12.4), 'Read by the API in 12 ms');
});

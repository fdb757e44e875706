/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { mock, test, beforeEach, afterEach } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('api/api-client.js', 'api/prediction-session.js');
const { PredictionSession, ApiError } = MNIST.api;

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

const PIXELS = [new Uint8Array(784)];
const SEVEN = { digit: 7, confidence: 1, probabilities: [] };
/** Lets everything that waits for a settled promise run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A session whose questions are answered by hand. */
function session() {
  const questions = [];
  const reports = [];
  const client = {
    predict(pixels, signal) {
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        questions.push({ signal, resolve, reject });
      });
    },
  };
  const asking = new PredictionSession(client, (report) => reports.push(report));
  return { asking, questions, reports, kinds: () => reports.map(({ kind }) => kind) };
}

test('a fast answer is reported without any waiting', async () => {
  const { asking, questions, reports } = session();
  asking.ask(1, PIXELS);
  mock.timers.tick(100);
  questions[0].resolve([SEVEN]);
  await settle();
  mock.timers.tick(60_000);
  const [{ milliseconds, ...report }, ...others] = reports;
  assert.deepEqual(report, { kind: 'answered', version: 1, predictions: [SEVEN] });
  assert.deepEqual(others, []);
  assert.ok(milliseconds >= 0);
});

test('a slow answer is waited for visibly', async () => {
  const { asking, questions, kinds } = session();
  asking.ask(1, PIXELS);
  mock.timers.tick(150);
  assert.deepEqual(kinds(), ['waiting']);
  questions[0].resolve([SEVEN]);
  await settle();
  assert.deepEqual(kinds(), ['waiting', 'answered']);
});

test('a second click on the same drawing waits for the first one’s answer', async () => {
  const { asking, questions, kinds } = session();
  asking.ask(1, PIXELS);
  asking.ask(1, PIXELS);
  assert.equal(questions.length, 1);
  questions[0].resolve([SEVEN]);
  await settle();
  assert.deepEqual(kinds(), ['answered']);
  asking.ask(1, PIXELS);
  assert.equal(questions.length, 2, 'once answered, it can be asked again');
});

test('a question about a newer drawing aborts the older one, whose answer is never reported', async () => {
  const { asking, questions, reports } = session();
  asking.ask(1, PIXELS);
  asking.ask(2, PIXELS);
  assert.ok(questions[0].signal.aborted);
  questions[0].resolve([SEVEN]);
  questions[1].resolve([{ ...SEVEN, digit: 3 }]);
  await settle();
  assert.deepEqual(
    reports.map(({ kind, version, predictions }) => [kind, version, predictions[0].digit]),
    [['answered', 2, 3]],
  );
});

test('no answer in ten seconds is a timeout', async () => {
  const { asking, questions, reports } = session();
  asking.ask(1, PIXELS);
  mock.timers.tick(10_000);
  await settle();
  assert.ok(questions[0].signal.aborted);
  assert.equal(reports.at(-1).error.kind, 'timeout');
});

test('a failure is reported, and the next question can be asked', async () => {
  const { asking, questions, reports } = session();
  asking.ask(1, PIXELS);
  questions[0].reject(new ApiError('unreachable'));
  await settle();
  assert.equal(reports.at(-1).error.kind, 'unreachable');
  asking.ask(1, PIXELS);
  questions[1].resolve([SEVEN]);
  await settle();
  assert.equal(reports.at(-1).kind, 'answered');
});

test('cancelling aborts the request and ends the waiting', async () => {
  const { asking, questions, kinds } = session();
  asking.cancel();
  asking.ask(1, PIXELS);
  mock.timers.tick(200);
  asking.cancel();
  await settle();
  assert.ok(questions[0].signal.aborted);
  assert.deepEqual(kinds(), ['waiting', 'cancelled']);
});

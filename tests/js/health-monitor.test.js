/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { mock, test, beforeEach, afterEach } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('api/api-client.js', 'api/health-monitor.js');
const { HealthMonitor, ApiError } = MNIST.api;

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

const settle = () => new Promise((resolve) => setImmediate(resolve));
const READY = async () => ({ isModelLoaded: true, detail: '' });
const DOWN = async () => {
  throw new ApiError('unreachable');
};

/** A monitor of an API that behaves as `api.health` says, and the number of looks at it. */
function watch(health, isWatched = () => true) {
  const api = { health, looks: 0 };
  const client = { health: (signal) => (api.looks++, api.health(signal)) };
  return { api, monitor: new HealthMonitor(client, isWatched) };
}

/** Passes time and lets what it sets off finish. */
async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settle();
}

test('an API that is well is looked at every fifteen seconds', async () => {
  const { api, monitor } = watch(READY);
  await monitor.check();
  assert.equal(monitor.status, 'ready');
  await pass(14_999);
  assert.equal(api.looks, 1);
  await pass(1);
  assert.equal(api.looks, 2);
});

test('an API that is away is looked for after 1, 2, 4 and then every 8 seconds', async () => {
  const { api, monitor } = watch(DOWN);
  await monitor.check();
  assert.equal(monitor.status, 'unreachable');
  for (const delay of [1000, 2000, 4000, 8000, 8000]) {
    const { looks } = api;
    await pass(delay - 1);
    assert.equal(api.looks, looks);
    await pass(1);
    assert.equal(api.looks, looks + 1);
  }
});

test('it notices when the API comes, and starts afresh when it goes again', async () => {
  const { api, monitor } = watch(DOWN);
  const seen = [];
  monitor.addEventListener('check', () => seen.push(monitor.status));
  await monitor.check();
  await pass(1000);
  api.health = READY;
  await pass(2000);
  api.health = DOWN;
  await pass(15_000);
  await pass(1000);
  assert.deepEqual(seen, ['unreachable', 'unreachable', 'ready', 'unreachable', 'unreachable']);
});

test('a server without weights says why', async () => {
  const { monitor } = watch(async () => ({ isModelLoaded: false, detail: 'No file.' }));
  await monitor.check();
  assert.equal(monitor.status, 'no-weights');
  assert.equal(monitor.detail, 'No file.');
});

test('nobody asks while nobody looks, and looking asks at once', async () => {
  let isWatched = true;
  const { api, monitor } = watch(READY, () => isWatched);
  await monitor.check();
  isWatched = false;
  await monitor.check();
  await pass(600_000);
  assert.equal(api.looks, 1);
  isWatched = true;
  await monitor.check();
  assert.equal(api.looks, 2);
});

test('a server that takes the question and never answers is a timeout', async () => {
  const { monitor } = watch(
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  const look = monitor.check();
  await pass(5000);
  await look;
  assert.equal(monitor.status, 'timeout');
});

test('of two looks at once only the later one counts', async () => {
  const { api, monitor } = watch(
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  let checks = 0;
  monitor.addEventListener('check', () => checks++);
  const first = monitor.check();
  api.health = READY;
  await monitor.check();
  await first;
  assert.equal(checks, 1);
  assert.equal(monitor.status, 'ready');
});

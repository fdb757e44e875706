/* global MNIST */
'use strict';

const assert = require('node:assert/strict');
const { afterEach, test } = require('node:test');
const { loadScripts } = require('./load-scripts.js');

loadScripts('api/api-client.js');
const { ApiClient, ApiError, apiBasesFor } = MNIST.api;

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** Answers each request with this, and returns the requests. */
function answerWith(body, status = 200, headers = {}) {
  const requests = [];
  globalThis.fetch = async (url, init) => {
    requests.push({ url, ...init });
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
  };
  return requests;
}

const SEVEN = {
  prediction: 7,
  confidence: 0.91,
  probabilities: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, i === 7 ? 0.91 : 0.01])),
};
const signal = () => new AbortController().signal;
const predict = async () => {
  const [prediction] = await new ApiClient(['http://api']).predict([new Uint8Array(784)], signal());
  return prediction;
};
const location = (address) => {
  const { protocol, hostname, port, origin, search } = new URL(address);
  return { protocol, hostname, port, origin, search };
};

test('the page asks the server that it came from', () => {
  assert.equal(apiBasesFor(location('http://localhost:8000/'))[0], 'http://localhost:8000');
  assert.deepEqual(apiBasesFor(location('https://digits.example/')), ['https://digits.example']);
});

test('from disk and from port 3000 it asks port 8000', () => {
  assert.deepEqual(apiBasesFor(location('file:///home/me/frontend/index.html')), ['http://localhost:8000']);
  assert.deepEqual(apiBasesFor(location('http://127.0.0.1:3000/')), ['http://localhost:8000']);
});

for (const address of ['http://localhost:9001', 'http://127.0.0.1:9001', 'http://[::1]:9001']) {
  test(`a link may name an API on this computer: ${address}`, () => {
    assert.deepEqual(apiBasesFor(location(`http://localhost:3000/?api=${address}/`)), [address]);
  });
}

for (const address of [
  'http://evil.example',
  'http://localhost.evil.example',
  'http://127.0.0.1.evil.example',
  'http://localhost@evil.example',
  '//evil.example',
  'javascript:alert(1)',
  'file:///etc',
  'nonsense',
  '',
]) {
  test(`a link may not name another API: ${address}`, () => {
    const page = location(`http://localhost:3000/?api=${encodeURIComponent(address)}`);
    assert.deepEqual(apiBasesFor(page), ['http://localhost:8000']);
  });
}

test('whoever installs the page may name any API in its meta element', () => {
  const page = location('https://digits.example/');
  assert.deepEqual(apiBasesFor(page, 'https://api.example/v1/'), ['https://api.example/v1']);
  assert.deepEqual(apiBasesFor(page, 'api.example'), ['https://digits.example']);
});

test('from another file server on this computer it asks its own origin, then port 8000', async () => {
  const bases = apiBasesFor(location('http://127.0.0.1:5500/'));
  assert.deepEqual(bases, ['http://127.0.0.1:5500', 'http://localhost:8000']);
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(url);
    const isApi = url.startsWith('http://localhost:8000');
    return isApi ? Response.json({ model_loaded: true }) : new Response('<h1>404</h1>', { status: 404 });
  };
  const client = new ApiClient(bases, 'http://127.0.0.1:5500');
  await client.health(signal());
  assert.deepEqual(asked, ['http://127.0.0.1:5500/health', 'http://localhost:8000/health']);
  assert.equal(client.base, 'http://localhost:8000');
});

test('a server that has only the page is told from another program', async () => {
  answerWith('<h1>404</h1>', 404);
  const health = (origin) => new ApiClient(['https://a.example'], origin).health(signal());
  await assert.rejects(health('https://a.example'), { kind: 'absent' });
  await assert.rejects(health('null'), { kind: 'unexpected' });
});

test('an API that does not allow the page is told from one that is not running', async () => {
  globalThis.fetch = async (_, { mode }) => {
    if (mode === 'no-cors') return new Response();
    throw new TypeError('blocked');
  };
  const health = () => new ApiClient(['http://api'], 'null').health(signal());
  await assert.rejects(health(), { kind: 'forbidden' });
  globalThis.fetch = async () => Promise.reject(new TypeError('nothing there'));
  await assert.rejects(health(), { kind: 'unreachable' });
});

test('pixels are sent as 784 numbers from 0 to 1, row by row', async () => {
  const requests = answerWith(SEVEN);
  const pixels = new Uint8Array(784);
  pixels[1] = 255;
  pixels[28] = 51;
  await new ApiClient(['http://api']).predict([pixels], signal());
  const [{ url, method, headers, body }] = requests;
  assert.equal(url, 'http://api/predict');
  assert.equal(method, 'POST');
  assert.equal(headers['Content-Type'], 'application/json');
  const sent = JSON.parse(body).pixels;
  assert.equal(sent.length, 784);
  assert.deepEqual([sent[0], sent[1], sent[28]], [0, 1, 0.2]);
});

test('an answer comes back as digit, confidence and ten probabilities in order', async () => {
  answerWith(SEVEN);
  const { digit, confidence, probabilities } = await predict();
  assert.deepEqual([digit, confidence], [7, 0.91]);
  assert.deepEqual(probabilities, Object.values(SEVEN.probabilities));
});

test('a reason that the page can say in its own language comes back as what it says', async () => {
  for (const [reason, doubt] of [
    ['The image is empty.', { kind: 'empty' }],
    ['This does not look like a digit.', { kind: 'not-a-digit' }],
    ['This could be a 4 or an 8.', { kind: 'ambiguous', digits: [4, 8] }],
  ]) {
    answerWith({ ...SEVEN, accepted: false, reason });
    assert.deepEqual((await predict()).doubt, doubt);
  }
});

test('what is not accepted comes back with its reason; older servers accept all', async () => {
  answerWith({ ...SEVEN, accepted: false, reason: 'This is no digit.' });
  const refused = await predict();
  assert.deepEqual([refused.isAccepted, refused.doubt], [false, { kind: 'other', reason: 'This is no digit.' }]);
  answerWith({ ...SEVEN, accepted: true, reason: null });
  assert.deepEqual([(await predict()).isAccepted, (await predict()).doubt], [true, null]);
  answerWith(SEVEN);
  assert.equal((await predict()).isAccepted, true);
});

test('several images are sent at once, and each gets its answer', async () => {
  const requests = answerWith({ predictions: [SEVEN, { ...SEVEN, prediction: 3 }] });
  const images = [new Uint8Array(784), new Uint8Array(784).fill(255)];
  const answers = await new ApiClient(['http://api']).predict(images, signal());
  assert.deepEqual(answers.map(({ digit }) => digit), [7, 3]);
  assert.equal(requests[0].url, 'http://api/predict/batch');
  const sent = JSON.parse(requests[0].body).images;
  assert.deepEqual(sent.map(([first]) => first), [0, 1]);
  answerWith({ predictions: [SEVEN] });
  const one = new ApiClient(['http://api']).predict(images, signal());
  await assert.rejects(one, { kind: 'unexpected' }, 'an answer is missing');
});

/** A server whose weights have this ETag; `asked` lists the methods of the requests. */
function serveWeights(etag, bytes) {
  const asked = [];
  globalThis.fetch = async (_, { method = 'GET' } = {}) => {
    asked.push(method);
    return { ok: true, headers: new Headers({ ETag: etag }), arrayBuffer: async () => bytes };
  };
  return asked;
}

test('weights come as bytes with what names them, and an error is none', async () => {
  const bytes = new ArrayBuffer(8);
  serveWeights('"abc"', bytes);
  const weights = await new ApiClient(['http://api']).weights();
  assert.deepEqual(weights, { file: bytes, digest: 'abc' });
  globalThis.fetch = async () => ({ ok: false });
  await assert.rejects(new ApiClient(['http://api']).weights(), { kind: 'no-weights' });
});

test('weights that are known are not fetched, and others are', async () => {
  let asked = serveWeights('"abc"', new ArrayBuffer(8));
  assert.equal(await new ApiClient(['http://api']).weights('abc'), null);
  assert.deepEqual(asked, ['HEAD']);
  asked = serveWeights('W/"other"', new ArrayBuffer(8));
  assert.equal((await new ApiClient(['http://api']).weights('abc')).digest, 'other');
  assert.deepEqual(asked, ['HEAD', 'GET']);
});

for (const [what, body] of Object.entries({
  'a web page': '<!doctype html>',
  null: 'null',
  'a list': '[]',
  'no digit': { ...SEVEN, prediction: undefined },
  'no such digit': { ...SEVEN, prediction: 10 },
  'a missing probability': { ...SEVEN, probabilities: { 0: 1 } },
  'a confidence beyond 1': { ...SEVEN, confidence: 98.2 },
})) {
  test(`${what} is not taken for an answer`, async () => {
    answerWith(body);
    await assert.rejects(predict(), (error) => error instanceof ApiError && error.kind === 'unexpected');
  });
}

test('503 means that there are no weights, and other errors pass on the server’s sentence', async () => {
  answerWith({ detail: 'No model.' }, 503);
  await assert.rejects(predict(), { kind: 'no-weights', detail: 'No model.' });
  answerWith({ detail: 'pixels[3] is NaN.' }, 422);
  await assert.rejects(predict(), { kind: 'refused', detail: 'pixels[3] is NaN.' });
});

test('a server that says when to ask again is busy, and not untrained', async () => {
  answerWith({ detail: 'The server has too much to do.' }, 503, { 'Retry-After': '1' });
  await assert.rejects(predict(), { kind: 'busy', detail: 'The server has too much to do.' });
  answerWith({ detail: 'You ask too often.' }, 429, { 'Retry-After': '7' });
  await assert.rejects(predict(), { kind: 'busy', detail: 'You ask too often.' });
});

test('what a gateway says of the server behind it is not taken for another program', async () => {
  for (const [status, kind] of [[429, 'busy'], [502, 'unreachable'], [503, 'busy'], [504, 'unreachable']]) {
    answerWith('<h1>nginx</h1>', status);
    await assert.rejects(predict(), { kind });
  }
  answerWith('<h1>Not Found</h1>', 404);
  await assert.rejects(predict(), { kind: 'unexpected' });
});

test('a refused connection is told apart from an aborted request', async () => {
  globalThis.fetch = async () => {
    throw new TypeError('Failed to fetch');
  };
  await assert.rejects(predict(), { kind: 'unreachable' });
  const aborted = AbortSignal.abort();
  globalThis.fetch = async () => aborted.throwIfAborted();
  await assert.rejects(new ApiClient(['http://api']).predict([new Uint8Array(784)], aborted), {
    name: 'AbortError',
  });
});

test('health tells whether a model is loaded, and why not', async () => {
  answerWith({ status: 'healthy', model_loaded: true });
  const client = new ApiClient(['http://api']);
  assert.deepEqual(await client.health(signal()), { isModelLoaded: true, detail: '' });
  answerWith({ model_loaded: false, detail: 'weights.pkl does not exist.' });
  assert.deepEqual(await client.health(signal()), {
    isModelLoaded: false,
    detail: 'weights.pkl does not exist.',
  });
  answerWith({ status: 'UP' });
  await assert.rejects(client.health(signal()), { kind: 'unexpected' });
});

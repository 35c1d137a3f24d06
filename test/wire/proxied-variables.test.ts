import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { scgiApp } from '../support/scgi-app.ts';

const NAMES = [
  'HTTPS',
  'REQUEST_SCHEME',
  'SERVER_NAME',
  'SERVER_PORT',
  'REMOTE_ADDR',
  'REMOTE_PORT',
] as const;

/** What an application is told of the ends, from a proxy that is trusted or from a stranger. */
async function variables(t: TestContext, trusted: boolean, ...lines: string[]) {
  const app = await scgiApp(t);
  const gateway = await startGateway(t, { backends: [app.url], trustProxy: trusted ? ['127.0.0.1'] : [] });
  await exchange(t, gateway.address, get('/', ...lines));
  return NAMES.map(name => app.requests[0]!.get(name)).map((value, i) =>
    i === 5 ? value !== undefined : value,
  );
}

const PLAIN = [undefined, 'http', 'example.com', '80', '127.0.0.1', true];

for (const [what, lines, expected] of [
  ['nothing', [], PLAIN],
  [
    'X-Forwarded-For and https',
    ['X-Forwarded-For: 192.0.2.1:99', 'X-Forwarded-Proto: https'],
    ['on', 'https', 'example.com', '443', '192.0.2.1', false],
  ],
  [
    'https on another port',
    ['X-Forwarded-Proto: https', 'X-Forwarded-Port: 8443'],
    ['on', 'https', 'example.com', '8443', '127.0.0.1', true],
  ],
  [
    'Forwarded',
    ['Forwarded: for="[2001:db8::1]:7";proto=https'],
    ['on', 'https', 'example.com', '443', '2001:db8::1', false],
  ],
  [
    'https in one notation and http in the other',
    ['X-Forwarded-Proto: https', 'Forwarded: for=192.0.2.1;proto=http'],
    [undefined, 'http', 'example.com', '80', '192.0.2.1', false],
  ],
  [
    'X-Forwarded-Ssl alone',
    ['X-Forwarded-Ssl: on', 'X-Forwarded-Scheme: https', 'Front-End-Https: on'],
    PLAIN,
  ],
  ['a scheme that is none', ['X-Forwarded-Proto: on', 'X-Forwarded-Port: -1'], PLAIN],
] as const) {
  test(`of a trusted proxy that says ${what}, an application is told what follows from it (55)`, async t => {
    assert.deepEqual(await variables(t, true, ...lines), expected);
  });

  test(`a stranger that says ${what} is a stranger without TLS to an application (55)`, async t => {
    assert.deepEqual(await variables(t, false, ...lines), PLAIN);
  });
}

test('who is sent to https by a gateway behind a proxy is sent to the host that it asked for', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    redirectHttps: 443,
    trustProxy: ['127.0.0.1'],
  });
  const told = ['X-Forwarded-Host: shop.example', 'X-Forwarded-Proto: http'];
  const away = await exchange(t, gateway.address, get('/a?b', ...told));
  assert.deepEqual([away.status, away.field('location')], [308, 'https://shop.example/a?b']);
  const secure = await exchange(t, gateway.address, get('/a', 'X-Forwarded-Proto: https'));
  assert.equal(secure.status, 200);
});

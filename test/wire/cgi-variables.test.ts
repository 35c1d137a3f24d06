import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cgiBackend, page, scgiPairs } from '../support/cgi-request.ts';
import { exchange, get, post } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Sends a request to an application that answers with the variables it got. */
async function told(t: TestContext, request: string, setting: Setting = {}): Promise<Variables> {
  const answer = await ask(t, request, setting);
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text) as Variables;
}

async function ask(t: TestContext, request: string, setting: Setting = {}) {
  const origin = await cgiBackend(t, scgiPairs, ({ variables }) =>
    page(JSON.stringify(Object.fromEntries(variables))),
  );
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${origin.port}`], ...setting });
  return exchange(t, gateway.address, request);
}

test('a Proxy field does not become the address of a proxy (48)', async t => {
  const variables = await told(t, get('/', 'Proxy: http://evil.example', 'proxy: http://evil.example'));
  assert.deepEqual(
    Object.keys(variables).filter(name => name.includes('PROXY')),
    [],
  );
});

test('of fields whose names would come to the same variable, only the plain one is told (49)', async t => {
  const variables = await told(t, get('/', 'X_User: evil', 'X-User: good', 'X.User: evil'));
  assert.equal(variables.HTTP_X_USER, 'good');
});

test('a client cannot say a length or a type twice by other spellings (50)', async t => {
  const lines = ['Content_Length: 99', 'Content_Type: evil', 'Content-Type: text/plain'];
  const variables = await told(t, post('/', 'hello', ...lines));
  assert.equal(variables.CONTENT_LENGTH, '5');
  assert.equal(variables.CONTENT_TYPE, 'text/plain');
  assert.equal(variables.HTTP_CONTENT_LENGTH, undefined);
  assert.equal(variables.HTTP_CONTENT_TYPE, undefined);
});

for (const [authorization, expected] of [
  ['auto', 'Basic eDp5'],
  ['yes', 'Basic eDp5'],
  ['no', undefined],
] as const) {
  test(`with authorization=${authorization} an SCGI application is told ${expected} (50)`, async t => {
    const variables = await told(t, get('/', 'Authorization: Basic eDp5'), { authorization });
    assert.equal(variables.HTTP_AUTHORIZATION, expected);
  });
}

test('the values of a repeated field are joined, those of cookies by a semicolon (51)', async t => {
  const variables = await told(t, get('/', 'X-A: 1', 'Cookie: a=1', 'x-a: 2', 'cookie: b=2'));
  assert.equal(variables.HTTP_X_A, '1, 2');
  assert.equal(variables.HTTP_COOKIE, 'a=1; b=2');
});

for (const target of ['/a%00b', '/a%0ab', '/x.php%0d/y', '/a%', '/a%4x']) {
  test(`${target} is refused before an application sees it (53)`, async t => {
    const answer = await ask(t, get(target));
    assert.equal(answer.status, 400);
  });
}

test('paths are decoded, the target is not, and the mount point is SCRIPT_NAME (54)', async t => {
  const variables = await told(t, get('/app/a%20b%2fc?d=%20'), { mount: '/app' });
  assert.equal(variables.REQUEST_URI, '/app/a%20b%2fc?d=%20');
  assert.equal(variables.SCRIPT_NAME, '/app');
  assert.equal(variables.PATH_INFO, '/a b/c');
  assert.equal(variables.PATH_TRANSLATED, undefined);
  assert.equal(variables.QUERY_STRING, 'd=%20');
});

test('OPTIONS * has no path', async t => {
  const variables = await told(t, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.equal(variables.REQUEST_URI, '*');
  assert.equal(variables.PATH_INFO, '');
  assert.equal(variables.SCRIPT_NAME, '');
});

test('a Host gives the name and the port of the server, without the one in the other (55)', async t => {
  const variables = await told(t, 'GET / HTTP/1.1\r\nHost: [::1]:81\r\n\r\n');
  assert.deepEqual([variables.SERVER_NAME, variables.SERVER_PORT], ['[::1]', '81']);
  assert.equal(variables.HTTP_HOST, '[::1]:81');
});

for (const [trustProxy, expected] of [
  [['127.0.0.1'], 'on'],
  [[], undefined],
] as const) {
  test(`X-Forwarded-Proto of ${trustProxy[0] ?? 'a stranger'} makes HTTPS ${expected} (55)`, async t => {
    const lines = ['X-Forwarded-Proto: https', 'HTTPS: on'];
    assert.equal((await told(t, get('/', ...lines), { trustProxy })).HTTPS, expected);
  });
}

test('the client behind a trusted proxy is REMOTE_ADDR, and a stranger cannot name one', async t => {
  const request = get('/', 'X-Forwarded-For: 203.0.113.5');
  const trusted = await told(t, request, { trustProxy: ['127.0.0.1'] });
  assert.deepEqual([trusted.REMOTE_ADDR, trusted.REMOTE_PORT], ['203.0.113.5', undefined]);
  const stranger = await told(t, request);
  assert.equal(stranger.REMOTE_ADDR, '127.0.0.1');
  assert.match(stranger.REMOTE_PORT!, /^\d+$/);
});

test('variables of the configuration reach the application, over what a client says', async t => {
  const variables = ['HTTP_X_ROLE', 'guest', 'APP_ENV', 'test'];
  const seen = await told(t, get('/', 'X-Role: admin'), { variables });
  assert.deepEqual([seen.HTTP_X_ROLE, seen.APP_ENV], ['guest', 'test']);
});

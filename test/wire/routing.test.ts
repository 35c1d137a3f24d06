import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ConditionConfig } from '../../src/config/config.ts';
import { okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import type { RouteSetting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import { scgiApp } from '../support/scgi-app.ts';

async function routed(t: TestContext) {
  const open = await okBackend(t, 'open');
  const closed = await okBackend(t, 'closed');
  const gateway = await startGateway(t, {
    backends: [open.url],
    pools: { closed: [closed.url] },
    routes: [
      { path: '/admin/*', pool: 'closed' },
      { path: '/exact', pool: 'closed' },
      { hosts: ['admin.example'], pool: 'closed' },
      { methods: ['PURGE'], pool: 'closed' },
      { pool: 'default' },
    ],
  });
  return async (request: string) => (await exchange(t, gateway.address, request)).text.trim();
}

test('the first route that matches has the request', async t => {
  const ask = await routed(t);
  assert.equal(await ask(get('/')), 'open');
  assert.equal(await ask(get('/admin/x?y')), 'closed');
  assert.equal(await ask(get('/admin')), 'closed');
  assert.equal(await ask(get('/administrator')), 'open');
  assert.equal(await ask(get('/exact?x')), 'closed');
  assert.equal(await ask(get('/exact/x')), 'open');
  assert.equal(await ask('PURGE / HTTP/1.1\r\nHost: a\r\n\r\n'), 'closed');
});

test('a host matches in any case, with a port, and with the dot of the root (11)', async t => {
  const ask = await routed(t);
  for (const host of ['admin.example', 'ADMIN.Example', 'admin.example:8080', 'admin.example.'])
    assert.equal(await ask(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), 'closed', host);
  assert.equal(await ask('GET http://admin.example/ HTTP/1.1\r\nHost: a\r\n\r\n'), 'closed');
  assert.equal(await ask('GET http://a/ HTTP/1.1\r\nHost: admin.example\r\n\r\n'), 'open');
});

test('no way of writing a path walks around a route: it is matched as decoded, or refused (13)', async t => {
  const ask = await routed(t);
  for (const target of [
    '/%61dmin/x',
    '/%61%64%6d%69%6e/x',
    '/x/../admin/x',
    '/./admin/x',
    '/x/%2e%2e/admin/x',
    '//admin/x',
    '/x//../admin/x',
    '/x%2f..%2fadmin/x',
    '/admin%2fx',
    '/admin;a=b/x',
    '/admin%00/x',
    '/admin\\x',
    '/x/..\\admin/x',
    '/ADMIN/../admin/x',
  ]) {
    const text = await ask(get(target));
    assert.ok(['closed', '400 Bad Request'].includes(text), `${target} went to ${text}`);
  }
});

test('fields, cookies, parameters and clients decide as the gateway knows them', async t => {
  const open = await okBackend(t, 'open');
  const closed = await okBackend(t, 'closed');
  const one = (kind: ConditionConfig['kind'], name: string, ...values: string[]): RouteSetting => ({
    conditions: [{ kind, name, negated: false, values }],
    pool: 'closed',
  });
  const gateway = await startGateway(t, {
    backends: [open.url],
    pools: { closed: [closed.url] },
    trustProxy: ['127.0.0.1'],
    routes: [
      one('header', 'X-Stage', 'beta'),
      one('cookie', 'stage', 'beta'),
      one('query', 'stage', 'beta'),
      one('client', '', '192.0.2.0/24', '2001:db8::/32'),
      { pool: 'default' },
    ],
  });
  const ask = async (request: string) => (await exchange(t, gateway.address, request)).text.trim();
  assert.equal(await ask(get('/')), 'open');
  assert.equal(await ask(get('/', 'X-Stage: alpha', 'x-stage: beta')), 'closed');
  // A field that Connection names is for this hop, and routes see none of these.
  assert.equal(await ask(get('/', 'X-Stage: beta', 'Connection: X-Stage')), 'open');
  assert.equal(await ask(get('/', 'Cookie: a=b; stage=beta')), 'closed');
  assert.equal(await ask(get('/?a=b&stage=%62eta')), 'closed');
  assert.equal(await ask(get('/', 'X-Forwarded-For: 192.0.2.7')), 'closed');
  assert.equal(await ask(get('/', 'X-Forwarded-For: 2001:db8::1')), 'closed');
  assert.equal(await ask(get('/', 'X-Forwarded-For: 192.0.2.7, 198.51.100.1')), 'open');
});

test('a route that is internal is closed to clients, and to the local redirects of applications (59)', async t => {
  const secret = await okBackend(t, 'secret');
  const app = await scgiApp(t, variables =>
    variables.get('REQUEST_URI') === '/led' ? 'Location: /secret\r\n\r\n' : 'Status: 404\r\n\r\nnothing',
  );
  const gateway = await startGateway(t, {
    backends: [app.url],
    pools: { secret: [secret.url] },
    routes: [{ path: '/secret/*', pool: 'secret', internal: true }],
  });
  for (const target of ['/secret', '/secret/x', '/%73ecret', '/led'])
    assert.equal((await exchange(t, gateway.address, get(target))).text, 'nothing', target);
  assert.equal(secret.requests.length, 0);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, ok, okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import type { RouteSetting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import type { Message } from '../support/message.ts';
import { PATH_READERS } from '../support/path-readers.ts';
import { AROUND } from '../support/walk-arounds.ts';

/** Tells the target that it got, and whether any server that is in use would take it for a page of the administrators'. */
function answer({ target }: Message): string {
  const path = target.split('?', 1)[0]!;
  const seen = PATH_READERS.some(({ read }) => /^\/+admin(?:\/|$)/.test(read(path) ?? ''));
  return ok(`${seen ? 'admin' : 'page'} ${target}`);
}

/** A gateway whose pool `default` should never come to show a page of the administrators'. */
async function guarded(t: TestContext, routes: readonly RouteSetting[]) {
  const open = await backend(t, connection => connection.always(answer));
  const closed = await okBackend(t, 'closed');
  const gateway = await startGateway(t, { backends: [open.url], pools: { closed: [closed.url] }, routes });
  return async (request: string) => {
    const { status, text } = await exchange(t, gateway.address, request);
    return status === 400 ? 'refused' : text.trim();
  };
}

const ELSEWHERE = { kind: 'client', name: '', negated: true, values: ['10.0.0.0/8'] } as const;

const RULES: Readonly<Record<string, readonly RouteSetting[]>> = {
  'a path that is closed to strangers': [
    { conditions: [ELSEWHERE], path: '/admin/*', pool: 'closed' },
    { pool: 'default' },
  ],
  'all paths but some': [
    {
      conditions: [{ kind: 'path', name: '', negated: true, values: ['/open/*', '/files/*', '/'] }],
      pool: 'closed',
    },
    { pool: 'default' },
  ],
  'a regular expression': [
    { conditions: [{ kind: 'path', name: '', negated: false, values: ['~^/+admin(/|$)'] }], pool: 'closed' },
    { pool: 'default' },
  ],
};

for (const [name, routes] of Object.entries(RULES)) {
  test(`no way of writing a path walks around ${name} (13)`, async t => {
    const ask = await guarded(t, routes);
    for (const target of AROUND) {
      const text = await ask(get(target));
      assert.ok(['closed', 'refused'].includes(text), `${target} was answered ${text}`);
    }
    assert.equal(await ask(get('http://admin/admin/users')), 'closed');
    assert.notEqual(await ask(get('http://admin//admin/users')), 'admin //admin/users');
  });
}

test('what is unusual in a path goes on as it came where every reading leads to the same route (13)', async t => {
  const honest = [
    '/',
    '/files/a%20b',
    '/files/group%2Fproject/issues',
    '/files//a',
    '/files/a;v=1/b;w',
    '/files/a/../b',
    '/files/%2e%2e.txt',
    '/files/50%25',
    '/files/%2525',
    '/files/a\\b',
    '/files/caf%e9/caf%c3%a9',
    '/files/what%3f',
    '/files/http://example.com/x?y=/../admin//%2f%00',
  ];
  for (const routes of Object.values(RULES)) {
    const ask = await guarded(t, routes);
    for (const target of honest) assert.equal(await ask(get(target)), `page ${target}`);
  }
});

test('no way of writing a host walks around a route by host (11)', async t => {
  const ask = await guarded(t, [
    {
      conditions: [{ kind: 'host', name: '', negated: false, values: ['admin.test', '*.admin.test'] }],
      pool: 'closed',
    },
    { pool: 'default' },
  ]);
  const hosts = ['admin.test', 'ADMIN.test', 'admin.test.', 'admin.test:80', 'admin.test.:', '%61dmin.test'];
  for (const host of [...hosts, 'x.admin.test', 'x.y.Admin.Test.:8080', 'x%2eadmin.test']) {
    const text = await ask(`GET /admin HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.ok(['closed', 'refused'].includes(text), `${host} was answered ${text}`);
  }
  assert.equal(await ask('GET /admin HTTP/1.1\r\nHost: notadmin.test\r\n\r\n'), 'admin /admin');
});

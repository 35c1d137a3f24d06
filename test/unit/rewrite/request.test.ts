import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayError } from '../../../src/errors.ts';
import { exchangeOf, type RewriteSetting, rewriteFrom, rewritten } from './exchanges.ts';

const FIELDS = 'X-Tenant: theirs\r\nAccept: */*\r\nx_tenant: forged\r\nX-TENANT: again\r\nX-Other: 1\r\n';

test('a field that is set takes the place of all that could pass for it', () => {
  const { fields } = rewritten({ request: { set: [['X-Tenant', 'blue']] } }, { fields: FIELDS });
  assert.equal(fields, 'Accept: */*\r\nX-Other: 1\r\nX-Tenant: blue\r\n');
});

test('fields are removed, then set, then added', () => {
  const request = {
    remove: ['x-tenant'],
    set: [
      ['X-Other', 'first'],
      ['x-other', '{client}'],
    ],
    add: [
      ['X-Tenant', 'added {host}'],
      ['X-Other', 'more'],
    ],
  } as const;
  assert.equal(
    rewritten({ request }, { fields: FIELDS }).fields,
    'Accept: */*\r\nx-other: 192.0.2.7\r\nX-Tenant: added example.com\r\nX-Other: more\r\n',
  );
});

test('a field whose value comes out empty is left out, and that of the client is gone nevertheless', () => {
  const { fields } = rewritten({ request: { set: [['X-Tenant', ' {header:None} ']] } }, { fields: FIELDS });
  assert.equal(fields, 'Accept: */*\r\nX-Other: 1\r\n');
});

test('every value is of the request as it came to the route', () => {
  const setting: RewriteSetting = {
    prefix: [['/app', '']],
    host: 'inner.example:81',
    query: 'h={host}',
    request: { set: [['X-Was', '{host}{target} {header:X-Was}']] },
  };
  const exchange = rewritten(setting, { target: '/app/x?y', fields: 'X-Was: me\r\n' });
  assert.equal(exchange.host, 'inner.example:81');
  assert.equal(exchange.target, '/x?h=example.com');
  assert.equal(exchange.fields, 'X-Was: example.com/app/x?y me\r\n');
});

test('the log is told what the client asked for', () => {
  const setting: RewriteSetting = {
    prefix: [['/app', '']],
    host: 'inner',
    request: { remove: ['user-agent'] },
  };
  const exchange = rewritten(setting, { target: '/app/x', fields: 'User-Agent: me\r\n' });
  assert.equal(exchange.userAgent, '');
  exchange.recallRequest();
  assert.deepEqual([exchange.target, exchange.host, exchange.userAgent], ['/app/x', 'example.com', 'me']);
});

test('where nothing can change in the answer nobody looks at it', () => {
  assert.equal(rewritten({ request: { set: [['X-A', 'b']] } }).editor, null);
  assert.notEqual(rewritten({ prefix: [['/a', '']] }).editor, null);
  assert.equal(rewritten({ prefix: [['/a', '']], reverse: { mode: 'off', pairs: [] } }).editor, null);
});

test('a Host that a request makes is one, or is refused', () => {
  assert.equal(rewritten({ host: '{header:X-T}.inner' }, { fields: 'X-T: blue\r\n' }).host, 'blue.inner');
  for (const value of ['a b', 'a/b', '', 'a@b'])
    assert.throws(
      () => rewritten({ host: `{header:X-T}` }, { fields: `X-T: ${value}\r\n` }),
      (error: GatewayError) => error.kind === 'http_request_error',
      value,
    );
});

test('fields that a request makes longer than a head may be are refused (14)', () => {
  const rewrite = rewriteFrom(
    { request: { set: [['X-A', '{path}{path}']] } },
    { limits: { targetBytes: 99, headBytes: 40 } },
  );
  rewrite.apply(exchangeOf({ target: '/1234567890' }));
  assert.throws(() => rewrite.apply(exchangeOf({ target: '/12345678901234567890' })), {
    message: /more than a head may have: 40/,
  });
});

test('what a bad value would change is not changed at all', () => {
  const exchange = exchangeOf({ target: '/app/x', captures: ['', 'a\nb'] });
  const rewrite = rewriteFrom({ prefix: [['/app', '']], response: { set: [['X-A', '$1']] } });
  assert.throws(() => rewrite.apply(exchange), { kind: 'http_request_error' });
  assert.equal(exchange.target, '/app/x');
  assert.equal(exchange.editor, null);
});

test('a prefix that is taken off is told to the application, below the one that a trusted proxy has taken off', () => {
  const cases: [[string, string], string, string][] = [
    [['/app', ''], '', 'X-Forwarded-Prefix: /app\r\n'],
    [['/app', '/'], '', 'X-Forwarded-Prefix: /app\r\n'],
    [['/a/b', '/b'], '', 'X-Forwarded-Prefix: /a\r\n'],
    [['/app', '/other'], '', ''],
    [['/app', ''], 'X-Forwarded-Prefix: /outer/\r\n', 'X-Forwarded-Prefix: /outer/app\r\n'],
  ];
  for (const [pair, fields, expected] of cases)
    for (const forwarded of ['x', 'both'] as const) {
      const exchange = exchangeOf({ target: `${pair[0]}/x`, fields });
      rewriteFrom({ prefix: [pair] }, { forwarded }).apply(exchange);
      assert.equal(exchange.fields, expected, `${pair}`);
    }
  assert.equal(rewritten({ prefix: [['/app', '']] }, { target: '/app/x' }).fields, '');
});

test('applications are told of the script that the route names', () => {
  const setting: RewriteSetting = {
    docroot: '/srv/{hostname}/',
    scriptName: '/index.php',
    pathInfo: '{path}',
  };
  const { scriptNames } = rewritten(setting, { target: '/a%20b', host: 'X.example.:1' });
  assert.throws(() => rewritten(setting, { target: '/a', host: '..' }), { kind: 'http_request_error' });
  assert.deepEqual(scriptNames, { docroot: '/srv/x.example', scriptName: '/index.php', pathInfo: '/a b' });
});

test('no value of a request names another script than the route means (14)', () => {
  const cases: [RewriteSetting, string][] = [
    [{ scriptName: '/$1.php' }, '../../etc/x'],
    [{ scriptName: '/$1.php' }, 'a\0'],
    [{ pathInfo: '/$1' }, '..'],
    [{ docroot: '/srv/$1' }, ''],
    [{ docroot: '/srv/$1/www' }, ''],
    [{ docroot: '/srv/$1' }, '.'],
  ];
  for (const [setting, capture] of cases)
    assert.throws(
      () => rewritten(setting, { captures: ['', capture] }),
      { kind: 'http_request_error' },
      JSON.stringify([setting, capture]),
    );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConditionConfig } from '../../../src/config/config.ts';
import type { Exchange } from '../../../src/exchange.ts';
import { hostName } from '../../../src/router/conditions/host.ts';
import { Decision } from '../../../src/router/decision.ts';
import { makeRoute } from '../../support/config.ts';

const HELD = 0;

function condition(
  kind: ConditionConfig['kind'],
  values: string[],
  name = '',
  negated = false,
): ConditionConfig {
  return { kind, name, negated, values };
}

function exchange(of: Partial<Exchange>): Exchange {
  const plain = {
    method: 'GET',
    host: 'example.com',
    target: '/',
    fields: '',
    client: '192.0.2.1',
    upgrade: undefined,
  };
  return { ...plain, directed: false, captures: [], ...of } as Exchange;
}

function holds(config: ConditionConfig, of: Partial<Exchange>): boolean {
  const place = new Decision([makeRoute({ conditions: [config] })]).of(exchange(of));
  const negated = { ...config, negated: !config.negated };
  assert.notEqual(new Decision([makeRoute({ conditions: [negated] })]).of(exchange(of)), place, 'negation');
  return place === HELD;
}

const CASES: readonly [ConditionConfig, Partial<Exchange>, boolean][] = [
  [condition('host', ['*.example.com']), { host: 'a.example.com' }, true],
  [condition('host', ['*.example.com']), { host: 'a.b.EXAMPLE.com.:80' }, true],
  [condition('host', ['*.example.com']), { host: 'example.com' }, false],
  [condition('host', ['*.example.com']), { host: 'badexample.com' }, false],
  [condition('host', ['*.example.com']), { host: '.example.com' }, false],
  [condition('host', ['*.example.com']), { host: 'a.example.com.evil' }, false],
  [condition('host', ['~^api-\\d+\\.example$']), { host: 'API-12.example:81' }, true],
  [condition('host', ['~^api-\\d+\\.example$']), { host: 'api-x.example' }, false],
  [condition('host', ['*.a.test', 'b.test', '~^c']), { host: 'c.test' }, true],
  [condition('host', ['*.a.test', 'b.test', '~^c']), { host: 'x.a.test' }, true],
  [condition('host', ['[0::1]']), { host: '[::1]:80' }, true],
  [condition('path', ['/a', '/b/*', '~\\.php$']), { target: '/x/y.php?z' }, true],
  [condition('path', ['/a', '/b/*', '~\\.php$']), { target: '/b/c' }, true],
  [condition('path', ['/a', '/b/*', '~\\.php$']), { target: '/a/b' }, false],
  [condition('path', ['/café/*']), { target: '/caf%c3%a9/x' }, true],
  [condition('path', ['/a%20b/*']), { target: '/a%20b/c' }, true],
  [condition('path', ['/a b']), { target: '/%61%20b' }, true],
  [condition('path', ['/*']), { target: '/' }, true],
  [condition('path', ['/*']), { target: '*', method: 'OPTIONS' }, false],
  [condition('method', ['GET', 'HEAD']), { method: 'HEAD' }, true],
  [condition('method', ['GET', 'HEAD']), { method: 'head' }, false],
  [condition('client', ['10.0.0.0/8', 'fd00::/8']), { client: '10.1.2.3' }, true],
  [condition('client', ['10.0.0.0/8', 'fd00::/8']), { client: '::ffff:10.1.2.3' }, true],
  [condition('client', ['10.0.0.0/8', 'fd00::/8']), { client: 'fd12::1' }, true],
  [condition('client', ['10.0.0.0/8', 'fd00::/8']), { client: '11.1.2.3' }, false],
  [condition('client', ['10.0.0.0/8']), { client: 'unknown' }, false],
  [condition('client', ['0.0.0.0/0', '::/0']), { client: 'unix' }, false],
  [condition('client', ['unix']), { client: 'unix' }, true],
  [condition('header', ['1'], 'X-Beta'), { fields: 'X-Other: 1\r\nx-beta: 0\r\nX-BETA: 1\r\n' }, true],
  [condition('header', ['1'], 'X-Beta'), { fields: 'X-Beta: 1, 2\r\nX-Beta-Not: 1\r\n' }, false],
  [condition('header', ['~\\b1\\b'], 'X-Beta'), { fields: 'X-Beta: 0, 1\r\n' }, true],
  [condition('header', [], 'X-Beta'), { fields: 'X-Beta: \r\n' }, true],
  [condition('header', [], 'X-Beta'), { fields: 'X-Betas: 1\r\n' }, false],
  [condition('header', ['websocket'], 'Upgrade'), { upgrade: 'websocket' }, true],
  [condition('header', ['a.test:81'], 'Host'), { host: 'a.test:81' }, true],
  [condition('cookie', ['yes'], 'beta'), { fields: 'Cookie: alpha=yes; beta=yes\r\n' }, true],
  [condition('cookie', ['yes'], 'beta'), { fields: 'Cookie: beta=no; beta="yes"\r\n' }, true],
  [condition('cookie', ['yes'], 'beta'), { fields: 'Cookie: a=b\r\ncookie: beta=y%65s\r\n' }, true],
  [condition('cookie', ['yes'], 'beta'), { fields: 'Cookie: xbeta=yes; beta=yes1; Beta=yes\r\n' }, false],
  [condition('cookie', [], 'beta'), { fields: 'Cookie: beta=\r\n' }, true],
  [condition('query', ['a b'], 'q'), { target: '/?x=1&q=a+b' }, true],
  [condition('query', ['a b'], 'q'), { target: '/?q=c&%71=%61%20b' }, true],
  [condition('query', ['1'], 'q'), { target: '/?x=2;q=1' }, true],
  [condition('query', ['2;q=1'], 'x'), { target: '/?x=2;q=1' }, true],
  [condition('query', [], 'debug'), { target: '/?debug' }, true],
  [condition('query', [], 'debug'), { target: '/debug' }, false],
  [condition('query', ['é'], 'q'), { target: '/?q=%c3%a9' }, true],
  [condition('query', ['%zz'], 'q'), { target: '/?q=%zz' }, true],
];

for (const [config, of, expected] of CASES) {
  test(`${JSON.stringify(config)} ${expected ? 'holds' : 'fails'} for ${JSON.stringify(of)}`, () => {
    assert.equal(holds(config, of), expected);
  });
}

test('a condition that is negated holds only if none of its values matches', () => {
  const config = condition('header', ['a', 'b'], 'X', true);
  assert.equal(holds(config, { fields: 'X: c\r\n' }), true);
  assert.equal(holds(config, { fields: '' }), true);
  assert.equal(holds(config, { fields: 'X: c\r\nX: b\r\n' }), false);
});

test('a route that is internal is closed to clients, and open to what a backend has sent on', () => {
  const decision = new Decision([makeRoute({ internal: true, path: '/files/*' })]);
  assert.equal(decision.of(exchange({ target: '/files/a' })), -1);
  assert.equal(decision.of(exchange({ target: '/files/a', directed: true })), 0);
  assert.equal(decision.of(exchange({ target: '/other', directed: true })), -1);
});

test('captures are those of the path and behind them those of the host, and none are left of a route before', () => {
  const decision = new Decision([
    makeRoute({
      conditions: [condition('host', ['~^(\\w+)\\.example']), condition('path', ['~^/u/(\\d+)/(.*)'])],
    }),
    makeRoute({ conditions: [condition('host', ['~^(\\w+)\\.test$'])] }),
    makeRoute({ path: '/plain' }),
  ]);
  const one = exchange({ host: 'shop.example:80', target: '/u/12/a%20b?c' });
  assert.equal(decision.of(one), 0);
  assert.deepEqual(one.captures, ['/u/12/a b', '12', 'a b', 'shop']);
  assert.equal(decision.of(Object.assign(one, { host: 'a.test', target: '/' })), 1);
  assert.deepEqual(one.captures, ['a.test', 'a']);
  assert.equal(decision.of(Object.assign(one, { target: '/plain', host: 'b' })), 2);
  assert.deepEqual(one.captures, []);
});

for (const [host, name] of [
  ['EXAMPLE.com:80', 'example.com'],
  ['example.com.:', 'example.com'],
  ['[::1]', '[::1]'],
  ['[::1]:8080', '[::1]'],
  ['[0:0:0:0:0:0:0:1]', '[::1]'],
  ['[2001:DB8:0::1]:80', '[2001:db8::1]'],
  ['', ''],
] as const) {
  test(`the host ${JSON.stringify(host)} is matched as ${JSON.stringify(name)}`, () => {
    assert.equal(hostName(host), name);
  });
}

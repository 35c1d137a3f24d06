import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidates, parseResolvConf } from '../../../src/resolver/resolv-conf.ts';

test('servers, search list and ndots are read, the last search list counts', () => {
  const text = `; comment
# nameserver 10.9.9.9
nameserver 10.0.0.1
domain old.test
search ns.svc.cluster.local. svc.cluster.local  # more
nameserver ::1
options timeout:2 ndots:5 rotate
`;
  assert.deepEqual(parseResolvConf(text), {
    servers: ['10.0.0.1', '::1'],
    search: ['ns.svc.cluster.local', 'svc.cluster.local'],
    ndots: 5,
  });
});

test('what cannot be read counts for nothing', () => {
  const text = 'nameserver\nnameserver dns.test\nsearch\noptions ndots:x\nnonsense\n\0\n';
  assert.deepEqual(parseResolvConf(text), { servers: [], search: [], ndots: 1 });
});

test('no more servers are asked than the system asks, and ndots has its bound', () => {
  const servers = [1, 2, 3, 4].map(i => `nameserver 10.0.0.${i}`).join('\n');
  const { length } = parseResolvConf(servers).servers;
  assert.equal(length, 3);
  assert.equal(parseResolvConf('options ndots:999').ndots, 15);
});

for (const [host, ndots, expected] of [
  ['api', 1, ['api.a.test', 'api.b.test', 'api']],
  ['api.prod', 1, ['api.prod', 'api.prod.a.test', 'api.prod.b.test']],
  ['api.prod', 5, ['api.prod.a.test', 'api.prod.b.test', 'api.prod']],
  ['api.', 5, ['api']],
] as const) {
  test(`${host} with ndots ${ndots} is looked up as ${expected.join(', ')}`, () => {
    assert.deepEqual(candidates(host, { search: ['a.test', 'b.test'], ndots }), expected);
  });
}

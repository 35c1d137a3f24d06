import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonical, reachable, unusable } from '../../../src/resolver/address.ts';

for (const [text, form] of [
  ['10.0.0.1', '10.0.0.1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['fe80::1%eth0', undefined],
  ['api.test', undefined],
  ['10.0.0', undefined],
  ['', undefined],
] as const) {
  test(`the one form of ${text || 'nothing'} is ${form ?? 'none'}`, () =>
    assert.equal(canonical(text), form));
}

for (const address of [
  '0.0.0.0',
  '0.1.2.3',
  '224.0.0.1',
  '239.255.255.255',
  '255.255.255.255',
  '::',
  'ff02::1',
  'fe80::1',
  'febf::1',
])
  test(`nothing can be sent to ${address}`, () => assert.notEqual(unusable(address), ''));

for (const address of ['10.0.0.1', '127.0.0.1', '169.254.20.10', '::1', 'fd00::1', '2001:db8::1'])
  test(`something can be sent to ${address}`, () => assert.equal(unusable(address), ''));

test('loopback is reachable from a machine that has nothing else', () => {
  const alone = { ipv4: false, ipv6: false };
  assert.ok(reachable('127.0.0.5', alone) && reachable('::1', alone));
  assert.ok(!reachable('10.0.0.1', alone) && !reachable('2001:db8::1', alone));
});

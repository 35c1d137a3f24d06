import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Networks, parseNetwork } from '../../../src/config/cidr.ts';

function contained(cidrs: readonly string[], addresses: readonly string[]): string[] {
  const networks = new Networks(cidrs);
  return addresses.filter(address => networks.contains(address));
}

test('a prefix decides which bits of an address count', () => {
  const cidrs = ['10.0.0.0/8', '192.168.4.0/22', '172.16.1.1'];
  const inside = ['10.255.255.255', '192.168.4.0', '192.168.7.255', '172.16.1.1'];
  const outside = ['11.0.0.0', '9.255.255.255', '192.168.8.0', '192.168.3.255', '172.16.1.2'];
  assert.deepEqual(contained(cidrs, [...inside, ...outside]), inside);
});

test('a prefix of no bits takes every address of its family', () => {
  assert.deepEqual(contained(['0.0.0.0/0'], ['255.255.255.255', '0.0.0.0', '::1']), [
    '255.255.255.255',
    '0.0.0.0',
  ]);
  assert.deepEqual(contained(['::/0'], ['::1', 'ffff::', '10.0.0.1']), ['::1', 'ffff::']);
});

test('IPv6 networks end anywhere in a group', () => {
  const inside = ['fd00::1', 'fdff:ffff::', '2001:db8:8000::', '2001:DB8:ffff::1', 'fe80::1%eth0'];
  const outside = ['fc00::1', '2001:db8:7fff::', '::1', 'fe80::2'];
  assert.deepEqual(contained(['fd00::/8', '2001:db8:8000::/33', 'fe80::1'], [...inside, ...outside]), inside);
});

test('an IPv4-mapped address counts as IPv4, however it is written', () => {
  const addresses = ['::ffff:10.1.2.3', '::ffff:a01:203', '0:0:0:0:0:ffff:10.1.2.3', '::FFFF:10.1.2.3'];
  assert.deepEqual(contained(['10.0.0.0/8'], addresses), addresses);
  assert.deepEqual(contained(['::ffff:10.0.0.0/104'], ['10.9.9.9', '11.0.0.0']), ['10.9.9.9']);
});

test('what is no address is in no network', () => {
  const texts = [
    '',
    'unix',
    'localhost',
    '10.0.0',
    '10.0.0.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.1 ',
    '1:2',
    '1::2::3',
    ':::',
    '12345::',
    '10.0.0.1:80',
    '::10.0.0.01',
  ];
  assert.deepEqual(contained(['0.0.0.0/0', '::/0'], texts), []);
});

test('no networks contain nothing', () => {
  assert.deepEqual(contained([], ['127.0.0.1', '::1']), []);
});

test('what is no network is not read as one', () => {
  for (const text of ['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '::/129', 'x/8', '10.0.0.0/8/8', '']) {
    assert.equal(parseNetwork(text), undefined, text);
    assert.throws(() => new Networks([text]), RangeError);
  }
});

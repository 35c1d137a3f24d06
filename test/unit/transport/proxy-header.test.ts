import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProxyHeaderParser } from '../../../src/client/proxy-header.ts';
import type { Asking } from '../../../src/protocol.ts';
import {
  localHeaderV1,
  localHeaderV2,
  proxyHeaderV1,
  proxyHeaderV2,
} from '../../../src/transport/proxy-header.ts';

function asking(client: string, remoteAddress: string, localAddress: string): Asking {
  return { client, ends: { remoteAddress, remotePort: 56_324, localAddress, localPort: 443 } };
}

/** What the gateway itself reads out of a header. */
function read(header: Buffer) {
  const parser = new ProxyHeaderParser();
  for (let at = 0; at < header.length && parser.room.length > 0; ) {
    const { room } = parser;
    const count = header.copy(room, 0, at, at + room.length);
    at += count;
    parser.filled(count);
  }
  assert.ok(!parser.fault);
  return parser.header;
}

const V4 = asking('192.168.0.1', '192.168.0.1', '192.168.0.11');
const V6 = asking('2001:db8::1', '2001:db8::1', '2001:db8::ff');
const MAPPED = asking('10.0.0.1', '::ffff:10.0.0.1', '::ffff:10.0.0.2');

for (const [who, request, words] of [
  ['a client by IPv4', V4, 'PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n'],
  ['a client by IPv6', V6, 'PROXY TCP6 2001:db8::1 2001:db8::ff 56324 443\r\n'],
  ['a client by IPv4 at a socket for both', MAPPED, 'PROXY TCP4 10.0.0.1 10.0.0.2 56324 443\r\n'],
  [
    'a client that a proxy named, whose port nobody knows',
    asking('203.0.113.7', '10.0.0.1', '10.0.0.2'),
    'PROXY TCP4 203.0.113.7 10.0.0.2 0 443\r\n',
  ],
  [
    'a client by IPv6 that a proxy by IPv4 named',
    asking('2001:db8::1', '10.0.0.1', '10.0.0.2'),
    'PROXY TCP6 2001:db8::1 ::ffff:10.0.0.2 0 443\r\n',
  ],
  ['a client by a unix socket', asking('unix', '', ''), 'PROXY UNKNOWN\r\n'],
  ['the gateway itself', undefined, 'PROXY UNKNOWN\r\n'],
] as const) {
  test(`the header in words for ${who}`, () => {
    const header = request === undefined ? localHeaderV1() : proxyHeaderV1(request);
    assert.equal(header.toString('latin1'), words);
  });
}

for (const request of [V4, V6, MAPPED]) {
  test(`both versions of a header for ${request.ends.remoteAddress} say the same`, () => {
    assert.deepEqual(read(proxyHeaderV2(request)), read(proxyHeaderV1(request)));
  });
}

test('the header in bytes is that of the specification', () => {
  assert.equal(proxyHeaderV2(V4).toString('hex'), '0d0a0d0a000d0a515549540a2111000cc0a80001c0a8000bdc0401bb');
  assert.equal(
    proxyHeaderV2(V6).toString('hex'),
    '0d0a0d0a000d0a515549540a2121002420010db800000000000000000000000120010db80000000000000000000000ffdc0401bb',
  );
  assert.equal(
    proxyHeaderV2(asking('2001:db8::1', '10.0.0.1', '10.0.0.2'))
      .toString('hex')
      .slice(32, -8),
    '20010db800000000000000000000000100000000000000000000ffff0a000002',
  );
});

test('the header in bytes tells a client without an address from the gateway itself', () => {
  assert.equal(read(proxyHeaderV2(asking('unix', '', '')))?.kind, 'unknown');
  assert.equal(read(localHeaderV2())?.kind, 'local');
});

test('a zone of an address, which means something on one machine only, is left out', () => {
  const words = proxyHeaderV1(asking('fe80::1', 'fe80::1%eth0', 'fe80::2%eth0')).toString('latin1');
  assert.equal(words, 'PROXY TCP6 fe80::1 fe80::2 56324 443\r\n');
});

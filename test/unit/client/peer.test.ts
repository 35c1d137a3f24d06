import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { clientBehind, peerAddress, peerOf } from '../../../src/client/peer.ts';
import { Networks } from '../../../src/config/cidr.ts';

const TRUSTED = new Networks(['10.0.0.0/8', 'fd00::/8']);

function socket(remoteAddress: string | undefined): Socket {
  return { remoteAddress } as Socket;
}

test('an IPv4 address is told in its own notation, whatever the listener', () => {
  assert.equal(peerAddress(socket('::ffff:192.0.2.1')), '192.0.2.1');
  assert.equal(peerAddress(socket('192.0.2.1')), '192.0.2.1');
  assert.equal(peerAddress(socket('2001:db8::1')), '2001:db8::1');
});

test('a peer on a unix socket has no address and is not trusted', () => {
  const { address, trusted, scheme, remoteAddress } = peerOf(socket(undefined), 'unix', TRUSTED);
  assert.deepEqual([address, trusted, scheme, remoteAddress], ['unix', false, 'http', '']);
  assert.ok(peerOf(socket(undefined), 'unix', new Networks(['unix'])).trusted);
  assert.ok(
    !peerOf(socket(undefined), 'tcp', new Networks(['unix'])).trusted,
    'a client that has gone is nobody',
  );
});

test('a peer is trusted for its address', () => {
  assert.ok(peerOf(socket('10.1.2.3'), 'tcp', TRUSTED).trusted);
  assert.ok(peerOf(socket('::ffff:10.1.2.3'), 'tcp', TRUSTED).trusted);
  assert.ok(!peerOf(socket('11.1.2.3'), 'tcp', TRUSTED).trusted);
});

for (const [forwardedFor, client] of [
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1, 10.0.0.2', '192.0.2.1'],
  ['198.51.100.9, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
  ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['192.0.2.1,, 10.0.0.2', '192.0.2.1'],
  ['', '10.0.0.1'],
] as const) {
  test(`the client behind ${JSON.stringify(forwardedFor)} is ${client}`, () => {
    assert.equal(clientBehind(forwardedFor, '10.0.0.1', TRUSTED), client);
  });
}

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { peerAddress, peerOf } from '../../../src/client/peer.ts';
import { Networks } from '../../../src/config/cidr.ts';

const NO_ENDS = { remoteAddress: '', remotePort: 0, localAddress: '', localPort: 0 };
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

test('the peer behind a PROXY header is who it names, and is trusted for that address', () => {
  const ends = { remoteAddress: '10.9.9.9', remotePort: 5, localAddress: '192.0.2.1', localPort: 443 };
  const near = socket('198.51.100.1');
  const inside = peerOf(near, 'tcp', TRUSTED, { kind: 'addresses', ends, secure: false });
  assert.deepEqual(
    [inside.address, inside.trusted, inside.remotePort, inside.localPort],
    ['10.9.9.9', true, 5, 443],
  );
  const outside = { ...ends, remoteAddress: '203.0.113.1' };
  const { address, trusted, scheme } = peerOf(socket('10.0.0.1'), 'tcp', TRUSTED, {
    kind: 'addresses',
    ends: outside,
    secure: true,
  });
  assert.deepEqual(
    [address, trusted, scheme],
    ['203.0.113.1', false, 'https'],
    'trust in the proxy is none in its client',
  );
});

test('a PROXY header that names nobody leaves the proxy as the peer, trusted only for connections of its own', () => {
  const proxy = socket('10.0.0.1');
  const own = peerOf(proxy, 'tcp', TRUSTED, { kind: 'local', ends: NO_ENDS, secure: false });
  assert.deepEqual([own.address, own.trusted], ['10.0.0.1', true]);
  const nobody = peerOf(proxy, 'tcp', new Networks(['10.0.0.0/8', 'unix']), {
    kind: 'unknown',
    ends: NO_ENDS,
    secure: false,
  });
  assert.deepEqual([nobody.address, nobody.trusted], ['10.0.0.1', false]);
  const unix = peerOf(proxy, 'tcp', TRUSTED, { kind: 'unix', ends: NO_ENDS, secure: false });
  assert.deepEqual([unix.address, unix.trusted, unix.remoteAddress], ['unix', false, '']);
  assert.ok(
    peerOf(proxy, 'tcp', new Networks(['unix']), { kind: 'unix', ends: NO_ENDS, secure: false }).trusted,
  );
});

import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ProxyEntrance, type ProxyReception } from '../../../src/client/proxy-entrance.ts';
import type { ProxyHeader } from '../../../src/client/proxy-header.ts';
import { RawSocket, type SocketOwner } from '../../../src/transport/raw-socket.ts';
import { sharedBuffer } from '../../../src/transport/read-buffer.ts';
import { afterwards } from '../../support/afterwards.ts';
import { connect } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import type { Peer } from '../../support/peer.ts';
import { addressesV4, extension, headerV2 } from '../../support/proxy-header.ts';

const V1 = 'PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n';
const V2 = headerV2({
  family: 'tcp4',
  addresses: addressesV4('192.0.2.7', '198.51.100.1', [40_000, 443]),
  extensions: [extension(4, Buffer.alloc(500))],
}).toString('latin1');

/** What reads on behind the header, and answers with what it has read. */
class Reader implements SocketOwner {
  nextBuffer = sharedBuffer();
  text = '';
  readonly socket: RawSocket;

  constructor(handle: unknown) {
    this.socket = new RawSocket(this, handle);
  }

  received(bytes: number, buffer: Buffer): boolean {
    this.text += buffer.toString('latin1', 0, bytes);
    this.socket.write(`read ${this.text}.`);
    return true;
  }

  ended(): void {
    this.socket.end();
  }

  writeFailed(): boolean {
    return false;
  }

  drained(): void {}
  stalled(): void {}
  broken(): void {}
  closed(): void {}
}

/** Somebody who lets connections in, and what became of them. */
class Doorkeeper implements ProxyReception {
  readonly kind = 'tcp';
  readonly entrances: ProxyEntrance[] = [];
  readonly headers: ProxyHeader[] = [];
  readonly readers: Reader[] = [];
  readonly faults: string[] = [];

  introduced(_entrance: ProxyEntrance, handle: unknown, header: ProxyHeader): void {
    this.headers.push(header);
    this.readers.push(new Reader(handle));
  }

  leftEntrance(_entrance: ProxyEntrance, fault: string): void {
    this.faults.push(fault);
  }
}

async function door(t: TestContext, patience = 60_000) {
  const keeper = new Doorkeeper();
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, socket => {
    const taken = socket as unknown as { _handle: unknown };
    const handle = taken._handle;
    taken._handle = null;
    keeper.entrances.push(new ProxyEntrance(handle, keeper, patience));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, () => {
    server.close();
    for (const entrance of keeper.entrances) entrance.destroy();
    for (const { socket } of keeper.readers) socket.destroy();
  });
  const client: Peer = await connect(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { keeper, client };
}

for (const [version, header] of [
  ['1', V1],
  ['2', V2],
] as const) {
  test(`what comes together with a PROXY header of version ${version} is read by who takes the connection over`, async t => {
    const { keeper, client } = await door(t);
    client.send(`${header}first bytes`);
    assert.equal(await client.until('.'), 'read first bytes.');
    assert.deepEqual(keeper.headers[0]!.ends, {
      remoteAddress: '192.0.2.7',
      remotePort: 40_000,
      localAddress: '198.51.100.1',
      localPort: 443,
    });
    assert.equal(keeper.entrances[0]!.address, '127.0.0.1');
    client.send('more');
    assert.equal(await client.until('more.'), 'read first bytesmore.');
    client.halfClose();
    await client.closed();
    assert.deepEqual(keeper.faults, []);
  });

  test(`a PROXY header of version ${version} may come in many pieces, and what follows it in another`, async t => {
    const { client } = await door(t);
    for (const part of header.match(/.{1,5}/gs)!) await client.sendAll(part);
    client.send('later');
    assert.equal(await client.until('.'), 'read later.');
  });
}

test('a connection that begins otherwise is closed without an answer, and what was wrong is told', async t => {
  const { keeper, client } = await door(t);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.closed();
  assert.equal(client.bytesRead, 0);
  await eventually('its fault was told', () => keeper.faults.length === 1);
  assert.equal(keeper.entrances[0]!.detail, '');
  assert.match(keeper.faults[0]!, /does not begin with a PROXY header/);
});

test('a connection that ends without a word is no fault, one that ends within its header is', async t => {
  const silent = await door(t);
  silent.client.halfClose();
  await silent.client.closed();
  await eventually('it has left', () => silent.keeper.faults.length === 1);
  const cut = await door(t);
  cut.client.send('PROXY TCP4 192.0').halfClose();
  await cut.client.closed();
  await eventually('it has left', () => cut.keeper.faults.length === 1);
  assert.deepEqual(
    [silent.keeper.faults[0], cut.keeper.faults[0]],
    ['', 'a connection ended within its PROXY header'],
  );
});

test('a header that does not come in time ends the connection, however its bytes drip', async t => {
  const { keeper, client } = await door(t, 40);
  client.send('PROXY ');
  await client.closed();
  await eventually('it has left', () => keeper.faults.length === 1);
  assert.match(keeper.faults[0]!, /did not come in time/);
});

test('a connection that is ended while its header is read is not taken over', async t => {
  const { keeper, client } = await door(t);
  await eventually('it was accepted', () => keeper.entrances.length === 1);
  keeper.entrances[0]!.destroy();
  await client.closed();
  await eventually('it has left', () => keeper.faults.length === 1);
  assert.deepEqual([keeper.headers, keeper.faults], [[], ['']]);
});

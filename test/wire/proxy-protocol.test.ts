import assert from 'node:assert/strict';
import { connect as open } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ListenConfig } from '../../src/config/config.ts';
import { afterwards } from '../support/afterwards.ts';
import { okBackend } from '../support/backend.ts';
import { connect, get, post } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { Peer } from '../support/peer.ts';
import { addressesV4, headerV2 } from '../support/proxy-header.ts';
import { scgiApp } from '../support/scgi-app.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const V1 = 'PROXY TCP4 192.0.2.7 198.51.100.1 40000 8443\r\n';
const V2 = headerV2({
  family: 'tcp4',
  addresses: addressesV4('192.0.2.7', '198.51.100.1', [40_000, 8443]),
}).toString('latin1');

function listening(...proxyProtocol: string[]): ListenConfig {
  return { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0', proxyProtocol };
}

async function behind(t: TestContext, setting: Setting = {}) {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    listen: [listening('127.0.0.0/8')],
    ...setting,
  });
  return { origin, gateway };
}

/** A connection from another address of this host. */
async function connectFrom(t: TestContext, localAddress: string, address: string): Promise<Peer> {
  const { port } = new URL(address);
  const socket = open({ host: '127.0.0.1', port: Number(port), localAddress, allowHalfOpen: true });
  const peer = new Peer(socket);
  afterwards(t, () => peer.close());
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return peer;
}

for (const [version, header] of [
  ['1', V1],
  ['2', V2],
] as const) {
  test(`the client is who a PROXY header of version ${version} names, for the log and for backends`, async t => {
    const { origin, gateway } = await behind(t);
    const proxy = await connect(t, gateway.address);
    proxy.send(header + post('/a', 'body') + get('/b', 'X-Forwarded-For: 6.6.6.6'));
    assert.equal((await proxy.response('POST')).status, 200);
    assert.equal((await proxy.response()).status, 200);
    const records = await gateway.ended(2);
    assert.deepEqual(
      records.map(({ client }) => client),
      ['192.0.2.7', '192.0.2.7'],
    );
    assert.deepEqual(
      origin.requests.map(request => request.all('x-forwarded-for')),
      [['192.0.2.7'], ['192.0.2.7']],
    );
    assert.equal(origin.requests[0]!.text, 'body');
  });

  test(`an application is told both ends that a PROXY header of version ${version} names (55)`, async t => {
    const app = await scgiApp(t);
    const gateway = await startGateway(t, { backends: [app.url], listen: [listening('127.0.0.1')] });
    const proxy = await connect(t, gateway.address);
    proxy.send(header + get('/', 'Connection: close').replace('example.com', "no'name"));
    await proxy.response();
    const [variables] = app.requests;
    assert.deepEqual(
      ['REMOTE_ADDR', 'REMOTE_PORT', 'SERVER_ADDR', 'SERVER_NAME', 'SERVER_PORT', 'HTTPS'].map(name =>
        variables!.get(name),
      ),
      ['192.0.2.7', '40000', '198.51.100.1', '198.51.100.1', '8443', undefined],
    );
  });

  test(`a PROXY header of version ${version} may come byte by byte, and the request right behind it`, async t => {
    const { gateway } = await behind(t);
    const proxy = await connect(t, gateway.address);
    for (const byte of header + get('/', 'Connection: close')) await proxy.sendAll(byte);
    assert.equal((await proxy.response()).status, 200);
    assert.equal((await gateway.ended(1))[0]!.client, '192.0.2.7');
  });
}

test('whoever is not listed is closed at once, whatever it begins with, and the log names it', async t => {
  const { origin, gateway } = await behind(t, { listen: [listening('127.0.0.1', '10.0.0.0/8')] });
  for (const bytes of ['', V1 + get(), get()]) {
    const stranger = await connectFrom(t, '127.0.0.3', gateway.address);
    stranger.send(bytes);
    await stranger.closed();
    assert.equal(stranger.bytesRead, 0);
  }
  assert.equal(origin.requests.length, 0);
  const words = gateway.messages.filter(({ level }) => level === 'warn');
  assert.equal(words.length, 1, 'once for all of them');
  assert.match(words[0]!.message, /no proxy that is listed/);
  assert.equal(words[0]!.facts['client'], '127.0.0.3');
  const listed = await connect(t, gateway.address);
  listed.send(V1 + get());
  assert.equal((await listed.response()).status, 200);
});

test('a listed proxy that sends no header, or a second one, gets no request through', async t => {
  const { origin, gateway } = await behind(t);
  const without = await connect(t, gateway.address);
  without.send(get());
  await without.closed();
  assert.equal(without.bytesRead, 0);
  const twice = await connect(t, gateway.address);
  twice.send(V1 + V1 + get());
  assert.equal((await twice.response()).status, 400);
  assert.equal(origin.requests.length, 0);
});

test('what is sent in front by a client of a listener without the option is no PROXY header', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(V1 + get());
  assert.equal((await client.response()).status, 400);
  assert.equal(origin.requests.length, 0);
});

test('trust goes by the address that the header names, not by the proxy’s own', async t => {
  const { origin, gateway } = await behind(t, { trustProxy: ['192.0.2.7'] });
  const near = await connect(t, gateway.address);
  near.send(V1 + get('/', 'X-Forwarded-For: 203.0.113.5', 'X-Forwarded-Proto: https'));
  await near.response();
  const far = await connect(t, gateway.address);
  far.send(V1.replace('192.0.2.7', '192.0.2.8') + get('/', 'X-Forwarded-For: 203.0.113.5'));
  await far.response();
  const records = await gateway.ended(2);
  assert.deepEqual(
    records.map(({ client }) => client),
    ['203.0.113.5', '192.0.2.8'],
  );
  assert.deepEqual(
    origin.requests.map(request => request.field('x-forwarded-for')),
    ['203.0.113.5, 192.0.2.7', '192.0.2.8'],
  );
});

test('a proxy that does not say for whom it speaks vouches for nothing, though it is trusted', async t => {
  const { origin, gateway } = await behind(t, { trustProxy: ['127.0.0.1'] });
  for (const header of ['PROXY UNKNOWN\r\n', headerV2({}).toString('latin1')]) {
    const proxy = await connect(t, gateway.address);
    proxy.send(header + get('/', 'X-Forwarded-For: 203.0.113.5'));
    await proxy.response();
  }
  for (const request of origin.requests) assert.equal(request.field('x-forwarded-for'), '127.0.0.1');
});

test('a connection that the proxy says is its own is its own, and leaves no words behind', async t => {
  const { gateway } = await behind(t);
  const local = headerV2({ command: 'local' }).toString('latin1');
  const check = await connect(t, gateway.address);
  check.send(local);
  check.halfClose();
  await check.closed();
  const silent = await connect(t, gateway.address);
  silent.reset();
  const asking = await connect(t, gateway.address);
  asking.send(local + get());
  await asking.response();
  asking.close();
  assert.equal((await gateway.ended(1))[0]!.client, '127.0.0.1');
  await eventually('all connections are gone', () => gateway.clients === 0);
  assert.deepEqual(
    gateway.messages.filter(({ level }) => level === 'warn'),
    [],
  );
  assert.equal(gateway.records.length, 1);
});

test('on a unix socket a PROXY header names the client as well', async t => {
  const path = join(temporaryFolder(t), 'gate.sock');
  const listen: ListenConfig = { kind: 'unix', path, text: path, proxyProtocol: ['unix'] };
  const { origin, gateway } = await behind(t, { listen: [listen], trustProxy: ['unix'] });
  const proxy = await connect(t, `unix:${path}`);
  proxy.send(V2 + get('/', 'X-Forwarded-For: 6.6.6.6'));
  await proxy.response();
  assert.equal((await gateway.ended(1))[0]!.client, '192.0.2.7');
  assert.equal(origin.requests[0]!.field('x-forwarded-for'), '192.0.2.7');
});

test('a header that does not come in time is not waited for, nor one whose bytes drip', async t => {
  const { gateway } = await behind(t, { client: { handshakeTimeout: 60 } });
  const silent = await connect(t, gateway.address);
  const dripping = await connect(t, gateway.address);
  dripping.send('PROXY ');
  await Promise.all([silent.closed(), dripping.closed()]);
  assert.equal(gateway.records.length, 0);
});

test('connections whose header is awaited count as clients, and end with the gateway', async t => {
  const { gateway } = await behind(t, { client: { maxConnections: 2 } });
  const waiting = [await connect(t, gateway.address), await connect(t, gateway.address)];
  await eventually('both are counted', () => gateway.clients === 2);
  const third = await connect(t, gateway.address);
  await third.closed();
  await gateway.gateway.stop();
  for (const one of waiting) await one.closed();
});

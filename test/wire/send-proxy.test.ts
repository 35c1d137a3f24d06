import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { afterwards } from '../support/afterwards.ts';
import { type BackendConnection, backend, ok } from '../support/backend.ts';
import { readCgiRequest, scgiPairs, uwsgiPairs } from '../support/cgi-request.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { page, respond } from '../support/fastcgi.ts';
import { startGateway } from '../support/gateway.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { goodCertificate } from '../support/tls-backend.ts';

const LINE = /^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 (\d+) (\d+)\r\n$/;
const SIGNATURE = '0d0a0d0a000d0a515549540a';

async function headers(t: TestContext, option: string, answer: (connection: BackendConnection) => unknown) {
  const seen: string[] = [];
  const origin = await backend(t, async connection => {
    seen.push(option === 'v1' ? await connection.until('\r\n') : (await connection.take(28)).toString('hex'));
    await answer(connection);
  });
  return { seen, origin };
}

test('a connection begins with the addresses of its client, in words', async t => {
  const { seen, origin } = await headers(t, 'v1', connection => connection.always(ok()));
  const gateway = await startGateway(t, { backends: [`${origin.url},send-proxy=v1`] });
  const client = await connect(t, gateway.address);
  client.send(get());
  assert.equal((await client.response()).text, 'ok');
  const [, from, to] = LINE.exec(seen[0]!)!;
  assert.equal(Number(from), client.socket.localPort);
  assert.equal(Number(to), Number(new URL(gateway.address).port));
});

test('a connection begins with the addresses of its client, in bytes', async t => {
  const { seen, origin } = await headers(t, 'v2', connection => connection.always(ok()));
  const gateway = await startGateway(t, { backends: [`${origin.url},send-proxy`] });
  const client = await connect(t, gateway.address);
  client.send(post('/', 'abc'));
  assert.equal((await client.response()).text, 'ok');
  const port = client.socket.localPort!.toString(16).padStart(4, '0');
  const to = Number(new URL(gateway.address).port).toString(16).padStart(4, '0');
  assert.equal(seen[0], `${SIGNATURE}2111000c7f0000017f000001${port}${to}`);
});

test('a connection that began with an address carries one request, and is closed', async t => {
  const { seen, origin } = await headers(t, 'v1', connection => connection.always(ok()));
  const gateway = await startGateway(t, { backends: [`${origin.url},send-proxy=v1`] });
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 3; i++) {
    client.send(get());
    await client.response();
  }
  await exchange(t, gateway.address, get());
  assert.equal(seen.length, 4);
  assert.equal(origin.requests.length, 4);
  await eventually('all are closed', () => origin.open === 0);
});

test('requests of two clients share no FastCGI connection that begins with an address', async t => {
  const { seen, origin } = await headers(t, 'v1', connection => respond(connection, () => page()));
  const url = `fcgi://127.0.0.1:${origin.port},send-proxy=v1,mpxs=10`;
  const gateway = await startGateway(t, { backends: [url] });
  for (let i = 0; i < 2; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'ok');
  assert.equal(seen.length, 2);
});

for (const [scheme, read] of [
  ['scgi', scgiPairs],
  ['uwsgi', uwsgiPairs],
] as const) {
  test(`the header comes before a request of ${scheme}, too`, async t => {
    const { seen, origin } = await headers(t, 'v1', async connection => {
      await readCgiRequest(connection, read);
      connection.send('Status: 200 OK\r\n\r\nok').halfClose();
    });
    const gateway = await startGateway(t, {
      backends: [`${scheme}://127.0.0.1:${origin.port},send-proxy=v1`],
    });
    assert.equal((await exchange(t, gateway.address, get())).text, 'ok');
    assert.match(seen[0]!, LINE);
  });
}

test('the header goes by a unix socket, and says that it knows no client where that came by one', async t => {
  const path = `${temporaryFolder(t)}/app.sock`;
  const seen: string[] = [];
  await backend(
    t,
    async connection => {
      seen.push(await connection.until('\r\n'));
      await connection.always(ok());
    },
    path,
  );
  const listen = `${temporaryFolder(t)}/gateway.sock`;
  const gateway = await startGateway(t, {
    listen: [{ kind: 'unix', path: listen, text: `unix:${listen}` }],
    backends: [`http+unix://${path},send-proxy=v1`],
  });
  assert.equal((await exchange(t, gateway.address, get())).text, 'ok');
  assert.deepEqual(seen, ['PROXY UNKNOWN\r\n']);
});

test('a check says that its connection is the gateway’s own', async t => {
  const { seen, origin } = await headers(t, 'v1', connection => connection.always(ok()));
  await startGateway(t, { backends: [`${origin.url},send-proxy=v1`], check: { interval: 50 } });
  await eventually('it is checked', () => seen.length > 0);
  assert.equal(seen[0], 'PROXY UNKNOWN\r\n');
});

test('a check that only connects says so, too', async t => {
  const { seen, origin } = await headers(t, 'v1', () => {});
  await startGateway(t, { backends: [`${origin.url},send-proxy=v1`], check: { path: '', interval: 50 } });
  await eventually('it is checked', () => seen.length > 0);
  assert.equal(seen[0], 'PROXY UNKNOWN\r\n');
});

test('with TLS the header comes before it, in the clear', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const seen: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer(raw => {
    sockets.push(raw);
    raw.once('readable', () => {
      const line = (raw.read(raw.readableLength) as Buffer).toString('latin1');
      const end = line.indexOf('\r\n') + 2;
      seen.push(line.slice(0, end));
      raw.unshift(Buffer.from(line.slice(end), 'latin1'));
      const socket = new TLSSocket(raw, { isServer: true, cert, key });
      socket.on('data', () => socket.write(ok()));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const gateway = await startGateway(t, { backends: [`https://127.0.0.1:${port},ca=${ca},send-proxy=v1`] });
  for (let i = 0; i < 2; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'ok');
  assert.equal(seen.length, 2);
  for (const line of seen) assert.match(line, LINE);
});

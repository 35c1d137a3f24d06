import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { type BackendConnection, backend, ok, type Script } from '../support/backend.ts';
import { readCgiRequest, scgiPairs } from '../support/cgi-request.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import { goodCertificate, tlsBackend } from '../support/tls-backend.ts';

/** What a backend is spoken to by, and the versions of TLS that it knows. */
interface Manner {
  readonly scheme?: string;
  readonly version?: SecureVersion;
  readonly setting?: Setting;
}

async function before(t: TestContext, script: Script, { scheme = 'https', version, setting }: Manner = {}) {
  const { ca, cert, key } = goodCertificate(t);
  const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };
  const origin = await tlsBackend(t, { cert, key, ...versions }, script);
  const url = `${origin.url.replace('https', scheme)},ca=${ca}`;
  return { origin, gateway: await startGateway(t, { ...setting, backends: [url] }) };
}

/** Closes the connection below TLS, as anybody on the way could. */
function cut(connection: BackendConnection): void {
  below(connection).end();
}

/** What the encrypted bytes of a backend go by. */
function below({ socket }: BackendConnection): Socket {
  return (socket as TLSSocket & { _parent: Socket })._parent;
}

const ENDLESS = 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf of it';

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`an answer that the end of the connection ends is whole when TLS says so, by ${version} (18)`, async t => {
    const script: Script = async connection => {
      await connection.request();
      connection.send(ENDLESS).halfClose();
    };
    const { gateway } = await before(t, script, { version });
    assert.equal((await exchange(t, gateway.address, get())).text, 'half of it');
    assert.equal((await gateway.ended(1))[0]!.reason, '');
  });

  test(`one that is cut below TLS is a part of an answer, and the client sees that, by ${version} (18)`, async t => {
    const script: Script = async connection => {
      await connection.request();
      await connection.sendAll(ENDLESS);
      cut(connection);
    };
    const { gateway } = await before(t, script, { version });
    const client = await connect(t, gateway.address);
    client.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    await client.until('half of it');
    assert.equal(await client.closed(), 'reset');
    const [record] = await gateway.ended(1);
    assert.equal(record!.reason, 'http_response_incomplete');
    assert.match(record!.detail, /without a close_notify/);
  });
}

test('an application of SCGI that is cut below TLS gives a part of an answer (18)', async t => {
  const printed = 'Status: 200 OK\r\nContent-Type: text/plain\r\n\r\nhalf of it';
  const script: Script = async connection => {
    await readCgiRequest(connection, scgiPairs);
    await connection.sendAll(printed);
    cut(connection);
  };
  const { gateway } = await before(t, script, { scheme: 'scgis' });
  const client = await connect(t, gateway.address);
  client.send(get());
  await client.until('half of it');
  await client.closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'http_response_incomplete');
});

test('an answer that says where it ends is whole, however its connection ends', async t => {
  const script: Script = async connection => {
    await connection.request();
    await connection.sendAll(ok('all of it'));
    cut(connection);
  };
  const { gateway } = await before(t, script);
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'all of it');
});

test('an answer that comes before the request body reaches the client, though the rest of the body has no reader (26)', async t => {
  const script: Script = async connection => {
    await connection.head();
    await connection.sendAll(
      'HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno',
    );
    connection.close();
  };
  const { gateway } = await before(t, script);
  const client = await connect(t, gateway.address);
  client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n`).send(Buffer.alloc(3_000_000));
  assert.equal((await client.response()).text, 'no');
});

test('what a backend has to say before it closes a tunnel reaches the client, whether TLS says the end or not (31)', async t => {
  const script: Script = async connection => {
    await connection.request();
    connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await connection.until('ping');
    await connection.sendAll('last words');
    cut(connection);
  };
  const { gateway } = await before(t, script);
  const client = await connect(t, gateway.address);
  client.send(get('/', 'Connection: Upgrade', 'Upgrade: x'));
  await client.response();
  client.send('ping');
  await client.until('last words');
  assert.equal(await client.closed(), 'end');
});

test('a backend that accepts and does not answer the handshake is given up in time (83)', async t => {
  const origin = await backend(t, connection => connection.closed());
  const gateway = await startGateway(t, {
    backends: [origin.url.replace('http', 'https')],
    timeouts: { connect: 100 },
    retry: { attempts: 0 },
  });
  assert.equal((await exchange(t, gateway.address, get())).status, 504);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'connection_timeout');
  assert.match(record!.detail, /no TLS handshake with/);
  await (await origin.connection(0)).closed();
});

test('a kept connection that the backend closes is not used again, and a POST goes on a new one (32)', async t => {
  const script: Script = async (connection, index) => {
    await connection.request();
    connection.send(ok(`${index}`));
    if (index === 0) connection.halfClose();
    else await connection.closed();
  };
  const { origin, gateway } = await before(t, script);
  assert.equal((await exchange(t, gateway.address, get())).text, '0');
  await (await origin.connection(0)).closed();
  assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).text, '1');
});

test('a backend that reads slowly is sent no more than it takes, and a client that reads slowly likewise (80)', async t => {
  const body = randomBytes(8_000_000);
  const script: Script = async connection => {
    const { body: came } = await connection.request();
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${came.length}\r\n\r\n`).send(came);
  };
  const { gateway } = await before(t, script);
  const client = await connect(t, gateway.address);
  client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`).send(body);
  assert.ok((await client.response()).body.equals(body));
});

test('bytes that are not of TLS in the middle of an answer cut it', async t => {
  const script: Script = async connection => {
    await connection.request();
    await connection.sendAll('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it');
    below(connection).write('X'.repeat(500));
  };
  const { gateway } = await before(t, script);
  const client = await connect(t, gateway.address);
  client.send(get());
  await client.until('half of it');
  await client.closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'http_response_incomplete');
});

test('a POST is not sent again when what comes in place of an answer is not of TLS: it may have been acted upon (33)', async t => {
  const script: Script = async connection => {
    await connection.request();
    below(connection).write('X'.repeat(500));
  };
  const { origin, gateway } = await before(t, script);
  assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).status, 502);
  assert.equal((await gateway.ended(1))[0]!.reason, 'connection_terminated');
  assert.equal(origin.requests.length, 1);
});

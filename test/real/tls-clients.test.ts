import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import type { ListenTlsConfig } from '../../src/config/config.ts';
import { afterwards } from '../support/afterwards.ts';
import { Authority } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { run, unlessInstalled } from '../support/program.ts';
import { tlsListener } from '../support/tls-listener.ts';
import { startCli } from '../unit/cli/run-cli.ts';

const openssl = { skip: unlessInstalled('openssl') };
const curl = { skip: unlessInstalled('curl') };

const ROUTES = [
  { action: { kind: 'respond', status: 200, body: 'hello over TLS', type: 'text/plain' } as const },
];

async function served(t: TestContext, options: Partial<ListenTlsConfig> = {}) {
  const authority = new Authority(t);
  const certificates = [
    authority.issue({ name: 'first.example', hosts: ['first.example', '127.0.0.1'] }),
    authority.issue({ name: 'wild', hosts: ['*.example.com'] }),
  ];
  const gateway = await startGateway(t, { listen: [tlsListener(certificates, options)], routes: ROUTES });
  return { authority, gateway, place: new URL(gateway.address).host };
}

/** What openssl s_client says of a connection to a place, with more options. */
async function client(t: TestContext, place: string, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await run(t, 'openssl', ['s_client', '-connect', place, ...words]);
  return stdout + stderr;
}

test('openssl: TLS 1.0 and 1.1 are refused, 1.2 and 1.3 are spoken', openssl, async t => {
  const { place } = await served(t);
  for (const version of ['-tls1', '-tls1_1']) {
    const said = await client(t, place, version, '-cipher', 'ALL@SECLEVEL=0');
    assert.match(said, /alert protocol version|no protocols available/i);
  }
  assert.match(await client(t, place, '-tls1_2'), /Protocol\s*: TLSv1\.2|New, TLSv1\.2/);
  assert.match(await client(t, place, '-tls1_3'), /New, TLSv1\.3/);
});

test('openssl: the certificate is that for the name by SNI, and its chain verifies', openssl, async t => {
  const { authority, place } = await served(t);
  const trusting = ['-CAfile', authority.certFile, '-verify_return_error'];
  const wild = await client(
    t,
    place,
    ...trusting,
    '-servername',
    'a.example.com',
    '-verify_hostname',
    'a.example.com',
  );
  assert.match(wild, /subject=CN ?= ?wild/);
  assert.match(wild, /Verify return code: 0 \(ok\)/);
  const first = await client(t, place, ...trusting, '-noservername');
  assert.match(first, /subject=CN ?= ?first\.example/);
});

test('openssl: ALPN chooses http/1.1, and a client of HTTP/2 alone is told so', openssl, async t => {
  const { place } = await served(t);
  assert.match(await client(t, place, '-alpn', 'h2,http/1.1'), /ALPN protocol: http\/1\.1/);
  assert.match(await client(t, place, '-alpn', 'h2'), /no application protocol/i);
});

test('openssl: a session is resumed, by 1.2 and by 1.3', openssl, async t => {
  const { place } = await served(t);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-session-'));
  afterwards(t, () => rmSync(folder, { recursive: true, force: true }));
  for (const version of ['-tls1_2', '-tls1_3']) {
    const file = join(folder, version);
    // Tickets of 1.3 come after the handshake: the client has to stay for an answer.
    const request = await asking(t, place, [version, '-sess_out', file]);
    assert.match(request, /hello over TLS/);
    assert.match(await client(t, place, version, '-sess_in', file), /Reused, TLSv1/);
  }
});

test('openssl: a client certificate is required, or may be left out', openssl, async t => {
  const issuer = new Authority(t, 'Clients');
  const alice = issuer.issue({ name: 'alice' });
  const late = issuer.issue({ name: 'late', from: -3, to: -2 });
  const stranger = new Authority(t, 'Strangers').issue({ name: 'mallory' });
  const required = await served(t, { clientCa: issuer.certFile });
  const optional = await served(t, { clientCa: issuer.certFile, clientAuth: 'optional' });
  const by = ({ certFile, keyFile }: typeof alice) => ['-cert', certFile, '-key', keyFile];
  assert.match(await asking(t, required.place, by(alice)), /hello over TLS/);
  assert.match(await asking(t, required.place, []), /alert certificate required|handshake failure/i);
  assert.match(await asking(t, required.place, ['-tls1_2']), /handshake failure/i);
  for (const bad of [late, stranger]) {
    for (const version of ['-tls1_2', '-tls1_3']) {
      assert.doesNotMatch(await asking(t, required.place, [version, ...by(bad)]), /hello over TLS/);
    }
    assert.match(await asking(t, optional.place, by(bad)), /hello over TLS/);
  }
  assert.match(await asking(t, optional.place, []), /hello over TLS/);
});

/** What comes of a request by openssl s_client. */
async function asking(t: TestContext, place: string, words: readonly string[]): Promise<string> {
  const request = "printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'";
  const command = `${request} | exec openssl s_client -ign_eof -connect ${place} "$@"`;
  const { stdout, stderr } = await run(t, 'sh', ['-c', command, 'sh', ...words]);
  return stdout + stderr;
}

test('curl: https is answered, kept, and trusted by its issuer', curl, async t => {
  const { authority, gateway } = await served(t);
  const words = ['-sS', '--http1.1', '--cacert', authority.certFile, '-w', '%{http_code} %{num_connects}\\n'];
  const twice = [gateway.address, '-o', '/dev/null', gateway.address, '-o', '/dev/null'];
  const { stdout, stderr } = await run(t, 'curl', [...words, ...twice]);
  assert.equal(stderr, '');
  assert.equal(stdout, '200 1\n200 0\n');
});

test('curl: http to a TLS port is told to use https', curl, async t => {
  const { gateway } = await served(t);
  const { stdout } = await run(t, 'curl', ['-sS', gateway.address.replace('https', 'http')]);
  assert.match(stdout, /use https/);
});

test('ws: a WebSocket speaks through TLS, messages of all sizes', async t => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  afterwards(t, () => {
    for (const one of server.clients) one.terminate();
    server.close();
  });
  server.on('connection', socket =>
    socket.on('message', (message, binary) => socket.send(message, { binary })),
  );
  await new Promise(resolve => server.once('listening', resolve));
  const backend = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const certificate = new Authority(t).issue({ name: 'a' });
  const gateway: RunningGateway = await startGateway(t, {
    listen: [tlsListener([certificate])],
    backends: [backend],
  });
  const socket = new WebSocket(gateway.address.replace('https', 'wss'), { rejectUnauthorized: false });
  afterwards(t, () => socket.terminate());
  const heard: Buffer[] = [];
  socket.on('message', message => heard.push(message as Buffer));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const sizes = [0, 1, 125, 65_536, 3_000_000];
  for (const size of sizes) socket.send(Buffer.alloc(size, 'x'));
  await eventually('all come back', () => heard.length === sizes.length);
  assert.deepEqual(
    heard.map(({ length }) => length),
    sizes,
  );
  socket.close();
  await eventually('nothing is left', () => gateway.clients === 0);
});

test('Chromium opens the first page of the demo by https', { skip: unlessInstalled('chromium') }, async t => {
  const demo = startCli(t, ['demo', '--listen', '127.0.0.1:0']);
  const [, url] = await demo.printed(/curl -k (https:\/\/127\.0\.0\.1:\d+)\/ /);
  const profile = mkdtempSync(join(tmpdir(), 'sluice-chromium-'));
  afterwards(t, () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  const { stdout } = await run(t, 'chromium', [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    `--user-data-dir=${profile}`,
    '--ignore-certificate-errors',
    '--dump-dom',
    `${url}/`,
  ]);
  assert.match(stdout, /<h1>Hello, this is \w+\.<\/h1>/);
  assert.match(stdout, /<a href="\/fcgi\/variables">/);
});

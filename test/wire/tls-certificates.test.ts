import assert from 'node:assert/strict';
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect as open } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { afterwards } from '../support/afterwards.ts';
import { backend, ok } from '../support/backend.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import { connect, get } from '../support/client.ts';
import { makeConfig, type Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { LoggedMessage } from '../support/memory-log.ts';
import { connectTls } from '../support/tls-client.ts';
import { tlsListener } from '../support/tls-listener.ts';

/** A backend that answers with the fields that it was told. */
async function tellTale(t: TestContext): Promise<string> {
  const origin = await backend(t, async connection => {
    for (;;) connection.send(ok(JSON.stringify((await connection.request()).fields)));
  });
  return origin.url;
}

const HELLO: Setting['routes'] = [
  { action: { kind: 'respond', status: 200, body: 'hello', type: 'text/plain' } },
];

/** The name of the certificate that a client is shown who asks for a host. */
async function shown(t: TestContext, address: string, servername: string): Promise<string> {
  const client = await connectTls(t, address, { servername });
  const { subject } = client.tls.getPeerCertificate();
  client.close();
  return String(subject.CN);
}

/** Whether a client gets an answer, or in what its connection ends. */
async function outcome(t: TestContext, address: string, options: ConnectionOptions): Promise<string> {
  try {
    const client = await connectTls(t, address, options);
    client.send(get());
    return String((await client.response()).status);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).name;
  }
}

function warnings({ messages }: RunningGateway, words: string) {
  return messages.filter(({ level, message }) => level === 'warn' && message.includes(words));
}

function of({ cert, key }: Certificate): ConnectionOptions {
  return { cert, key };
}

test('a client is shown the certificate for the host that it asks for: its own name before a wildcard, else the first', async t => {
  const authority = new Authority(t);
  const certificates = [
    authority.issue({ name: 'first.example' }),
    authority.issue({ name: 'wild', hosts: ['*.example.com', 'example.com'] }),
    authority.issue({ name: 'exact', hosts: ['www.example.com'] }),
    authority.issue({ name: 'later', hosts: ['www.example.com'] }),
  ];
  const { address } = await startGateway(t, { listen: [tlsListener(certificates)], routes: HELLO });
  assert.equal(await shown(t, address, 'first.example'), 'first.example');
  assert.equal(await shown(t, address, 'WWW.Example.com'), 'exact');
  assert.equal(await shown(t, address, 'other.example.com'), 'wild');
  assert.equal(await shown(t, address, 'example.com'), 'wild');
  assert.equal(await shown(t, address, 'a.b.example.com'), 'first.example');
  assert.equal(await shown(t, address, 'nobody'), 'first.example');
  assert.equal(await shown(t, address, ''), 'first.example');
});

test('TLS before 1.2 is refused, and before 1.3 where the listener says so', async t => {
  const certificate = new Authority(t).issue({ name: 'a' });
  const listen = [tlsListener([certificate]), tlsListener([certificate], { minVersion: '1.3' })];
  const gateway = await startGateway(t, { listen, routes: HELLO });
  const [usual, strict] = gateway.gateway.addresses as [string, string];
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
  assert.equal(await outcome(t, usual, old), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  assert.equal(await outcome(t, usual, { maxVersion: 'TLSv1.2' }), '200');
  assert.equal(await outcome(t, strict, { maxVersion: 'TLSv1.2' }), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  assert.equal(await outcome(t, strict, {}), '200');
});

test('ciphers without forward secrecy are refused', async t => {
  const listen = [tlsListener([new Authority(t).issue({ name: 'a' })])];
  const { address } = await startGateway(t, { listen, routes: HELLO });
  const weak = { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:AES128-GCM-SHA256@SECLEVEL=0' } as const;
  assert.match(await outcome(t, address, weak), /HANDSHAKE_FAILURE/);
});

test('a client that speaks HTTP/2 alone is told so by an alert, and the log says it once', async t => {
  const listen = [tlsListener([new Authority(t).issue({ name: 'a' })])];
  const gateway = await startGateway(t, { listen, routes: HELLO });
  for (let i = 0; i < 3; i++) {
    const code = await outcome(t, gateway.address, { ALPNProtocols: ['h2'] });
    assert.equal(code, 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
  }
  const both = await connectTls(t, gateway.address, { ALPNProtocols: ['h2', 'http/1.1'] });
  assert.equal(both.tls.alpnProtocol, 'http/1.1');
  assert.equal(warnings(gateway, 'HTTP/2').length, 1);
});

test('a client without a good certificate does not come in where one is required, and the log says who and why', async t => {
  const issuer = new Authority(t, 'Clients');
  const stranger = new Authority(t, 'Strangers').issue({ name: 'mallory' });
  const listen = [tlsListener([issuer.issue({ name: 'a' })], { clientCa: issuer.certFile })];
  const gateway = await startGateway(t, { listen, routes: HELLO });
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const { address } = gateway;
    assert.equal(await outcome(t, address, { maxVersion, ...of(issuer.issue({ name: 'alice' })) }), '200');
    assert.notEqual(await outcome(t, address, { maxVersion }), '200');
    assert.notEqual(await outcome(t, address, { maxVersion, ...of(stranger) }), '200');
    const expired = issuer.issue({ name: 'eve', from: -3, to: -2 });
    assert.notEqual(await outcome(t, address, { maxVersion, ...of(expired) }), '200');
  }
  assert.equal(gateway.records.length, 2, 'no request of others was read');
  assert.equal(warnings(gateway, 'has no certificate').length, 1);
  const [refused] = warnings(gateway, 'is not accepted');
  assert.match(String(refused!.facts['detail']), /^CN=mallory: /);
  assert.equal(refused!.facts['client'], '127.0.0.1');
  assert.equal(gateway.gateway.status().listeners[0]!.tls!.failed, 6);
});

test('whatever host a client names by SNI, it needs the certificate that the listener requires', async t => {
  const issuer = new Authority(t, 'Clients');
  const stranger = of(new Authority(t, 'Strangers').issue({ name: 'mallory' }));
  const alice = of(issuer.issue({ name: 'alice' }));
  const certificates = ['one.example', 'two.example'].map(name => issuer.issue({ name }));
  const listen = [tlsListener(certificates, { clientCa: issuer.certFile })];
  const { address } = await startGateway(t, { listen, routes: HELLO });
  for (const servername of ['one.example', 'two.example', 'three.example', '']) {
    assert.equal(await outcome(t, address, { servername, ...alice }), '200');
    assert.notEqual(await outcome(t, address, { servername }), '200');
    assert.notEqual(await outcome(t, address, { servername, ...stranger }), '200');
  }
});

test('backends are told of the certificate of a client, and of none that it only claims to have', async t => {
  const issuer = new Authority(t, 'Clients');
  const tls = tlsListener([issuer.issue({ name: 'a' })], {
    clientCa: issuer.certFile,
    clientAuth: 'optional',
  });
  const plain = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const;
  const gateway = await startGateway(t, { listen: [tls, plain], backends: [await tellTale(t)] });
  const [secure, open] = gateway.gateway.addresses as [string, string];
  const forged = ['X-Client-Verify: SUCCESS', 'x-client-subject: CN=root', 'Client-Cert: :AAAA:'];
  forged.push('X_Client_Verify: SUCCESS', 'X-Client_Subject: CN=root', 'Client_Cert: :AAAA:');
  forged.push('X-Client-Fingerprint: 00', 'Client-Cert-Chain: :AAAA:', 'Connection: X-Client-Verify');
  const told = async (address: string, options?: ConnectionOptions): Promise<string[]> => {
    const client = await (options === undefined ? connect(t, address) : connectTls(t, address, options));
    client.send(get('/', ...forged));
    const fields = JSON.parse((await client.response()).text) as [string, string][];
    const lines = fields.map(field => field.join(': '));
    return lines.filter(line => /client.?(cert|verify|subj|iss|ser|fing)/i.test(line));
  };
  assert.deepEqual(await told(open), []);
  assert.deepEqual(await told(secure, {}), ['X-Client-Verify: NONE']);
  const alice = issuer.issue({ name: 'alice' });
  const lines = await told(secure, of(alice));
  assert.equal(lines[0], 'X-Client-Verify: SUCCESS');
  assert.deepEqual(lines.slice(1, 3), ['X-Client-Subject: CN=alice', 'X-Client-Issuer: CN=Clients']);
  assert.match(lines[3]!, /^X-Client-Serial: 01[0-9A-F]{16}$/);
  assert.match(lines[4]!, /^X-Client-Fingerprint: [0-9A-F]{64}$/);
  const der = alice.cert.replace(/-----.*?-----|\s/g, '');
  assert.deepEqual(lines.slice(5), [`Client-Cert: :${der}:`]);
  const bob = new Authority(t, 'Strangers').issue({ name: 'bob' });
  const [verdict, ...rest] = await told(secure, of(bob));
  assert.match(verdict!, /^X-Client-Verify: FAILED:\w+$/);
  assert.ok(!rest.some(line => line.startsWith('Client-Cert')), 'only an accepted one is passed on whole');
});

test('sessions are resumed, and none of one listener where another treats clients otherwise', async t => {
  const issuer = new Authority(t, 'Clients');
  const certificate = issuer.issue({ name: 'a' });
  const open = tlsListener([certificate]);
  const closed = tlsListener([certificate], { clientCa: issuer.certFile });
  const gateway = await startGateway(t, { listen: [open, open, closed], routes: HELLO });
  const [first, second, strict] = gateway.gateway.addresses as [string, string, string];
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const client = await connectTls(t, first, { maxVersion });
    let session = client.tls.getSession();
    client.tls.on('session', later => {
      session = later;
    });
    client.send(get());
    await client.response();
    const again = await connectTls(t, first, { maxVersion, session });
    assert.ok(again.tls.isSessionReused(), maxVersion);
    assert.ok((await connectTls(t, second, { maxVersion, session })).tls.isSessionReused(), maxVersion);
    assert.notEqual(await outcome(t, strict, { maxVersion, session }), '200');
  }
});

test('a resumed session is still that of the client whose certificate was shown', async t => {
  const issuer = new Authority(t, 'Clients');
  const listen = [tlsListener([issuer.issue({ name: 'a' })], { clientCa: issuer.certFile })];
  const gateway = await startGateway(t, { listen, backends: [await tellTale(t)] });
  const alice = of(issuer.issue({ name: 'alice' }));
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const client = await connectTls(t, gateway.address, { maxVersion, ...alice });
    let session = client.tls.getSession();
    client.tls.on('session', later => {
      session = later;
    });
    client.send(get());
    await client.response();
    // It shows none this time.
    const again = await connectTls(t, gateway.address, { maxVersion, session });
    assert.ok(again.tls.isSessionReused(), maxVersion);
    again.send(get());
    const { text } = await again.response();
    assert.match(text, /"X-Client-Verify","SUCCESS"/);
    assert.match(text, /"X-Client-Subject","CN=alice"/);
  }
});

test('connections that wait for their handshake are let go where TLS is given up meanwhile', async t => {
  const listen = [tlsListener([new Authority(t).issue({ name: 'a' })])];
  const gateway = await startGateway(t, { listen, routes: HELLO, client: { maxHandshakes: 1 } });
  const { address } = gateway;
  const peers = await Promise.all([0, 1, 2].map(() => connect(t, address)));
  await eventually('all are there', () => gateway.clients === 3);
  const plain = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const;
  await gateway.gateway.reload(makeConfig({ listen: [plain], routes: HELLO ?? [] }));
  peers[0]!.close();
  await Promise.all([peers[1]!.closed(), peers[2]!.closed()]);
  await eventually('nothing is left', () => gateway.clients === 0);
  assert.equal((await connect(t, gateway.address).then(peer => peer.send(get()).response())).status, 200);
});

test('certificates are read anew when their files have changed, and those from before stay while new ones do not fit', async t => {
  const authority = new Authority(t);
  const served = authority.issue({ name: 'before' });
  const gateway = await startGateway(t, { listen: [tlsListener([served])], routes: HELLO });
  const old = await connectTls(t, gateway.address);
  const next = authority.issue({ name: 'after' });
  writeFileSync(served.certFile, 'half of a certificate');
  await eventually('the log says so', () => gateway.messages.some(({ level }) => level === 'error'));
  assert.equal(await shown(t, gateway.address, ''), 'before');
  (gateway.messages as LoggedMessage[]).splice(0);
  copyFileSync(next.certFile, `${served.certFile}.new`);
  renameSync(`${served.certFile}.new`, served.certFile);
  await eventually('the new one is used', () =>
    gateway.messages.some(({ message }) => message.includes('read anew')),
  );
  assert.equal(await shown(t, gateway.address, ''), 'after');
  old.send(get());
  assert.equal((await old.response()).status, 200, 'who is connected stays so');
  assert.deepEqual(gateway.gateway.status().listeners[0]!.tls!.certificates[0]!.names, ['after']);
});

test('a reload follows the options of a listener that stays where it is', async t => {
  const issuer = new Authority(t);
  const [one, two] = [issuer.issue({ name: 'one' }), issuer.issue({ name: 'two' })];
  const plain = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const;
  const gateway = await startGateway(t, { listen: [plain], routes: HELLO });
  const before = gateway.address;
  const kept = await connect(t, before);
  const reload = (listen: Setting['listen']) =>
    gateway.gateway.reload(makeConfig({ listen: listen ?? [], routes: HELLO ?? [] }));
  await reload([tlsListener([one])]);
  assert.equal(gateway.address, before.replace('http:', 'https:'));
  assert.equal(await shown(t, gateway.address, ''), 'one');
  await reload([tlsListener([two])]);
  assert.equal(await shown(t, gateway.address, ''), 'two');
  await assert.rejects(reload([tlsListener([{ ...one, certFile: '/nowhere' }])]), /nowhere/);
  assert.equal(await shown(t, gateway.address, ''), 'two');
  await reload([tlsListener([two], { clientCa: issuer.certFile })]);
  assert.notEqual(await outcome(t, gateway.address, {}), '200');
  kept.send(get());
  assert.equal((await kept.response()).status, 200);
  await reload([plain]);
  assert.equal(gateway.address, before);
});

test('a thousand connections that never finish their handshake keep nobody else out for long', async t => {
  const listen = [tlsListener([new Authority(t).issue({ name: 'a' })])];
  const client = { maxHandshakes: 500 };
  const gateway = await startGateway(t, { listen, routes: HELLO, client });
  const port = Number(new URL(gateway.address).port);
  for (let i = 0; i < 1000; i++) {
    const socket = open(port, '127.0.0.1', () => socket.write('\x16\x03\x01\x02\x00\x01'));
    socket.on('error', () => {});
    afterwards(t, () => socket.destroy());
  }
  await eventually('all are there', () => gateway.clients === 1000);
  assert.equal(await outcome(t, gateway.address, {}), '200');
});

test('a handshake that takes too long ends, whether its client says nothing or half of it', async t => {
  const listen = [tlsListener([new Authority(t).issue({ name: 'a' })])];
  const gateway = await startGateway(t, { listen, routes: HELLO, client: { handshakeTimeout: 50 } });
  const peers = await Promise.all([0, 1].map(() => connect(t, gateway.address)));
  peers[1]!.send('\x16\x03\x01\x02\x00\x01');
  for (const peer of peers) assert.notEqual(await peer.closed(), 'ours');
  assert.equal(gateway.clients, 0);
});

test('a client that closes within its handshake is gone at once, and is no fault', async t => {
  const listen = [tlsListener([new Authority(t).issue({ name: 'a' })])];
  const gateway = await startGateway(t, { listen, routes: HELLO, client: { handshakeTimeout: 60_000 } });
  const peers = await Promise.all([0, 1].map(() => connect(t, gateway.address)));
  peers[1]!.send('\x16\x03\x01\x02\x00\x01');
  for (const peer of peers) peer.halfClose();
  await eventually('both are gone', () => gateway.clients === 0);
  assert.equal(gateway.messages.filter(({ message }) => message.includes('handshake')).length, 0);
});

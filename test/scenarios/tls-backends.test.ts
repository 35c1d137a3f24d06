import assert from 'node:assert/strict';
import { copyFileSync, utimesSync } from 'node:fs';
import { test } from 'node:test';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { type BackendConnection, ok } from '../support/backend.ts';
import { Authority } from '../support/certificates.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { makeConfig } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { SHARES, SharingApp } from '../support/fastcgi-sharing.ts';
import { startGateway } from '../support/gateway.ts';
import { GUARD } from '../support/peer.ts';
import { answerOk, goodCertificate, tlsBackend } from '../support/tls-backend.ts';

/** The name in the certificate that a client has shown. */
function shown({ socket }: BackendConnection): string {
  return (socket as TLSSocket).getPeerCertificate().subject.CN as string;
}

const ONE_EACH = { keepalive: { connections: 0 } };

test('speaks TLS with a backend, on connections that are kept', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origin = await tlsBackend(t, { cert, key }, answerOk);
  const gateway = await startGateway(t, { backends: [`${origin.url},ca=${ca}`] });
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 20; i++) {
    client.send(i % 2 === 0 ? get() : post('/', 'abc'));
    assert.equal((await client.response()).text, 'ok');
  }
  assert.equal(origin.connections.length, 1);
  assert.equal(origin.requests[1]!.text, 'abc');
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const satisfies SecureVersion[]) {
  test(`a new connection resumes the session of one before, by ${version}`, async t => {
    const { ca, cert, key } = goodCertificate(t);
    const origin = await tlsBackend(t, { cert, key, minVersion: version, maxVersion: version }, answerOk);
    const gateway = await startGateway(t, { backends: [`${origin.url},ca=${ca}`], ...ONE_EACH });
    for (let i = 0; i < 5; i++) assert.equal((await exchange(t, gateway.address, get())).status, 200);
    assert.equal(origin.connections.length, 5);
    assert.deepEqual([origin.whole, origin.resumed], [1, 4]);
  });
}

test('a session is resumed with the endpoint that gave it, and with no other', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origins = [
    await tlsBackend(t, { cert, key }, answerOk),
    await tlsBackend(t, { cert, key }, answerOk),
  ];
  const gateway = await startGateway(t, {
    backends: origins.map(({ url }) => `${url},ca=${ca}`),
    balance: 'round-robin',
    ...ONE_EACH,
  });
  for (let i = 0; i < 4; i++) await exchange(t, gateway.address, get());
  for (const origin of origins) assert.deepEqual([origin.whole, origin.resumed], [1, 1]);
});

test('an https backend is asked for its host by SNI and for http/1.1 by ALPN', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origin = await tlsBackend(t, { cert, key, ALPNProtocols: ['h2', 'http/1.1'] }, answerOk);
  const url = `https://localhost:${origin.port},ca=${ca},name=x`;
  const gateway = await startGateway(t, { backends: [url] });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.deepEqual(origin.names, ['localhost']);
  assert.deepEqual(origin.protocols, ['http/1.1']);
});

test('an address is verified, and no server name is sent for it', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origin = await tlsBackend(t, { cert, key }, answerOk);
  const gateway = await startGateway(t, { backends: [`${origin.url},ca=${ca}`] });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.deepEqual(origin.names, ['']);
});

test('sni= is what is asked for and what the certificate has to be for', async t => {
  const authority = new Authority(t);
  const { cert, key } = authority.issue({ name: 'app.internal' });
  const origin = await tlsBackend(t, { cert, key }, answerOk);
  const url = `${origin.url},ca=${authority.certFile}`;
  const gateway = await startGateway(t, { backends: [`${url},sni=app.internal`], pools: { other: [url] } });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.deepEqual(origin.names, ['app.internal']);
});

test('every address of a name has to have the certificate of the name', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origin = await tlsBackend(t, { cert, key }, answerOk);
  const gateway = await startGateway(t, {
    backends: [`https://localhost:${origin.port},ca=${ca},expand=addresses,family=4`],
  });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.deepEqual(origin.names, ['localhost']);
  assert.equal(gateway.gateway.status().pools[0]!.endpoints[0]!.address, `127.0.0.1:${origin.port}`);
});

test('cert= and key= are shown to a backend that wants them', async t => {
  const { ca, authority, cert, key } = goodCertificate(t);
  const own = authority.issue({ name: 'gateway.example' });
  const options = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  const origin = await tlsBackend(t, options, connection => connection.always(ok(shown(connection))));
  const gateway = await startGateway(t, {
    backends: [`${origin.url},ca=${ca},cert=${own.certFile},key=${own.keyFile}`],
  });
  assert.equal((await exchange(t, gateway.address, get())).text, 'gateway.example');
});

test('insecure accepts any certificate, and is said in the status and at each reload', async t => {
  const { cert, key } = new Authority(t).issue({ name: 'somebody.else', from: -9, to: -1 });
  const origin = await tlsBackend(t, { cert, key }, answerOk);
  const gateway = await startGateway(t, { backends: [`${origin.url},insecure`] });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.equal(gateway.gateway.status().pools[0]!.endpoints[0]!.tls, 'insecure');
  await gateway.gateway.reload(gateway.gateway.config);
  const said = gateway.messages.filter(({ message }) =>
    /is insecure: its certificate is not checked/.test(message),
  );
  assert.deepEqual(
    said.map(({ level }) => level),
    ['warn'],
  );
});

for (const reloads of [false, true]) {
  test(`certificates that change on the disk are used ${reloads ? 'from a reload on' : 'soon, by themselves'}`, async t => {
    const { authority, ca, cert, key } = goodCertificate(t);
    const before = authority.issue({ name: 'before' });
    const after = authority.issue({ name: 'after' });
    const options = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    const origin = await tlsBackend(t, options, connection => connection.always(ok(shown(connection))));
    const gateway = await startGateway(t, {
      backends: [`${origin.url},ca=${ca},cert=${before.certFile},key=${before.keyFile}`],
      // What is kept is closed at a reload, and would keep files from being looked at before.
      ...(reloads ? {} : ONE_EACH),
    });
    const ask = async () => (await exchange(t, gateway.address, get())).text;
    assert.equal(await ask(), 'before');
    copyFileSync(after.certFile, before.certFile);
    utimesSync(before.certFile, 1, 1);
    if (reloads) await gateway.gateway.reload(gateway.gateway.config);
    const deadline = performance.now() + (reloads ? 0 : GUARD);
    while ((await ask()) !== 'after') assert.ok(performance.now() < deadline);
    assert.ok(gateway.messages.some(({ message }) => message === 'certificates were read anew'));
  });
}

test('requests share FastCGI connections inside of TLS, and the application is asked there whether it can do that', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const app = new SharingApp(SHARES);
  app.origin = await tlsBackend(t, { cert, key }, connection => app.serve(connection));
  const url = `${app.url().replace('fcgi:', 'fcgis:')},ca=${ca}`;
  const gateway = await startGateway(t, { backends: [url] });
  const clients = await Promise.all(Array.from({ length: 5 }, () => connect(t, gateway.address)));
  for (const [i, client] of clients.entries()) client.send(get(`/${i}`));
  await eventually(
    'all requests are there',
    () => app.requests.filter(({ complete }) => complete).length === 5,
  );
  for (const request of app.requests) request.answer();
  for (const [i, client] of clients.entries())
    assert.equal((await client.response()).text, `answer to /${i}`);
  assert.equal(app.asked, 1);
  assert.equal(app.carriers.length, 1);
});

for (const path of ['/', '']) {
  test(`a check ${path === '' ? 'that only connects' : 'by a request'} takes down a backend whose certificate is not good`, async t => {
    const { ca, cert, key } = goodCertificate(t);
    const good = await tlsBackend(t, { cert, key }, answerOk);
    const bad = await tlsBackend(t, new Authority(t, 'Somebody else').issue({ name: '127.0.0.1' }), answerOk);
    const gateway = await startGateway(t, {
      backends: [`${good.url},ca=${ca}`, `${bad.url},ca=${ca}`],
      check: { path, interval: 50, fall: 1 },
    });
    const states = () => gateway.gateway.status().pools[0]!.endpoints.map(({ state }) => state);
    await eventually('the one is down', () => states()[1] === 'down');
    assert.equal(states()[0], 'up');
    const { words } = gateway.gateway.status().pools[0]!.endpoints[1]!.check!;
    assert.match(words, /its certificate has an unknown issuer/);
  });
}

test('a reload by which a backend is trusted in another way holds for connections that were kept, too', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origin = await tlsBackend(t, { cert, key }, answerOk);
  const gateway = await startGateway(t, { backends: [`${origin.url},insecure`] });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  const stranger = new Authority(t, 'Somebody else').certFile;
  await gateway.gateway.reload(makeConfig({ backends: [`${origin.url},ca=${stranger}`] }));
  assert.equal((await exchange(t, gateway.address, get())).status, 502);
  await gateway.gateway.reload(makeConfig({ backends: [`${origin.url},ca=${ca}`] }));
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
});

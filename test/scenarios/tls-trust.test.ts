import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { type AddressInfo, createServer, connect as dialled } from 'node:net';
import { type TestContext, test } from 'node:test';
import { afterwards } from '../support/afterwards.ts';
import { ok } from '../support/backend.ts';
import { Authority } from '../support/certificates.ts';
import { connect, exchange, get } from '../support/client.ts';
import { makeConfig } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { SHARES, SharingApp } from '../support/fastcgi-sharing.ts';
import { startGateway } from '../support/gateway.ts';
import { GUARD } from '../support/peer.ts';
import { answerOk, goodCertificate, tlsBackend } from '../support/tls-backend.ts';

/** Each request has a connection of its own, so that sessions are resumed. */
const ONE_EACH = { keepalive: { connections: 0 } };

test('a connection that was in use when its issuer lost its trust carries no further request', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origin = await tlsBackend(t, { cert, key }, async connection => {
    await connection.request();
    await trusted;
    connection.send(ok());
    await connection.always(ok());
  });
  const setting = { backends: [`${origin.url},ca=${ca}`] };
  const gateway = await startGateway(t, setting);
  let go!: () => void;
  const trusted = new Promise<void>(resolve => {
    go = resolve;
  });
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('the request is there', () => origin.requests.length === 1);
  copyFileSync(new Authority(t, 'Somebody else').certFile, ca);
  await gateway.gateway.reload(makeConfig(setting));
  go();
  assert.equal((await client.response()).status, 200);
  assert.equal((await exchange(t, gateway.address, get())).status, 502);
});

test('a FastCGI connection that others share takes no further request once its issuer has lost its trust', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const app = new SharingApp(SHARES);
  app.origin = await tlsBackend(t, { cert, key }, connection => app.serve(connection));
  const setting = { backends: [`${app.url().replace('fcgi:', 'fcgis:')},ca=${ca}`] };
  const gateway = await startGateway(t, setting);
  const client = await connect(t, gateway.address);
  client.send(get('/first'));
  await eventually('the request is there', () => app.find('/first')?.complete === true);
  copyFileSync(new Authority(t, 'Somebody else').certFile, ca);
  await gateway.gateway.reload(makeConfig(setting));
  assert.equal((await exchange(t, gateway.address, get('/second'))).status, 502);
  app.find('/first')!.answer();
  assert.equal((await client.response()).text, 'answer to /first');
  await eventually('the connection is closed', () =>
    app.carriers.every(({ ending }) => ending !== undefined),
  );
});

test('no session of before stands for an issuer that has lost its trust', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origin = await tlsBackend(t, { cert, key }, answerOk);
  const gateway = await startGateway(t, { ...ONE_EACH, backends: [`${origin.url},ca=${ca}`] });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  copyFileSync(new Authority(t, 'Somebody else').certFile, ca);
  const known = () => gateway.messages.some(({ message }) => message === 'certificates were read anew');
  const deadline = performance.now() + GUARD;
  let status = 0;
  while (!known() && performance.now() < deadline) ({ status } = await exchange(t, gateway.address, get()));
  assert.equal(status, 502);
});

test('no session of a handshake that was under way stands for an issuer that has lost its trust', async t => {
  const { ca, cert, key } = goodCertificate(t);
  const origin = await tlsBackend(t, { cert, key, maxVersion: 'TLSv1.2' }, answerOk);
  const relay = await slowRelay(t, origin.port);
  const setting = { ...ONE_EACH, backends: [`https://127.0.0.1:${relay.port},ca=${ca}`] };
  const gateway = await startGateway(t, setting);
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('the handshake is under way', () => relay.holds);
  copyFileSync(new Authority(t, 'Somebody else').certFile, ca);
  await gateway.gateway.reload(makeConfig(setting));
  relay.letThrough();
  assert.equal((await client.response()).status, 200);
  assert.equal((await exchange(t, gateway.address, get())).status, 502);
});

/** Stands before a backend, and keeps what that says until it is told to let it through. */
async function slowRelay(t: TestContext, port: number) {
  const held: (() => void)[] = [];
  let open = false;
  const server = createServer(front => {
    const back = dialled(port, '127.0.0.1');
    for (const socket of [front, back]) socket.on('error', () => {});
    front.pipe(back);
    back.on('data', chunk => (open ? front.write(chunk) : held.push(() => front.write(chunk))));
    back.on('end', () => front.end());
    afterwards(t, () => front.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, () => server.close());
  return {
    port: (server.address() as AddressInfo).port,
    get holds() {
      return held.length > 0;
    },
    letThrough() {
      open = true;
      for (const write of held.splice(0)) write();
    },
  };
}

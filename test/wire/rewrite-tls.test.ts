import assert from 'node:assert/strict';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { Authority } from '../support/certificates.ts';
import { connect, get } from '../support/client.ts';
import { NO_REWRITE } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import { connectTls } from '../support/tls-client.ts';
import { tlsListener } from '../support/tls-listener.ts';

const SAID = '{scheme} {tls.version} {tls.server-name} {tls.subject} {tls.issuer} {tls.verified}';

test('a route says of TLS what it is, and of a client without a certificate nothing (10)', async t => {
  const issuer = new Authority(t, 'Clients');
  const alice = issuer.issue({ name: 'alice' });
  const secured = tlsListener([issuer.issue({ name: 'example.com' })], {
    clientCa: issuer.certFile,
    clientAuth: 'optional',
  });
  const open = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const;
  const origin = await okBackend(t);
  const set = [
    ['X-Tls', SAID],
    ['X-User', '{tls.subject}'],
  ] as const;
  const gateway = await startGateway(t, {
    backends: [origin.url],
    listen: [secured, open],
    routes: [{ rewrite: { request: { ...NO_REWRITE.request, set } } }],
  });
  const [byTls, plain] = gateway.gateway.addresses as [string, string];
  const servername = 'example.com';
  for (const client of [
    await connectTls(t, byTls, { servername, cert: alice.cert, key: alice.key }),
    await connectTls(t, byTls, { servername }),
    await connect(t, plain),
  ]) {
    client.send(get('/', 'X-User: CN=root', 'x_user: CN=root', 'X-Tls: TLSv1.3'));
    assert.equal((await client.response()).status, 200);
  }
  assert.deepEqual(
    origin.requests.map(request => [
      request.field('x-tls'),
      request.field('x-user'),
      request.field('x_user'),
    ]),
    [
      ['https TLSv1.3 example.com CN=alice CN=Clients yes', 'CN=alice', undefined],
      ['https TLSv1.3 example.com', undefined, undefined],
      ['http', undefined, undefined],
    ],
  );
});

test('the certificate of a trusted proxy is not said of the client for whom it speaks (10)', async t => {
  const issuer = new Authority(t, 'Clients');
  const proxy = issuer.issue({ name: 'proxy' });
  const origin = await okBackend(t);
  const set = [['X-User', '{tls.subject} {tls.verified}']] as const;
  const gateway = await startGateway(t, {
    backends: [origin.url],
    listen: [tlsListener([issuer.issue({ name: 'example.com' })], { clientCa: issuer.certFile })],
    trustProxy: ['127.0.0.1'],
    routes: [{ rewrite: { request: { ...NO_REWRITE.request, set } } }],
  });
  const client = await connectTls(t, gateway.address, { cert: proxy.cert, key: proxy.key });
  for (const lines of [['X-Forwarded-For: 192.0.2.1'], []]) {
    client.send(get('/', ...lines));
    assert.equal((await client.response()).status, 200);
  }
  assert.deepEqual(
    origin.requests.map(request => request.field('x-user')),
    [undefined, 'CN=proxy yes'],
  );
});

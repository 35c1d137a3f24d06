import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { type BackendConnection, backend, okBackend } from '../support/backend.ts';
import { Authority } from '../support/certificates.ts';
import { exchange, get, post } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { answerOk, goodCertificate, tlsBackend } from '../support/tls-backend.ts';

/** A backend with a fault of TLS, as a backend URL. */
type Faulty = (t: TestContext) => Promise<string>;

const LOCAL = { name: 'localhost', hosts: ['localhost', '127.0.0.1'] };

function withCertificate(subject: { hosts?: string[]; from?: number; to?: number }): Faulty {
  return async t => {
    const authority = new Authority(t);
    const origin = await tlsBackend(t, authority.issue({ ...LOCAL, ...subject }), answerOk);
    return `${origin.url},ca=${authority.certFile}`;
  };
}

const unknownIssuer: Faulty = async t => {
  const origin = await tlsBackend(t, goodCertificate(t), answerOk);
  return `${origin.url},ca=${new Authority(t, 'Somebody else').certFile}`;
};

const withoutCa: Faulty = async t => (await tlsBackend(t, goodCertificate(t), answerOk)).url;

/** Whoever has the name and the key of its issuer is that issuer. */
const selfSigned: Faulty = async t => {
  const origin = await tlsBackend(t, new Authority(t, 'localhost').issue(LOCAL), answerOk);
  return origin.url;
};

function withServer(options: TlsOptions): Faulty {
  return async t => {
    const { ca, authority, cert, key } = goodCertificate(t);
    const origin = await tlsBackend(t, { cert, key, ca: authority.cert, ...options }, answerOk);
    return `${origin.url},ca=${ca}`;
  };
}

/** The first bytes of a handshake are no request. */
function withScript(script: (connection: BackendConnection) => unknown): Faulty {
  return async t => {
    const origin = await backend(t, async connection => {
      await connection.take(1);
      script(connection);
    });
    return origin.url.replace('http:', 'https:');
  };
}

const plain = withScript(connection => connection.send('HTTP/1.1 400 Bad Request\r\n\r\n').halfClose());
const closing = withScript(connection => connection.close());

const CERTIFICATE = 'tls_certificate_error';
const ALERT = 'tls_alert_received';
const PROTOCOL = 'tls_protocol_error';

for (const [fault, faulty, kind, parameters, words] of [
  [
    'whose certificate has expired',
    withCertificate({ from: -9, to: -1 }),
    CERTIFICATE,
    '; details="certificate has expired"',
    /CERT_HAS_EXPIRED/,
  ],
  [
    'whose certificate is not valid yet',
    withCertificate({ from: 1, to: 9 }),
    CERTIFICATE,
    '; details="certificate is not yet valid"',
    /is a clock wrong/,
  ],
  [
    'whose certificate is for another name',
    withCertificate({ hosts: ['app.internal'] }),
    CERTIFICATE,
    '; details="certificate is for another name"',
    /wanted 127\.0\.0\.1, and it is for DNS:app\.internal/,
  ],
  [
    'whose certificate has an issuer that nobody named',
    unknownIssuer,
    CERTIFICATE,
    '; details="certificate has an unknown issuer"',
    /ca= names/,
  ],
  [
    'whose certificate has an issuer that the system does not know',
    withoutCa,
    CERTIFICATE,
    '; details="certificate has an unknown issuer"',
    /ca= names/,
  ],
  [
    'whose certificate is signed by itself',
    selfSigned,
    CERTIFICATE,
    '; details="certificate is self-signed"',
    /SELF_SIGNED/,
  ],
  [
    'that misses a certificate, and says so in the handshake',
    withServer({ requestCert: true, maxVersion: 'TLSv1.2' }),
    ALERT,
    '; alert-id=40; alert-message="handshake_failure"',
    /cert= and key=/,
  ],
  [
    'that misses a certificate, and says so after the handshake',
    withServer({ requestCert: true }),
    ALERT,
    '; alert-id=116; alert-message="certificate_required"',
    /cert= and key=/,
  ],
  [
    'that speaks old versions only',
    withServer({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }),
    ALERT,
    '; alert-id=70; alert-message="protocol_version"',
    /protocol_version/,
  ],
  ['that speaks plain text', plain, PROTOCOL, '', /plain text/],
  ['that closes in the handshake', closing, PROTOCOL, '', /in the middle of the handshake/],
] as const) {
  test(`a backend ${fault} gives 502, and Proxy-Status says why without a name`, async t => {
    const gateway = await startGateway(t, { backends: [await faulty(t)] });
    const answer = await exchange(t, gateway.address, get());
    assert.equal(answer.status, 502);
    assert.equal(answer.field('proxy-status'), `sluice; error=${kind}${parameters}`);
    assert.doesNotMatch(JSON.stringify([answer.fields, answer.text]), /app\.internal|127\.0\.0\.1/);
    const [record] = await gateway.ended(1);
    assert.match(record!.detail, words);
    assert.equal(gateway.gateway.status().pools[0]!.endpoints[0]!.fails, 3);
  });

  test(`a POST goes on from a backend ${fault} to another one`, async t => {
    const good = await okBackend(t);
    const gateway = await startGateway(t, { backends: [await faulty(t), good.url], balance: 'first' });
    assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).status, 200);
    assert.equal(good.requests[0]!.text, 'abc');
    assert.deepEqual(
      (await gateway.ended(1))[0]!.attempts.map(({ reason }) => reason),
      [kind, ''],
    );
    const { state, why } = gateway.gateway.status().pools[0]!.endpoints[0]!;
    assert.equal(state, 'ejected');
    assert.match(why, words);
    const ejected = gateway.messages.find(({ message }) => message === 'endpoint ejected');
    assert.match(String(ejected!.facts['detail']), words);
  });
}

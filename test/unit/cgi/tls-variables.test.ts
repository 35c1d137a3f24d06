import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTlsVariables } from '../../../src/cgi/tls-variables.ts';
import type { BackendRequest, TlsFacts } from '../../../src/protocol.ts';

const CERTIFICATE = {
  subject: 'CN=alice',
  issuer: 'CN=Clients',
  serial: '01',
  fingerprint: 'AB',
  verified: true,
  reason: '',
  der: 'AAAA',
};

const FACTS: TlsFacts = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_128_GCM_SHA256',
  serverName: 'a.example',
  asksForCertificate: true,
  certificate: CERTIFICATE,
};

/** The variables of a request by a client, on a connection of a peer. */
function variables(tls: TlsFacts, client = '192.0.2.1', remoteAddress = '192.0.2.1'): string[] {
  const list: string[] = [];
  const ends = { remoteAddress, remotePort: 0, localAddress: '', localPort: 0 };
  addTlsVariables(list, tls, { client, ends } as BackendRequest);
  return list;
}

const OF_THE_CONNECTION = [
  'SSL_PROTOCOL',
  'TLSv1.3',
  'SSL_CIPHER',
  'TLS_AES_128_GCM_SHA256',
  'SSL_TLS_SNI',
  'a.example',
];

const OF_THE_CERTIFICATE = ['SSL_CLIENT_S_DN', 'CN=alice', 'SSL_CLIENT_I_DN', 'CN=Clients'];

test('an application is told of TLS and of the certificate of its client, in the names of mod_ssl (55)', () => {
  assert.deepEqual(variables(FACTS), [
    ...OF_THE_CONNECTION,
    'SSL_CLIENT_VERIFY',
    'SUCCESS',
    ...OF_THE_CERTIFICATE,
    'SSL_CLIENT_M_SERIAL',
    '01',
  ]);
  assert.ok(variables(FACTS, 'unix', '').includes('SUCCESS'));
});

test('a certificate that is not accepted is told of as such, and so is that there is none (55)', () => {
  const certificate = { ...CERTIFICATE, verified: false, reason: 'CERT_HAS_EXPIRED' };
  assert.ok(variables({ ...FACTS, certificate }).includes('FAILED:CERT_HAS_EXPIRED'));
  assert.deepEqual(variables({ ...FACTS, certificate: null }).slice(6), ['SSL_CLIENT_VERIFY', 'NONE']);
});

test('the certificate of a proxy is not taken for that of the client for whom it speaks (55)', () => {
  assert.deepEqual(variables(FACTS, '198.51.100.7', '192.0.2.1'), OF_THE_CONNECTION);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultLog } from '../../../../src/client/tls/fault-log.ts';
import { faultOf, refusedCertificate } from '../../../../src/client/tls/handshake-fault.ts';
import { MemoryLog } from '../../../support/memory-log.ts';

for (const [code, words] of [
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'a client does not know the issuer of the certificate'],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN', 'a client does not know or accept the certificate'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'a client does not know or accept the certificate'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'a client does not know or accept the certificate'],
  ['ERR_SSL_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE', 'a client does not know or accept the certificate'],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', 'a client finds the certificate expired'],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REVOKED', 'a client finds the certificate revoked'],
  ['ERR_SSL_SSL/TLS_ALERT_UNSUPPORTED_CERTIFICATE', 'a client cannot use certificates of this kind'],
  ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', 'a client has no certificate, which this listener requires'],
] as const) {
  test(`${code} is a matter of certificates, and is told as one`, () => {
    const fault = faultOf(Object.assign(new Error(code), { code }));
    assert.equal(fault!.words, words);
    assert.equal(fault!.matters, true);
  });
}

test('an alert about no certificate is none of that', () => {
  const code = 'ERR_SSL_SSL/TLS_ALERT_UNEXPECTED_MESSAGE';
  assert.equal(faultOf(Object.assign(new Error(code), { code }))!.matters, false);
});

function refused(subject: string) {
  const fields = { issuer: '', serial: '', fingerprint: '', der: '' };
  return refusedCertificate({ ...fields, verified: false, subject, reason: 'CERT_HAS_EXPIRED' });
}

test('certificates of several clients that are not accepted have a line each, and alike ones are counted', t => {
  let time = 0;
  t.mock.method(performance, 'now', () => time);
  const log = new MemoryLog();
  const faults = new FaultLog(log);
  for (const subject of ['CN=a', 'CN=b', 'CN=a', 'CN=c']) faults.add(refused(subject), 'l', '192.0.2.1');
  const subjects = () => log.messages.map(({ facts }) => String(facts['detail']).slice(0, 4));
  assert.deepEqual(subjects(), ['CN=a', 'CN=b', 'CN=c']);
  time += 10_000;
  faults.add(refused('CN=a'), 'l', '192.0.2.1');
  assert.equal(log.messages.at(-1)!.facts['alike'], 1);
});

test('whoever makes up many certificates gets few lines', t => {
  let time = 0;
  t.mock.method(performance, 'now', () => time);
  const log = new MemoryLog();
  const faults = new FaultLog(log);
  for (let i = 0; i < 1000; i++) faults.add(refused(`CN=${i}`), 'l', '192.0.2.1');
  assert.equal(log.messages.length, 17);
  time += 10_000;
  faults.add(refused('CN=x'), 'l', '192.0.2.1');
  assert.match(String(log.messages.at(-1)!.facts['detail']), /^CN=x/);
});

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { certificateNames } from '../../../../src/client/tls/certificate-names.ts';
import { clientCertificate } from '../../../../src/client/tls/connection-facts.ts';
import { distinguishedName } from '../../../../src/client/tls/distinguished-name.ts';
import { warnOfExpiry } from '../../../../src/client/tls/expiry.ts';
import { Authority } from '../../../support/certificates.ts';
import { MemoryLog } from '../../../support/memory-log.ts';

test('the names of a certificate are its alternative names in lower case, without addresses', t => {
  const authority = new Authority(t);
  const names = (name: string, hosts: string[]) =>
    certificateNames(new X509Certificate(authority.issue({ name, hosts }).cert));
  assert.deepEqual(names('other', ['WWW.Example.com', '*.example.com', '127.0.0.1']), [
    'www.example.com',
    '*.example.com',
  ]);
  assert.deepEqual(names('other', ['127.0.0.1']), [], 'a common name does not count beside others');
  assert.deepEqual(names('other', ['a b', '*', '*.*.example']), []);
  const odd = { subjectAltName: 'DNS:"a, DNS:evil.example"' } as X509Certificate;
  assert.deepEqual(certificateNames(odd), [], 'one name that looks like two');
});

test('without alternative names the common name counts, if it is a host', t => {
  assert.deepEqual(certificateNames(new X509Certificate(new Authority(t, 'old.example').cert)), [
    'old.example',
  ]);
  assert.deepEqual(certificateNames(new X509Certificate(new Authority(t, 'No Host').cert)), []);
});

test('a distinguished name is written as RFC 4514 has it, and never ends a line', t => {
  assert.equal(distinguishedName('C=DE\nO=Example\\, Inc\nCN=alice'), 'CN=alice,O=Example\\, Inc,C=DE');
  assert.equal(distinguishedName('CN=a\r\x00b'), 'CN=a??b');
  assert.equal(distinguishedName('CN=\u00e9'), 'CN=\u00c3\u00a9', 'UTF-8 as latin1');
  assert.equal(distinguishedName(undefined), '');
  const evil = new X509Certificate(new Authority(t, 'a\r\nX-Client-Verify: SUCCESS').cert);
  assert.doesNotMatch(clientCertificate(evil, '').subject, /[\r\n]/);
});

test('a certificate that has ended since its session began is not accepted any more', t => {
  const authority = new Authority(t);
  const certificate = new X509Certificate(authority.issue({ name: 'late', from: -3, to: -2 }).cert);
  const { verified, reason } = clientCertificate(certificate, '');
  assert.deepEqual([verified, reason], [false, 'CERT_HAS_EXPIRED']);
});

test('the log speaks of certificates that end within 14 days, and of those that have ended', () => {
  const DAY = 86_400_000;
  const log = new MemoryLog();
  const certificates = [15, 13.5, 1.5, -1].map(days => ({
    file: `${days}.crt`,
    names: ['a'],
    notAfter: days * DAY,
  }));
  warnOfExpiry(certificates, log, 0);
  assert.deepEqual(
    log.messages.map(({ message, facts }) => `${facts['file']}: ${message}`),
    [
      '13.5.crt: a certificate expires in 13 days',
      '1.5.crt: a certificate expires in a day',
      '-1.crt: a certificate has expired: clients refuse it',
    ],
  );
});

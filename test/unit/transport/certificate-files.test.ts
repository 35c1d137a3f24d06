import assert from 'node:assert/strict';
import { copyFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { CertificateFiles } from '../../../src/transport/certificate-files.ts';
import { Authority } from '../../support/certificates.ts';

test('the same files are one thing, and are read again when they have changed', t => {
  const authority = new Authority(t);
  const { certFile, keyFile } = authority.issue({ name: 'one' });
  const names = { ca: authority.certFile, cert: certFile, key: keyFile };
  const files = CertificateFiles.of(names);
  const { context } = files;
  assert.equal(CertificateFiles.of({ ...names }), files);
  assert.equal(files.context, context);
  copyFileSync(authority.issue({ name: 'two' }).certFile, certFile);
  utimesSync(certFile, 1, 1);
  files.renew();
  assert.notEqual(files.context, context);
});

test('files that cannot be used leave the ones from before in force, and say why until they can be', t => {
  const authority = new Authority(t);
  const { certFile, keyFile, cert } = authority.issue({ name: 'one' });
  const files = CertificateFiles.of({ ca: authority.certFile, cert: certFile, key: keyFile });
  const { context } = files;
  writeFileSync(certFile, 'half a certificate');
  files.renew();
  assert.equal(files.context, context);
  assert.notEqual(files.refusal, '');
  rmSync(certFile);
  files.renew();
  assert.equal(files.context, context);
  assert.match(files.refusal, /ENOENT/);
  writeFileSync(certFile, cert);
  files.renew();
  assert.equal(files.refusal, '');
  assert.notEqual(files.context, context);
});

test('files that are not there at the start are a mistake', t => {
  const { certFile } = new Authority(t);
  assert.throws(() => CertificateFiles.of({ ca: `${certFile}.not`, cert: '', key: '' }), /ENOENT/);
});

import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { now } from '../../../src/clock.ts';
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

test('the first who asks after a second has what the files say by then, and nobody looks again sooner', t => {
  // Whole milliseconds, so that sums of them are exact.
  let time = Math.ceil(now());
  t.mock.method(performance, 'now', () => time);
  const later = (ms: number) => {
    time += ms;
    now();
  };
  const [one, two, three] = [new Authority(t), new Authority(t), new Authority(t)];
  const files = CertificateFiles.of({ ca: one.certFile, cert: '', key: '' });
  const first = files.context;
  copyFileSync(two.certFile, one.certFile);
  later(999);
  assert.equal(files.context, first);
  later(1);
  const second = files.context;
  assert.notEqual(second, first);
  copyFileSync(three.certFile, one.certFile);
  utimesSync(one.certFile, 1, 1);
  assert.equal(files.context, second);
  later(6000);
  assert.notEqual(files.context, second);
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
  assert.match(files.refusal, /no such file/);
  writeFileSync(certFile, cert);
  files.renew();
  assert.equal(files.refusal, '');
  assert.notEqual(files.context, context);
});

const WITHOUT_USE: Readonly<Record<string, (whole: string) => string>> = {
  'is empty': () => '',
  'holds something else': () => 'issuers',
  'is half there': whole => whole.slice(0, whole.length / 2),
  'ends within a further issuer': whole => whole + whole.slice(0, whole.length / 2),
};

for (const [what, made] of Object.entries(WITHOUT_USE)) {
  test(`a file of issuers that ${what} does not take the place of a whole one`, t => {
    const { certFile, cert } = new Authority(t);
    const files = CertificateFiles.of({ ca: certFile, cert: '', key: '' });
    const { context } = files;
    writeFileSync(certFile, made(cert));
    files.renew();
    assert.equal(files.context, context);
    assert.match(files.refusal, /certificate/);
  });
}

test('files that could not be used are read again once only their rights have changed', t => {
  const { certFile } = new Authority(t);
  const files = CertificateFiles.of({ ca: certFile, cert: '', key: '' });
  const { context } = files;
  chmodSync(certFile, 0o640);
  files.renew();
  assert.notEqual(files.context, context);
});

test('files that are not there at the start are a mistake', t => {
  const { certFile } = new Authority(t);
  assert.throws(() => CertificateFiles.of({ ca: `${certFile}.not`, cert: '', key: '' }), /no such file/);
});

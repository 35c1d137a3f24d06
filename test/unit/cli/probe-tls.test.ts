import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Authority } from '../../support/certificates.ts';
import { page, respond } from '../../support/fastcgi.ts';
import { answerOk, goodCertificate, tlsBackend } from '../../support/tls-backend.ts';
import { runCli } from './run-cli.ts';

async function secure(t: TestContext) {
  const { ca, authority, cert, key } = goodCertificate(t);
  const own = authority.issue({ name: 'operator' });
  const options = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  return { ca, own, origin: await tlsBackend(t, options, answerOk) };
}

test('a backend behind TLS is probed with a certificate, and its own is checked', async t => {
  const { ca, own, origin } = await secure(t);
  const words = ['--ca', ca, '--cert', own.certFile, '--key', own.keyFile, '--sni', 'localhost'];
  const { status, stdout, stderr } = await runCli(t, 'probe', origin.url, '/', ...words);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /200 OK/);
  assert.deepEqual(origin.names, ['localhost']);
});

test('what is wrong with a certificate is told in words, and the status is 1', async t => {
  const { ca, own, origin } = await secure(t);
  const [unknown, wrong, missing, any] = await Promise.all([
    runCli(t, 'probe', origin.url),
    runCli(t, 'probe', origin.url, '--ca', ca, '--sni', 'app.internal'),
    runCli(t, 'probe', origin.url, '--ca', ca),
    runCli(t, 'probe', origin.url, '--insecure', '--cert', own.certFile, '--key', own.keyFile),
  ]);
  assert.deepEqual(
    [unknown, wrong, missing, any].map(({ status }) => status),
    [1, 1, 1, 0],
  );
  assert.match(unknown.stderr, /its certificate has an unknown issuer/);
  assert.match(wrong.stderr, /wanted app\.internal, and it is for DNS:localhost/);
  assert.match(
    missing.stderr,
    /certificate_required \(116\); does it want a certificate of the gateway\? --cert FILE and --key FILE/,
  );
});

test('a FastCGI application behind TLS is probed', async t => {
  const authority = new Authority(t);
  const { cert, key } = authority.issue({ name: 'localhost', hosts: ['127.0.0.1'] });
  const origin = await tlsBackend(t, { cert, key }, connection => respond(connection, () => page('hello')));
  const url = `fcgis://127.0.0.1:${origin.port}`;
  const answer = await runCli(t, 'probe', url, '/x.php', '--root', '/srv', '--ca', authority.certFile);
  assert.deepEqual([answer.status, answer.stderr], [0, '']);
  assert.match(answer.stdout, /hello/);
  const refused = await runCli(t, 'probe', url, '/x.php', '--root', '/srv');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /unknown issuer/);
});

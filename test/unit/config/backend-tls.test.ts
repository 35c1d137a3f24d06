import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { parseBackendUrl } from '../../../src/config/backend-url.ts';
import { formatBackend } from '../../../src/config/format-backend.ts';
import { parseOrderedBackend } from '../../../src/config/ordered-backend.ts';
import { Authority } from '../../support/certificates.ts';
import { load, loadPool, mistakes } from './loading.ts';
import { refuses } from './refuses.ts';

const NO_TLS = { ca: '', cert: '', key: '', sni: '', insecure: false };

test('schemes with an s are spoken inside of TLS, and believe what the system believes', () => {
  for (const scheme of ['https', 'fcgis', 'scgis', 'uwsgis', 'srv+https']) {
    const url = `${scheme}://app.internal${scheme === 'srv+https' ? '' : ':1'}`;
    assert.deepEqual(parseBackendUrl(url).tls, NO_TLS, url);
  }
  assert.equal(parseBackendUrl('https://a').port, 443);
  assert.equal(parseBackendUrl('http://a').tls, undefined);
});

test('options say which issuers are believed, who the gateway is, and whom it asks for', () => {
  const { tls } = parseBackendUrl('https://10.0.0.1,ca=ca.pem,cert=me.pem,key=me.key,sni=App.Internal.');
  assert.deepEqual(tls, { ...NO_TLS, ca: 'ca.pem', cert: 'me.pem', key: 'me.key', sni: 'app.internal' });
  assert.equal(parseBackendUrl('https://a,insecure').tls?.insecure, true);
});

test('a PROXY header is sent in version 2 unless version 1 is asked for', () => {
  const versions = [
    'http://a',
    'http://a,send-proxy',
    'fcgi+unix:///x,send-proxy=v2',
    'https://a,send-proxy=v1',
  ];
  assert.deepEqual(
    versions.map(url => parseBackendUrl(url).sendProxy),
    [0, 2, 2, 1],
  );
  refuses(
    parseBackendUrl,
    'http://a,send-proxy=3',
    'expected send-proxy, send-proxy=v1 or send-proxy=v2; got "3"',
  );
  refuses(
    parseBackendUrl,
    'cgi:///x,send-proxy',
    'send-proxy is for backends with a socket; a program has none',
  );
});

test('options that do not fit together are refused with the remedy', () => {
  const said = (url: string, message: string): void => refuses(parseBackendUrl, url, message);
  said('http://a,ca=x', 'ca is an option of TLS; http is without it: write https://');
  said('http+unix:///x,insecure', 'insecure is an option of TLS; http+unix is without it, which has none');
  said(
    'https://a,insecure,ca=x',
    'insecure accepts every certificate, whoever issued it: leave ca= out, or better insecure',
  );
  said('https://a,insecure=yes', 'the backend option insecure takes no value');
  said(
    'https://a,cert=x',
    'cert= needs the key of its certificate: add key=FILE, the same file if it holds both',
  );
  said('https://a,key=x', 'key= needs its certificate: add cert=FILE');
  said(
    'https://a,sni=10.0.0.1',
    'sni: expected the name of a host, such as app.internal: an address is no server name (RFC 6066, 3); got "10.0.0.1"',
  );
  said('https://a,sni=a b', 'sni: expected a host name or address; got "a b"');
  said('https://a,ca', 'ca: expected the path of a file; got nothing');
  said('fcgis:///run/x', 'the path of a unix socket needs the scheme fcgi+unix: write fcgi+unix:///run/x');
});

test('files of backends begin at the directory of the configuration file, or at the working directory', t => {
  const authority = new Authority(t);
  const { certFile, keyFile } = authority.issue({ name: 'me' });
  const folder = dirname(certFile);
  const options = (from: string): string =>
    `ca=${relative(from, authority.certFile)},cert=${relative(from, certFile)},key=${relative(from, keyFile)}`;
  const whole = { ...NO_TLS, ca: authority.certFile, cert: certFile, key: keyFile };
  assert.deepEqual(loadPool({ backend: [`https://a,${options(process.cwd())}`] }).backends[0]!.tls, whole);
  const yaml = `pools: { a: { backends: "https://a,${options(folder)}" } }`;
  assert.deepEqual(load({}, yaml, false, join(folder, 'x.yaml')).pools[0]!.backends[0]!.tls, whole);
});

test('what is no certificate, or has another key, is a mistake at the backend', t => {
  const authority = new Authority(t);
  const { certFile, keyFile } = authority.issue({ name: 'me' });
  const other = join(dirname(certFile), 'x');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(other, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const said = (options: string): string[] =>
    mistakes({ backend: [`https://a,${options}`] }).map(line => line.replace(/^--backend "[^"]*": /, ''));
  assert.deepEqual(said(`ca=/no`), ['cannot read "/no": no such file or directory']);
  assert.deepEqual(said(`ca=${dirname(certFile)}`), [`${JSON.stringify(dirname(certFile))} is a directory`]);
  assert.deepEqual(said(`cert=${certFile},key=${other}`), [
    `the key in "${other}" is not that of the first certificate in "${certFile}": its own certificate stands first in a chain, or the files were mixed up`,
  ]);
  writeFileSync(
    other,
    privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }),
  );
  assert.match(said(`cert=${certFile},key=${other}`)[0]!, /has a passphrase, which nobody could type in/);
  writeFileSync(other, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
  assert.match(said(`cert=${certFile},key=${other}`)[0]!, /cannot be read; is the file whole\?$/);
  writeFileSync(other, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  assert.match(said(`cert=${other},key=${keyFile}`)[0]!, /its certificate 1 cannot be read/);
});

test('a backend is formatted as it is read', () => {
  for (const text of [
    'https://a:1,ca=/x,sni=b,send-proxy=v1',
    'https://a:1,insecure',
    'http://a:1,send-proxy=v2',
  ]) {
    assert.equal(formatBackend(parseBackendUrl(text)), text);
  }
});

test('files of a backend that an order adds have absolute paths, and are checked as those of a file are', t => {
  const authority = new Authority(t);
  assert.equal(parseOrderedBackend(`https://a,ca=${authority.certFile}`).tls?.ca, authority.certFile);
  refuses(
    parseOrderedBackend,
    'https://a,ca=ca.pem',
    'the gateway may run in another directory: write the absolute path of "ca.pem"',
  );
  refuses(parseOrderedBackend, 'https://a,ca=/no', 'cannot read "/no": no such file or directory');
});

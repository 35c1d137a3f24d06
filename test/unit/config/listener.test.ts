import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { differences } from '../../../src/config/differences.ts';
import { placeOf } from '../../../src/config/listen-address.ts';
import { parseListener } from '../../../src/config/listener.ts';
import { Authority } from '../../support/certificates.ts';
import { load, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const backend = ['http://a:1'];

test('TLS has pairs of certificate and key, and who asks for no client certificate names no issuer', () => {
  const { tls } = parseListener(':8443,tls,cert=a.pem,key=a.key,cert=/b.pem,key=/b=.key');
  assert.deepEqual(tls, {
    certificates: [
      { cert: 'a.pem', key: 'a.key' },
      { cert: '/b.pem', key: '/b=.key' },
    ],
    clientCa: '',
    clientAuth: 'required',
    minVersion: '1.2',
  });
});

test('client certificates are required unless they are optional, and TLS 1.2 may be left out', () => {
  const text = '[::1]:1,tls,cert=a,key=a,client-ca=ca.pem,client-auth=optional,min-version=1.3';
  const listen = parseListener(text);
  assert.equal(listen.text, text);
  assert.deepEqual(
    [listen.tls?.clientCa, listen.tls?.clientAuth, listen.tls?.minVersion],
    ['ca.pem', 'optional', '1.3'],
  );
  assert.equal(parseListener(':1,tls,cert=a,key=a,client-ca=b').tls?.clientAuth, 'required');
});

test('networks whose connections begin with a PROXY header are listed, on any listener', () => {
  assert.deepEqual(parseListener(':80,proxy-protocol=10.0.0.0/8,proxy-protocol=::1').proxyProtocol, [
    '10.0.0.0/8',
    '::1',
  ]);
  assert.deepEqual(parseListener('unix:/run/x,proxy-protocol=unix').proxyProtocol, ['unix']);
});

test('a listener without options has none', () => {
  for (const text of [':80', 'unix:/a,b', 'systemd:a,b']) {
    assert.deepEqual(
      Object.keys(parseListener(text)).filter(key => /tls|proxy/i.test(key)),
      [],
      text,
    );
  }
});

test('a place is the address alone, whatever options follow and however it was written', () => {
  const places = ['*:80,proxy-protocol=::1', 'unix:/a,b,proxy-protocol=unix', 'systemd:a,proxy-protocol=::1'];
  assert.deepEqual(
    places.map(text => placeOf(parseListener(text))),
    [':80', 'unix:/a,b', 'systemd:a'],
  );
});

test('options that do not fit together are refused with the remedy', () => {
  const said = (options: string, message: string): void =>
    refuses(parseListener, `:8443,${options}`, message);
  said('tls', 'tls needs a certificate: add cert=FILE,key=FILE');
  said('tls,cert=a', 'cert=a has no key: add key=FILE behind it, the same file if it holds both');
  said('tls,cert=a,key=a,key=b', 'key=b has no certificate: add cert=FILE before it');
  said('cert=a,key=b', 'cert= is an option of TLS: put ,tls before it, or leave it out');
  said('min-version=1.3', 'min-version= is an option of TLS: put ,tls before it, or leave it out');
  said(
    'tls,cert=a,key=a,client-auth=optional',
    'client-auth= is for clients with certificates: add client-ca=FILE with their issuers',
  );
  said('tls,tls', 'the listener option tls is given twice');
  said('tls=yes', 'the listener option tls takes no value');
  said('tsl', 'unknown listener option "tsl"; the nearest known one is "tls"');
  said(
    'tls,cert=a,key=a,min-version=1.1',
    'min-version: expected one of 1.2, 1.3; got "1.1", the nearest is 1.2',
  );
  said('proxy-protocol', 'proxy-protocol: expected a value behind "="; got nothing');
  said(
    'proxy-protocol=all',
    'proxy-protocol: expected a network such as 10.0.0.0/8, fd00::/8, an address such as 127.0.0.1, or unix; got "all"',
  );
  said(
    'proxy-protocol=unix',
    'proxy-protocol: unix is for unix sockets: name the networks of the proxies in front, such as 10.0.0.0/8',
  );
  refuses(
    parseListener,
    'unix:/x,proxy-protocol=10.0.0.0/8',
    'proxy-protocol: nobody has an address on a unix socket: write proxy-protocol=unix',
  );
  refusesAll(parseListener, [':1,', ':1,,tls', ':1,tls,cert=,key=a', ':1, tls', null, 8443]);
});

test('certificates begin at the working directory in a flag, and at the directory of the file in a file', t => {
  const { certFile, keyFile } = new Authority(t).issue({ name: 'a.test' });
  const text = (from: string): string =>
    `:1,tls,cert=${relative(from, certFile)},key=${relative(from, keyFile)}`;
  const pair = [{ cert: certFile, key: keyFile }];
  assert.deepEqual(load({ backend, listen: text(process.cwd()) }).listen[0]!.tls?.certificates, pair);
  const file = join('/etc/sluice', 'sluice.yaml');
  const found = load({ backend }, `listen: "${text('/etc/sluice')}"`, false, file).listen[0]!;
  assert.deepEqual(found.tls?.certificates, pair);
  assert.equal(found.text, text('/etc/sluice'));
});

test('what is no certificate, no key, or not its key is a mistake that names the file', t => {
  const authority = new Authority(t);
  const { certFile, keyFile } = authority.issue({ name: 'a.test' });
  const said = (options: string, message: string): void =>
    assert.deepEqual(mistakes({ backend, listen: [`:1,tls,${options}`] }), [
      `--listen ":1,tls,${options}${'"'}: ${message}`.replace(
        /^--listen ".*?": /,
        () => `--listen ${shown(options)}: `,
      ),
    ]);
  const shown = (options: string): string => {
    const text = `:1,tls,${options}`;
    return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}..` : text);
  };
  said(`cert=/no,key=${keyFile}`, 'cannot read "/no": no such file or directory');
  said(
    `cert=${keyFile},key=${keyFile}`,
    `${JSON.stringify(keyFile)} holds no certificate in PEM (a line -----BEGIN CERTIFICATE-----)`,
  );
  said(
    `cert=${certFile},key=${certFile}`,
    `${JSON.stringify(certFile)} holds no private key in PEM (a line -----BEGIN PRIVATE KEY-----)`,
  );
  said(
    `cert=${certFile},key=${keyFile},client-ca=${keyFile}`,
    `${JSON.stringify(keyFile)} holds no certificate in PEM (a line -----BEGIN CERTIFICATE-----)`,
  );
  said(`cert=/,key=/`, 'cert: expected the path of a file; got "/"');
});

test('other options of a listener are a difference that says both', t => {
  const { certFile, keyFile } = new Authority(t).issue({ name: 'a.test' });
  const tls = `tls,cert=${certFile},key=${keyFile}`;
  const told = (from: string, to: string): readonly string[] =>
    differences(load({ backend, listen: from }), load({ backend, listen: to })).map(({ text }) => text);
  assert.deepEqual(told(':1', `:1,${tls}`), [`listener :1: plain -> ${tls}`]);
  assert.deepEqual(told(`:1,${tls}`, `*:1,${tls}`), []);
  assert.deepEqual(told(`:1,proxy-protocol=::1`, `:1`), ['listener :1: proxy-protocol=::1 -> plain']);
});

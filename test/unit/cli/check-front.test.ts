import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { test } from 'node:test';
import { cookieWarnings } from '../../../src/cli/cookie-warnings.ts';
import { secretWarnings } from '../../../src/cli/secret-warnings.ts';
import { summary } from '../../../src/cli/summary.ts';
import { warnings } from '../../../src/cli/warnings.ts';
import { type FlagValues, loadConfig } from '../../../src/config/load.ts';
import { Authority } from '../../support/certificates.ts';
import { runCli } from './run-cli.ts';

function load(flags: FlagValues): ReturnType<typeof loadConfig> {
  return loadConfig({ backend: ['http://127.0.0.1:1'], admin: 'off', ...flags });
}

test('the summary says what is spoken at each listener and with each backend', t => {
  const { certFile, keyFile } = new Authority(t).issue({ name: 'a.test' });
  const tls = `tls,cert=${certFile},key=${keyFile}`;
  const text = summary(
    load({
      listen: [
        `:8443,${tls},client-ca=${certFile},client-auth=optional,proxy-protocol=10.0.0.0/8`,
        `:8444,${tls},cert=${certFile},key=${keyFile},min-version=1.3`,
        ':8080',
      ],
      backend: [
        `https://127.0.0.1:1,ca=${certFile},sni=a.test,cert=${certFile},key=${keyFile},send-proxy`,
        'https://127.0.0.1:2,insecure',
        'https://127.0.0.1:3',
      ],
      'redirect-https': '8443',
    }),
  );
  for (const line of [
    '  :8443, all interfaces, IPv4 and IPv6',
    '    connections begin with a PROXY header, from 10.0.0.0/8; all others are closed',
    `    TLS 1.2 and 1.3, with ${certFile}`,
    `    clients may show a certificate by an issuer in ${certFile}`,
    `    TLS 1.3, with ${certFile}, ${certFile}, chosen by name`,
    `    https://127.0.0.1:1, its certificate is by an issuer in ${certFile}, asked for as a.test, shown the certificate ${certFile}, told of clients by a PROXY header, version 2`,
    '    https://127.0.0.1:2, INSECURE: its certificate is not checked',
    "    https://127.0.0.1:3, its certificate is by the system's issuers",
    '  handshakes: within 10s, up to 256 at once',
    '  without TLS they are redirected to https, port 8443',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\nis missing in\n${text}`);
  }
});

test('check warns of certificates by their dates, and of keys that everybody can read', t => {
  const authority = new Authority(t);
  const of = (from: number, to: number): readonly string[] => {
    const { certFile, keyFile } = authority.issue({ name: 'a.test', from, to });
    const config = load({ listen: `:1,tls,cert=${certFile},key=${keyFile}` });
    return secretWarnings(config).map(line =>
      line.replaceAll(certFile, 'CERT').replace(/\d{4}-\d\d-\d\d/, 'DAY'),
    );
  };
  assert.deepEqual(of(-3, -1), [':1: the certificate CERT has expired on DAY: whoever checks it refuses it']);
  assert.deepEqual(of(1, 90), [':1: the certificate CERT is good from DAY on only; is the clock right?']);
  assert.deepEqual(of(-1, 1.5), [':1: the certificate CERT expires on DAY, in a day']);
  assert.deepEqual(of(-1, 90), []);
  const { certFile, keyFile } = authority.issue({ name: 'b.test', to: 90 });
  chmodSync(keyFile, 0o644);
  assert.deepEqual(
    secretWarnings(load({ backend: [`https://127.0.0.1:1,cert=${certFile},key=${keyFile}`] })),
    [`everybody on this machine can read the key ${keyFile}: chmod o-r ${keyFile}`],
  );
});

test('check warns of a redirect to https that would never end, or never begin', t => {
  const { certFile, keyFile } = new Authority(t).issue({ name: 'a.test' });
  const tls = `:2,tls,cert=${certFile},key=${keyFile}`;
  const redirect = { 'redirect-https': '443' };
  assert.match(warnings(load(redirect))[0]!, /^requests are redirected to https, which no listener speaks: /);
  assert.match(warnings(load({ ...redirect, listen: [tls] }))[0]!, /^nothing is redirected to https: /);
  assert.deepEqual(warnings(load({ 'redirect-https': '2', listen: [':1', tls] })), []);
  assert.deepEqual(warnings(load({ ...redirect, 'trust-proxy': ['10.0.0.1'] })), []);
});

test('check warns of redirects to a port where nobody speaks TLS, as far as that is known', t => {
  const { certFile, keyFile } = new Authority(t).issue({ name: 'a' });
  const tls = `tls,cert=${certFile},key=${keyFile}`;
  const told = (flags: FlagValues) => warnings(load(flags)).filter(line => line.includes('redirected'));
  const listen = [':80', `:8443,${tls}`, `127.0.0.1:9443,${tls}`];
  assert.deepEqual(told({ listen, 'redirect-https': '443' }), [
    'requests are redirected to https on port 443, where no listener speaks TLS (:8443, 127.0.0.1:9443): name the port by --redirect-https PORT, unless 443 leads here from outside',
  ]);
  assert.deepEqual(told({ listen, 'redirect-https': '9443' }), []);
  assert.deepEqual(told({ listen, 'redirect-https': '443', 'trust-proxy': ['10.0.0.1'] }), []);
  const behind = [':80', `:8443,${tls},proxy-protocol=10.0.0.1`];
  assert.deepEqual(told({ listen: behind, 'redirect-https': '443' }), []);
  assert.deepEqual(told({ listen: [':80', `unix:/run/a,${tls}`], 'redirect-https': '443' }), []);
});

test('check warns where everybody is believed', () => {
  assert.deepEqual(warnings(load({ 'trust-proxy': ['0.0.0.0/0'], listen: [':1,proxy-protocol=::/0'] })), [
    'everybody is believed who says X-Forwarded-For or Forwarded (--trust-proxy 0.0.0.0/0): any client can pass for another',
    ':1 takes a PROXY header from everybody: any client can pass for another; name the networks of the proxies in front',
  ]);
});

test('check says which network is meant where an address within it is written', () => {
  const config = load({
    'trust-proxy': [
      '10.0.0.1/8',
      '10.0.0.0/8',
      '10.0.0.1',
      'fd00:0:0:1::1/40',
      '::ffff:10.1.2.3/112',
      'unix',
    ],
    listen: [':1,proxy-protocol=192.0.2.129/25'],
    route: ['client=203.0.113.77/26,::1/128 -> default'],
  });
  assert.deepEqual(warnings(config), [
    '--trust-proxy 10.0.0.1/8 means the whole network 10.0.0.0/8: write that, or 10.0.0.1 for the address alone',
    '--trust-proxy fd00:0:0:1::1/40 means the whole network fd00::/40: write that, or fd00:0:0:1::1 for the address alone',
    '--trust-proxy ::ffff:10.1.2.3/112 means the whole network 10.1.0.0/16: write that, or ::ffff:10.1.2.3 for the address alone',
    ':1: proxy-protocol 192.0.2.129/25 means the whole network 192.0.2.128/25: write that, or 192.0.2.129 for the address alone',
    'route route-1: client 203.0.113.77/26 means the whole network 203.0.113.64/26: write that, or 203.0.113.77 for the address alone',
  ]);
});

test('check warns of a certificate that no client would get', t => {
  const authority = new Authority(t);
  const wide = authority.issue({ name: 'wide', hosts: ['a.test', 'b.test'] });
  const a = authority.issue({ name: 'a', hosts: ['a.test'] });
  const c = authority.issue({ name: 'c', hosts: ['a.test', 'c.test'] });
  const of = (...pairs: readonly (typeof wide)[]): readonly string[] =>
    warnings(
      load({ listen: `:1,tls,${pairs.map(one => `cert=${one.certFile},key=${one.keyFile}`).join(',')}` }),
    );
  assert.deepEqual(of(wide, a, c), [
    `:1: the certificate ${a.certFile} is never shown, for ${wide.certFile} before it is for a.test as well; leave one out`,
  ]);
  assert.deepEqual(of(a, wide, wide), [
    `:1: the certificate ${wide.certFile} is never shown, for ${a.certFile}, ${wide.certFile} before it is for a.test, b.test as well; leave one out`,
  ]);
  assert.deepEqual(of(a, a), [`:1: the certificate ${a.certFile} is given twice: leave one out`]);
  assert.deepEqual(of(a, wide, c), []);
});

test('check warns of one cookie for two pools, and pools have one of their own unless it is named', () => {
  const pool = ['b=http://127.0.0.1:2'];
  const route = ['path=/b -> b'];
  assert.deepEqual(warnings(load({ pool, route, sticky: 'cookie:x' })), [
    'the pools default and b keep their clients by one cookie, x: a client of both sticks to neither; give each a name of its own',
  ]);
  const { pools } = load({ pool, route, sticky: 'cookie' });
  assert.equal(new Set(pools.map(({ sticky }) => sticky!.cookie)).size, 2);
  assert.deepEqual(warnings(load({ pool, route, sticky: 'cookie' })), []);
});

test('check warns where the key of cookies cannot be kept, if there are cookies and no file was named', t => {
  const before = process.env['STATE_DIRECTORY'];
  t.after(() => {
    if (before === undefined) delete process.env['STATE_DIRECTORY'];
    else process.env['STATE_DIRECTORY'] = before;
  });
  process.env['STATE_DIRECTORY'] = '/proc/self';
  assert.deepEqual(cookieWarnings(load({})), []);
  assert.match(
    cookieWarnings(load({ sticky: 'cookie' }))[0]!,
    /^no key for cookies can be kept in \/proc\/self\/cookie-key: /,
  );
  assert.deepEqual(cookieWarnings(load({ sticky: 'cookie', 'cookie-key-file': '/tmp/key' })), []);
});

test('a redirect to https goes to port 443 where the flag has no value', async t => {
  const { status, stdout } = await runCli(
    t,
    'check',
    '--redirect-https',
    '-b',
    'http://127.0.0.1:1',
    '--admin',
    'off',
  );
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}without TLS they are redirected to https, port 443$/m);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBackendUrl } from '../../../src/config/backend-url.ts';
import { parseHost } from '../../../src/config/host-port.ts';
import { refuses } from './refuses.ts';

test('a name stands for its addresses, an address and the loopback for themselves', () => {
  for (const [host, expand] of [
    ['app.internal', 'addresses'],
    ['app.internal.', 'addresses'],
    ['my_app', 'addresses'],
    ['localhosts', 'addresses'],
    ['127.0.0.1', 'no'],
    ['[::1]', 'no'],
    ['localhost', 'no'],
    ['LOCALHOST.', 'no'],
    ['app.localhost', 'no'],
  ] as const) {
    for (const scheme of ['http', 'fcgi', 'scgi', 'uwsgi']) {
      assert.equal(parseBackendUrl(`${scheme}://${host}:9000`).expand, expand, `${scheme} ${host}`);
    }
  }
  assert.equal(parseBackendUrl('http+unix:///run/app.sock').expand, 'no');
  assert.equal(parseBackendUrl('cgi:///srv/cgi/').expand, 'no');
});

test('no-split keeps a name one backend, family= leaves addresses of the other kind out', () => {
  const { expand, family, ...rest } = parseBackendUrl('http://app,no-split,family=6');
  assert.deepEqual([expand, family, Object.hasOwn(rest, 'noSplit')], ['no', 6, false]);
  assert.equal(parseBackendUrl('http://app,family=4').family, 4);
  assert.equal(parseBackendUrl('http://localhost,family=4').family, 4);
  refuses(parseBackendUrl, 'http://app,family=5', 'family: expected 4 or 6; got "5"');
  refuses(parseBackendUrl, 'http://app,no-split=yes', 'the backend option no-split takes no value');
});

test('options of names are refused where there is no name', () => {
  const what = 'is for names that have addresses';
  refuses(parseBackendUrl, 'http://10.0.0.1,no-split', `no-split ${what}; 10.0.0.1 is an address`);
  refuses(parseBackendUrl, 'http://[::1],family=4', `family ${what}; ::1 is an address`);
  refuses(
    parseBackendUrl,
    'http+unix:///x,no-split',
    `no-split ${what}; what has a path has no name to look up`,
  );
  refuses(parseBackendUrl, 'cgi:///x,family=4', `family ${what}; what has a path has no name to look up`);
});

test('srv+ in front of a scheme means the servers that SRV records list', () => {
  for (const scheme of ['http', 'fcgi', 'scgi', 'uwsgi']) {
    const url = `srv+${scheme}://_web._tcp.example.com`;
    const { name, port, host, expand, scheme: read } = parseBackendUrl(url);
    assert.deepEqual(
      [name, port, host, expand, read],
      ['_web._tcp.example.com', 0, '_web._tcp.example.com', 'services', scheme],
    );
  }
  const { url, weight, family } = parseBackendUrl('SRV+HTTP://web.service.consul/,weight=3,family=4');
  assert.deepEqual([url, weight, family], ['SRV+HTTP://web.service.consul/', 3, 4]);
});

test('what SRV records say is not said in the URL', () => {
  refuses(
    parseBackendUrl,
    'srv+http://web.test:80',
    'SRV records say the port: write srv+http://web.test; got ":80"',
  );
  refuses(
    parseBackendUrl,
    'srv+fcgi://10.0.0.1:9000',
    'srv+ is for a name with SRV records, such as _web._tcp.example.com; for 10.0.0.1 write fcgi://10.0.0.1:9000',
  );
  refuses(
    parseBackendUrl,
    'srv+http+unix:///run/x',
    'srv+ stands before http, https, fcgi, fcgis, scgi, scgis, uwsgi, uwsgis, whose servers have a host; got "srv+http+unix:///run/x"',
  );
  refuses(
    parseBackendUrl,
    'srv+http://web.test,no-split',
    'no-split is for names that have addresses; SRV records name each server by itself',
  );
  refuses(parseBackendUrl, 'srv+http://web.test/x', 'a backend URL ends after the port; got "/x" behind it');
});

test('a name fits into the DNS', () => {
  const label = 'x'.repeat(63);
  const longest = `${label}.${label}.${label}.${'y'.repeat(61)}`;
  assert.equal(parseHost(longest), longest);
  assert.equal(parseHost(`${longest}.`), `${longest}.`);
  refuses(
    value => parseHost(String(value)),
    `${longest}y`,
    `a host name has at most 253 characters; got "${longest.slice(0, 80)}.."`,
  );
  refuses(
    value => parseHost(String(value)),
    `a.x${label}`,
    `between two dots a host name has at most 63 characters; got "x${label}"`,
  );
  for (const name of ['-a', 'a-', 'a..b', '.a', 'a b', '*.a', 'a/b']) {
    refuses(value => parseHost(String(value)), name, `expected a host name or address; got "${name}"`);
  }
});

test('a text that only looks like an address is no name', () => {
  for (const name of ['0x7f000001', '0x7f.1', 'app.1', '1.2.3.0x', 'a.0xff.']) {
    refuses(
      value => parseHost(String(value)),
      name,
      `expected a host name whose last part is no number; got "${name}"`,
    );
  }
  refuses(
    value => parseHost(String(value)),
    '127.1',
    'expected an IPv4 address such as 127.0.0.1; got "127.1"',
  );
  assert.equal(parseHost('1.a'), '1.a');
});

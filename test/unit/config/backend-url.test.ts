import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protocols } from '../../../protocols/index.ts';
import { parseBackendUrl } from '../../../src/config/backend-url.ts';
import { SCHEMES } from '../../../src/config/schemes.ts';
import { refuses, refusesAll } from './refuses.ts';

const KNOWN =
  'http, https, http+unix, fcgi, fcgis, fcgi+unix, scgi, scgis, scgi+unix, uwsgi, uwsgis, uwsgi+unix, cgi';

test('a URL names host and port; without options the weight is 1 and the pool limits', () => {
  assert.deepEqual(parseBackendUrl('http://app.internal:3000'), {
    url: 'http://app.internal:3000',
    scheme: 'http',
    host: 'app.internal',
    port: 3000,
    expand: 'addresses',
    family: 0,
    path: '',
    docroot: '',
    multiplex: 1,
    name: 'app.internal:3000',
    weight: 1,
    maxConns: undefined,
    backup: false,
    tls: undefined,
    sendProxy: 0,
  });
});

test('options follow after commas', () => {
  const backend = parseBackendUrl('http://127.0.0.1:3000,weight=3,max-conns=8,backup,name=a=b');
  assert.equal(backend.url, 'http://127.0.0.1:3000');
  assert.deepEqual([backend.weight, backend.maxConns, backend.backup, backend.name], [3, 8, true, 'a=b']);
});

test('the port is 80 unless it is given, and a slash at the end is no path', () => {
  assert.equal(parseBackendUrl('http://app').port, 80);
  assert.equal(parseBackendUrl('HTTP://app:81/').port, 81);
});

test('an IPv6 address loses its brackets as a host and keeps them in the name', () => {
  const { host, port, name } = parseBackendUrl('http://[::1]:3000');
  assert.deepEqual([host, port, name], ['::1', 3000, '[::1]:3000']);
});

test('a unix socket is an absolute path or an abstract name', () => {
  const backend = parseBackendUrl('http+unix:///run/app.sock,weight=2');
  assert.deepEqual(
    [backend.scheme, backend.host, backend.port, backend.path, backend.name, backend.weight],
    ['http+unix', '', 0, '/run/app.sock', '/run/app.sock', 2],
  );
  assert.equal(parseBackendUrl('http+unix://@app').path, '@app');
  refuses(
    parseBackendUrl,
    'http+unix://run/app.sock',
    'a unix socket has an absolute path or an abstract name, as in http+unix:///run/app.sock or http+unix://@app; got "http+unix://run/app.sock"',
  );
  refuses(
    parseBackendUrl,
    `http+unix:///${'x'.repeat(107)}`,
    'the path of a socket has at most 107 bytes, this one has 108: use a shorter one',
  );
});

test('an unknown scheme is answered with the known ones and the nearest', () => {
  refuses(
    parseBackendUrl,
    'htp://a',
    `expected a backend URL with one of the schemes ${KNOWN}; got "htp", the nearest is http`,
  );
  refusesAll(parseBackendUrl, ['constructor://a', '__proto__://a']);
});

test('a scheme that is to come is not read as a misspelt one', () => {
  for (const [url, what] of [
    ['h2://a:1', 'HTTP/2 to backends (h2)'],
    ['h2c://a:1', 'HTTP/2 to backends (h2c)'],
  ] as const) {
    refuses(parseBackendUrl, url, `${what} is not there yet; a backend URL has one of the schemes ${KNOWN}`);
  }
});

test('an application of the CGI family has a port that is named, or a socket', () => {
  for (const scheme of ['fcgi', 'scgi', 'uwsgi']) {
    const { host, port, name } = parseBackendUrl(`${scheme}://app:9000`);
    assert.deepEqual([host, port, name], ['app', 9000, 'app:9000']);
    assert.equal(parseBackendUrl(`${scheme}+unix:///run/x.sock`).path, '/run/x.sock');
  }
  refuses(parseBackendUrl, 'scgi://app', 'the port is missing: write scgi://app:PORT');
  refuses(
    parseBackendUrl,
    'fcgi://app/',
    'the port is missing: write fcgi://app:PORT (PHP-FPM listens on 9000 unless it is told otherwise)',
  );
});

test('a CGI backend is a program, or a directory of programs', () => {
  const { host, port, path, name } = parseBackendUrl('cgi:///usr/lib/cgi-bin/,max-conns=4');
  assert.deepEqual([host, port, path, name], ['', 0, '/usr/lib/cgi-bin/', '/usr/lib/cgi-bin/']);
  refuses(
    parseBackendUrl,
    'cgi://cgi-bin/',
    'a program or a directory of programs has an absolute path, as in cgi:///usr/lib/cgi-bin/; got "cgi://cgi-bin/"',
  );
  for (const root of ['cgi:///', 'cgi:////', 'cgi:///./', 'cgi:///..']) {
    refuses(
      parseBackendUrl,
      root,
      'a directory of programs lies below the root of the file system; name one',
    );
  }
  refuses(parseBackendUrl, 'cgi:///a\0b', 'a path has no NUL byte');
});

test('an application may see its document root elsewhere, in bytes', () => {
  assert.equal(parseBackendUrl('fcgi://a:1,docroot=/srv/www/').docroot, '/srv/www');
  assert.equal(parseBackendUrl('fcgi://a:1,docroot=/b\u00fccher').docroot, '/b\u00c3\u00bccher');
  refuses(
    parseBackendUrl,
    'fcgi://a:1,docroot=www',
    'docroot: expected an absolute path of a directory; got "www"',
  );
  refuses(
    parseBackendUrl,
    'http://a:1,docroot=/www',
    'docroot is an option of applications that run scripts; http has no scripts',
  );
});

test('only FastCGI shares a connection between requests', () => {
  assert.equal(parseBackendUrl('fcgi+unix:///x,mpxs=8').multiplex, 8);
  refuses(
    parseBackendUrl,
    'uwsgi://a:1,mpxs=8',
    'mpxs is an option of fcgi, fcgis and fcgi+unix; uwsgi has one request on a connection',
  );
  refuses(parseBackendUrl, 'fcgi://a:1,mpxs=0', 'mpxs: expected a whole number from 1 to 65535; got "0"');
});

test('a path where a host belongs is answered with the scheme that takes one', () => {
  refuses(
    parseBackendUrl,
    'fcgi:///run/php.sock',
    'the path of a unix socket needs the scheme fcgi+unix: write fcgi+unix:///run/php.sock',
  );
});

test('a unix socket as --listen writes it is answered with how a backend is written', () => {
  for (const url of ['unix:/x.sock', 'unix:///x.sock']) {
    refuses(
      parseBackendUrl,
      url,
      `expected a backend URL such as http://127.0.0.1:3000 or http+unix:///run/app.sock; got "${url}": write http+unix:///x.sock`,
    );
  }
  assert.throws(() => parseBackendUrl('unix:/run/php/php8.2-fpm.sock'), {
    message: /: write fcgi\+unix:\/\/\/run\/php\/php8\.2-fpm\.sock$/,
  });
});

test('a mistake in an option names the option', () => {
  refuses(
    parseBackendUrl,
    'http://a,wieght=2',
    'unknown backend option "wieght"; the nearest known one is "weight"',
  );
  for (const [option, remedy] of [
    ['cafile=x', 'the issuers to trust are named by ca=FILE'],
    ['verify', 'a certificate is checked unless the option insecure says otherwise'],
    ['proxy-protocol', 'a PROXY header is sent by send-proxy'],
  ] as const) {
    const name = option.replace('=x', '');
    refuses(parseBackendUrl, `https://a,${option}`, `unknown backend option "${name}": ${remedy}`);
  }
  refuses(
    parseBackendUrl,
    'http://a,persistent=1',
    'unknown backend option "persistent"; known are: weight, max-conns, backup, name, docroot, mpxs, no-split, family, ca, cert, key, sni, insecure, send-proxy',
  );
  refuses(parseBackendUrl, 'http://a,weight=0', 'weight: expected a whole number from 1 to 1000; got "0"');
  refuses(parseBackendUrl, 'http://a,weight', 'weight: expected a whole number from 1 to 1000; got nothing');
  refuses(parseBackendUrl, 'http://a,backup,backup', 'the backend option backup is given twice');
  refuses(parseBackendUrl, 'http://a,backup=yes', 'the backend option backup takes no value');
  refuses(
    parseBackendUrl,
    'http://a,name=a b',
    'expected name= with 1 to 64 printable characters without a space; got "a b"',
  );
  refusesAll(parseBackendUrl, ['http://a,', 'http://a,name', 'http://a,max-conns=0', 'http://a, weight=1']);
});

test('what a backend URL cannot hold is refused with the reason', () => {
  refuses(parseBackendUrl, 'http://a:80/x?y', 'a backend URL ends after the port; got "/x?y" behind it');
  refuses(parseBackendUrl, 'http://u:p@a', 'a backend URL has no user name or password');
  refuses(
    parseBackendUrl,
    '127.0.0.1:3000',
    'expected a backend URL such as http://127.0.0.1:3000 or http+unix:///run/app.sock; got "127.0.0.1:3000"',
  );
  refuses(parseBackendUrl, 'http://a:0', 'expected a port from 1 to 65535; got "0"');
  refuses(
    parseBackendUrl,
    'http://bücher',
    'expected a host name in ASCII (xn--.. for other letters); got "bücher"',
  );
  refusesAll(parseBackendUrl, [
    '',
    null,
    3,
    'http://',
    'http:///',
    'http://a:',
    'http://a b',
    'http://::1',
    'http://a\r\nb',
  ]);
});

test('every scheme has a protocol that speaks it, and the other way round', () => {
  const spoken = protocols.flatMap(protocol => protocol.schemes);
  assert.deepEqual(Object.keys(SCHEMES).sort(), [...spoken].sort());
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metaVariables } from '../../../src/cgi/variables.ts';
import { refused } from './refused.ts';
import { applicationOf, fieldLines, requestOf, variablesOf } from './requests.ts';

test('a request is told by the variables of RFC 3875 and those that PHP and others expect', () => {
  assert.deepEqual(
    variablesOf({
      method: 'POST',
      target: '/a%20b?x=%20y',
      bodyLength: 5,
      hasBody: true,
      fields: fieldLines('Content-Type: text/plain', 'Accept: */*'),
    }),
    {
      CONTENT_LENGTH: '5',
      CONTENT_TYPE: 'text/plain',
      REQUEST_METHOD: 'POST',
      REQUEST_URI: '/a%20b?x=%20y',
      QUERY_STRING: 'x=%20y',
      SCRIPT_NAME: '',
      PATH_INFO: '/a b',
      DOCUMENT_URI: '/a b',
      GATEWAY_INTERFACE: 'CGI/1.1',
      SERVER_PROTOCOL: 'HTTP/1.1',
      SERVER_SOFTWARE: 'sluice',
      REDIRECT_STATUS: '200',
      REQUEST_SCHEME: 'http',
      SERVER_NAME: 'example.com',
      SERVER_PORT: '80',
      SERVER_ADDR: '192.0.2.9',
      REMOTE_ADDR: '192.0.2.1',
      REMOTE_PORT: '4321',
      HTTP_HOST: 'example.com',
      HTTP_ACCEPT: '*/*',
    },
  );
});

test('a script has its file, its name and the path after it', () => {
  const script = { root: '/var/www', name: '/app/x.php', pathInfo: '/more' };
  const variables = variablesOf({ target: '/app/x.php/m%6Fre?q', script });
  assert.equal(variables.SCRIPT_FILENAME, '/var/www/app/x.php');
  assert.equal(variables.SCRIPT_NAME, '/app/x.php');
  assert.equal(variables.PATH_INFO, '/more');
  assert.equal(variables.PATH_TRANSLATED, '/var/www/more');
  assert.equal(variables.DOCUMENT_ROOT, '/var/www');
  assert.equal(variables.DOCUMENT_URI, '/app/x.php/more');
  assert.equal(variables.REQUEST_URI, '/app/x.php/m%6Fre?q');
});

test('PATH_TRANSLATED is there only with PATH_INFO and a document root, PATH_INFO only if there is any (54)', () => {
  const script = { root: '/var/www', name: '/x.php', pathInfo: '' };
  const variables = variablesOf({ target: '/x.php', script });
  assert.equal(variables.PATH_INFO, undefined);
  assert.equal(variables.PATH_TRANSLATED, undefined);
  assert.equal(variablesOf({ target: '/a' }).PATH_TRANSLATED, undefined);
  assert.equal(variablesOf({ target: '/a' }, { docroot: '/srv' }).PATH_TRANSLATED, '/srv/a');
});

test('an application that sees another root is told of that one', () => {
  const script = { root: '/var/www', name: '/x.php', pathInfo: '/a' };
  const variables = variablesOf({ script }, { docroot: '/srv/app' });
  assert.equal(variables.SCRIPT_FILENAME, '/srv/app/x.php');
  assert.equal(variables.DOCUMENT_ROOT, '/srv/app');
  assert.equal(variables.PATH_TRANSLATED, '/srv/app/a');
});

for (const [target, name, info] of [
  ['/app/a/b', '/app', '/a/b'],
  ['/app', '/app', ''],
  ['/app/', '/app', '/'],
  ['/a%70p/x', '/app', '/x'],
  ['/application', '', '/application'],
  ['/other', '', '/other'],
  ['*', '/app', ''],
] as const) {
  test(`mounted at /app, an application sees ${target} as ${JSON.stringify([name, info])}`, () => {
    const variables = variablesOf({ target }, { mount: '/app' });
    assert.equal(variables.SCRIPT_NAME, name);
    assert.equal(variables.PATH_INFO, info);
  });
}

test('a script below a mount point is named with it', () => {
  const script = { root: '/usr/lib/cgi-bin', name: '/git', pathInfo: '/a.git/HEAD' };
  const variables = variablesOf({ target: '/cgi-bin/git/a.git/HEAD', script }, { mount: '/cgi-bin' });
  assert.equal(variables.SCRIPT_NAME, '/cgi-bin/git');
  assert.equal(variables.SCRIPT_FILENAME, '/usr/lib/cgi-bin/git');
});

test('a path is decoded once, byte by byte', () => {
  assert.equal(variablesOf({ target: '/%C3%A9%2541%2f' }).PATH_INFO, '/\xc3\xa9%41/');
});

for (const [target, why] of [
  ['/a%00.php', 'an encoded control character may not stand in it'],
  ['/a%0Ab', 'an encoded control character may not stand in it'],
  ['/a%7f', 'an encoded control character may not stand in it'],
  ['/a%4', 'a percent sign must be followed by two hexadecimal digits; %25 stands for itself'],
  ['/a%zz', 'a percent sign must be followed by two hexadecimal digits; %25 stands for itself'],
] as const) {
  test(`the path ${target} is refused (53)`, () => {
    const error = refused('http_request_error', () => variablesOf({ target }));
    assert.equal(error.message, `request path ${JSON.stringify(target)}: ${why}`);
  });
}

test('a path does not lead out of the document root', () => {
  refused('http_request_error', () => variablesOf({ target: '/a/%2e%2e/b' }, { docroot: '/srv' }));
  assert.equal(variablesOf({ target: '/a/../b' }).PATH_INFO, '/a/../b');
});

test('Proxy never becomes HTTP_PROXY (48)', () => {
  const variables = variablesOf({ fields: fieldLines('Proxy: http://evil', 'proxy: x', 'PROXY: y') });
  assert.equal(variables.HTTP_PROXY, undefined);
});

for (const name of ['X_A', 'X.A', 'Content_Length', 'Content_Type', "X'A", 'X~A', '_', 'X-A_']) {
  test(`a field called ${name} is withheld: it could be taken for another (49)`, () => {
    const usual = Object.keys(variablesOf({ fields: fieldLines('X-A: 1') }));
    const names = Object.keys(variablesOf({ fields: fieldLines(`${name}: 2`, 'X-A: 1', `${name}: 3`) }));
    assert.deepEqual(names, usual);
  });
}

test('a length and a type of the body are told once, without HTTP_ (50)', () => {
  const variables = variablesOf({
    bodyLength: 3,
    hasBody: true,
    fields: fieldLines('Content-Length: 4', 'Content-Type: a/b'),
  });
  assert.equal(variables.CONTENT_LENGTH, '3');
  assert.equal(variables.CONTENT_TYPE, 'a/b');
  assert.equal(variables.HTTP_CONTENT_LENGTH, undefined);
  assert.equal(variables.HTTP_CONTENT_TYPE, undefined);
});

test('Authorization is seen only by those who may (50)', () => {
  const fields = fieldLines('Authorization: Basic eDp5', 'Proxy-Authorization: Basic eDp5');
  assert.equal(variablesOf({ fields }).HTTP_AUTHORIZATION, 'Basic eDp5');
  const withheld = variablesOf({ fields }, { authorization: false });
  assert.equal(withheld.HTTP_AUTHORIZATION, undefined);
  assert.equal(withheld.HTTP_PROXY_AUTHORIZATION, undefined);
});

test('repeated fields are joined, cookies by a semicolon (51)', () => {
  const variables = variablesOf({
    fields: fieldLines('X-A: 1', 'Cookie: a=1', 'x-a: 2', 'X-B: ', 'COOKIE: b=2', 'X-A: 3'),
  });
  assert.equal(variables.HTTP_X_A, '1, 2, 3');
  assert.equal(variables.HTTP_COOKIE, 'a=1; b=2');
  assert.equal(variables.HTTP_X_B, '');
});

test('repeated fields are joined though there are more names than are remembered, and longer ones', () => {
  const long = 'a'.repeat(200);
  for (let i = 0; i < 2000; i++) variablesOf({ fields: fieldLines(`X-Strange-${i}: 1`) });
  const variables = variablesOf({
    fields: fieldLines(
      'X-Late: 1',
      `${long}: 1`,
      'X-LATE: 2',
      `${long}: 2`,
      'X-Strange-1: 1',
      'x-strange-1: 2',
    ),
  });
  assert.equal(variables.HTTP_X_LATE, '1, 2');
  assert.equal(variables[`HTTP_${long.toUpperCase()}`], '1, 2');
  assert.equal(variables.HTTP_X_STRANGE_1, '1, 2');
});

test('a name that is met again in another request begins anew', () => {
  const fields = fieldLines('X-A: 1');
  variablesOf({ fields });
  assert.equal(variablesOf({ fields }).HTTP_X_A, '1');
});

test('variables of the configuration replace those of the request, but never the length of the body', () => {
  const own = ['HTTP_X_A', 'mine', 'SERVER_NAME', 'here', 'NEW', '', 'CONTENT_LENGTH', '99'];
  const variables = variablesOf({ fields: fieldLines('X-A: theirs') }, { variables: own });
  assert.equal(variables.HTTP_X_A, 'mine');
  assert.equal(variables.SERVER_NAME, 'here');
  assert.equal(variables.NEW, '');
  assert.equal(variables.CONTENT_LENGTH, '0');
});

test('a body of unknown length is refused with a remedy (57)', () => {
  const request = requestOf({ bodyLength: undefined, hasBody: true });
  const error = refused('http_request_error', () => metaVariables(request, applicationOf()));
  assert.match(error.message, /send Content-Length$/);
});

test('every byte of a value survives', () => {
  const value = Array.from({ length: 255 - 0x80 }, (_, i) => String.fromCharCode(0x80 + i)).join('');
  assert.equal(variablesOf({ fields: fieldLines(`X-A: ${value}`) }).HTTP_X_A, value);
});

test('what a route says of a script takes the place of what the request says, and the rest follows from it', () => {
  const script = { root: '/var/www', name: '/x.php', pathInfo: '/more' };
  const target = '/x.php/more';
  const names = { docroot: '', scriptName: '', pathInfo: undefined };
  const other = variablesOf(
    { target, script, scriptNames: { ...names, docroot: '/srv' } },
    { docroot: '/app' },
  );
  assert.equal(other['DOCUMENT_ROOT'], '/srv');
  assert.equal(other['SCRIPT_FILENAME'], '/srv/x.php');
  assert.equal(other['PATH_TRANSLATED'], '/srv/more');
  const named = variablesOf(
    { target, script, scriptNames: { ...names, scriptName: '/m/y.php' } },
    { mount: '/m' },
  );
  assert.equal(named['SCRIPT_NAME'], '/m/y.php');
  assert.equal(named['SCRIPT_FILENAME'], '/var/www/y.php');
  assert.equal(named['PATH_INFO'], '/more');
  assert.equal(named['DOCUMENT_URI'], '/m/y.php/more');
  const bare = variablesOf({ target, script, scriptNames: { ...names, pathInfo: '' } });
  assert.equal(bare['SCRIPT_NAME'], '/x.php');
  assert.equal(bare['PATH_INFO'], undefined);
  assert.equal(bare['PATH_TRANSLATED'], undefined);
});

test('a route may name the script of an application that has no site, and the path is split after it', () => {
  const names = { docroot: '/srv', scriptName: '/index.php', pathInfo: undefined };
  const front = variablesOf({ target: '/a%20b?q', scriptNames: names });
  assert.equal(front['SCRIPT_FILENAME'], '/srv/index.php');
  assert.equal(front['SCRIPT_NAME'], '/index.php');
  assert.equal(front['PATH_INFO'], '/a b');
  assert.equal(front['PATH_TRANSLATED'], '/srv/a b');
  const direct = variablesOf({ target: '/index.php/x', scriptNames: names });
  assert.equal(direct['PATH_INFO'], '/x');
  const rootless = variablesOf({ target: '/x', scriptNames: { ...names, docroot: '' } });
  assert.equal(rootless['SCRIPT_FILENAME'], undefined);
  assert.equal(rootless['PATH_TRANSLATED'], undefined);
  const mounted = variablesOf(
    { target: '/m/x', scriptNames: { ...names, scriptName: '/s' } },
    { mount: '/m' },
  );
  assert.equal(mounted['SCRIPT_NAME'], '/s');
  assert.equal(mounted['PATH_INFO'], '/x');
});

test('where the path that a route gives leads upwards nothing is sent', () => {
  const scriptNames = { docroot: '/srv', scriptName: '', pathInfo: '/../etc' };
  assert.throws(() => variablesOf({ scriptNames }), { kind: 'http_request_error' });
});

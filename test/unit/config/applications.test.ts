import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBuffer, parseBuffer } from '../../../src/config/buffer.ts';
import { parseIndex, parseSuffixes, parseTry } from '../../../src/config/file-names.ts';
import { parseMount } from '../../../src/config/mount.ts';
import { parseVariable, parseVariables } from '../../../src/config/variable.ts';
import { load, loadPool } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

test('CGI programs have a limit of 32 unless another one is set, or none', () => {
  const backend = ['cgi:///usr/lib/cgi-bin/', 'cgi:///x,max-conns=3'];
  const limits = (flags: Record<string, string>, yaml?: string): (number | undefined)[] =>
    loadPool({ backend, ...flags }, yaml).backends.map(({ maxConns }) => maxConns);
  assert.deepEqual(limits({}), [32, 3]);
  assert.deepEqual(limits({ 'max-conns': 'off' }), [undefined, 3]);
  assert.deepEqual(limits({ 'max-conns': '64' }), [undefined, 3]);
  assert.deepEqual(limits({}, 'max-conns: 64\n'), [undefined, 3]);
  assert.equal(loadPool({ backend: ['fcgi://a:1'] }).backends[0]!.maxConns, undefined);
});

test('variables of a pool come on top of those for all', () => {
  const { variables } = loadPool(
    {},
    'variable: [APP_ENV=test, "B=1=2"]\npools:\n  a: { backends: "scgi://a:1", variables: { APP_ENV: "ü", N: 3 } }\n',
  );
  assert.deepEqual(variables, ['APP_ENV', 'Ã¼', 'B', '1=2', 'N', '3']);
});

test('a variable has a name and a value', () => {
  assert.deepEqual(parseVariable('HTTP_PROXY='), ['HTTP_PROXY', '']);
  refuses(parseVariable, 'x', 'expected NAME=VALUE such as APP_ENV=production; got "x"');
  refuses(
    parseVariable,
    'app_env=x',
    'expected a variable with a name of capital letters, digits and "_"; got "app_env"',
  );
  refuses(parseVariable, 'SCGI=2', 'the variable SCGI belongs to the protocol: it cannot be set');
  refusesAll(parseVariable, ['=x', 'A=\n', 'A=\0', 'A B=1', '1A=x', 'CONTENT_LENGTH=1', 3, null]);
  refusesAll(parseVariables, [[], 'A=B', { a: 1 }, { A: [] }, null]);
});

test('a mount is the front part of a decoded path, as bytes', () => {
  assert.deepEqual(['/app', '/app/', '/', '/ü'].map(parseMount), ['/app', '/app', '', '/Ã¼']);
  refuses(parseMount, 'app', 'expected the front part of a path, such as /app; got "app"');
  refusesAll(parseMount, ['', '/a?b', '/a/*', '/a%20b', '//', '/a//b', '/a/../b', '/a\n', null, 3]);
});

test('an index is a list of names, and off is none', () => {
  assert.deepEqual(parseIndex('index.php, index.html,index.php'), ['index.php', 'index.html']);
  assert.deepEqual(parseIndex('off'), []);
  refuses(parseIndex, 'a/b', 'an index is the name of a file, without a directory; got "a/b"');
  refusesAll(parseIndex, ['', 'a,', '..', [3], null, 'a\0']);
});

test('what scripts end in begins with a dot', () => {
  assert.deepEqual(parseSuffixes('.php,.PHTML'), ['.php', '.phtml']);
  refuses(parseSuffixes, 'php', 'expected an ending such as .php; got "php": write .php');
  refusesAll(parseSuffixes, ['', '.', '.a/b', '.php~']);
});

test('what is tried is the path, a directory, a file of the site, or a status at the end', () => {
  const entries = ['{path}', '{path}/', '/a/b.php', '=404'];
  assert.deepEqual(parseTry(entries.join(',')), entries);
  refuses(parseTry, '=404,/a', '=404 ends the list: put it last');
  refuses(parseTry, '$uri,$uri/', 'the path of the request is written {path}; got "$uri"');
  refuses(
    parseTry,
    '/index.php?$args',
    'expected {path}, {path}/, =404, or a path below the root such as /index.php (the query is passed on by itself); got "/index.php?$args"',
  );
  refuses(parseTry, '=200', 'expected = and a status from 400 to 499, as in =404; got "=200"');
  refusesAll(parseTry, ['', 'off', 'index.php', '/../x', '{path}x', [], null]);
});

test('a buffer has a mode, and a size if it is to have another one', () => {
  const parse = parseBuffer(1024);
  assert.deepEqual(parse('auto'), { mode: 'auto', size: 1024 });
  assert.deepEqual(parse('on,8m'), { mode: 'on', size: 8_388_608 });
  refuses(parse, 'onn', 'expected one of auto, on, off; got "onn", the nearest is on');
  refusesAll(parse, ['', 'on,0', 'on,', 'on,1k,2k', true, null, 'on,x']);
  assert.deepEqual(
    ['off,3k', 'auto,2k'].map(text => formatBuffer(parse(text))),
    ['off', 'auto,2k'],
  );
  assert.deepEqual(loadPool({ backend: ['http://a:1'], 'response-buffer': 'off' }).responseBuffer, {
    mode: 'off',
    size: 262_144,
  });
});

test('words that YAML once took for truth values are words', () => {
  const { symlinks, authorization } = load(
    {},
    'backend: fcgi://a:1\nsymlinks: no\nauthorization: yes\nrequest-buffer: off\n',
  ).pools[0]!;
  assert.deepEqual([symlinks, authorization], ['no', 'yes']);
});

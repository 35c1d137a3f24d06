import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseListener } from '../../src/config/listener.ts';
import { Misread } from '../../src/config/misread.ts';
import { parseRoute } from '../../src/config/route/rule.ts';
import { load } from '../unit/config/loading.ts';
import { Prng } from './prng.ts';

const ROUNDS = 4000;

const PIECES = [
  ...[
    'host=',
    'path=',
    'method=',
    'header:',
    'cookie:a=',
    'query:a',
    'client=',
    'internal',
    'name=',
    '!=',
    '=',
    '*',
    '~',
    '^',
  ],
  ...[
    '->',
    ' -> ',
    ';',
    '; ',
    '"',
    '\\',
    ',',
    ' ',
    '\t',
    ':',
    '/',
    '/*',
    '..',
    '%2f',
    '%',
    '{',
    '}',
    '{{',
    '{host}',
    '$1',
    '$$',
  ],
  ...[
    'a',
    'b',
    'é',
    '\u{1f600}',
    '\0',
    '\r\n',
    '(',
    ')',
    '[',
    ']',
    '{1,3}',
    '(?=',
    '\\1',
    '10.0.0.0/8',
    'unix',
    '*.a.test',
  ],
  ...[
    'redirect',
    '301',
    'respond',
    '200',
    'return',
    '403',
    'reads',
    'canary',
    '5%',
    'by',
    'header',
    'mirror',
    'prefix',
  ],
  ...[
    'query',
    'set-query',
    'set',
    'add',
    'remove',
    'response-set',
    'reverse',
    'off',
    'cookie-domain',
    'docroot',
    'error',
  ],
  ...[
    'X-A: b',
    'Connection: x',
    'Host',
    '__proto__',
    'constructor',
    'tls',
    'cert=',
    'key=',
    'proxy-protocol=',
    ':8443',
  ],
] as const;

function textOf(random: Prng): string {
  return Array.from(
    { length: 1 + random.below(14) },
    () => random.pick(PIECES) + (random.below(3) === 0 ? ' ' : ''),
  ).join('');
}

test('whatever stands in a rule or a listener is read, or refused with words', () => {
  const random = new Prng(20_14);
  for (let round = 0; round < ROUNDS; round++) {
    const text = textOf(random);
    for (const parse of [parseRoute, parseListener]) {
      try {
        parse(round % 2 === 0 ? text : `path=/x -> a; ${text}`);
      } catch (error) {
        assert.ok(error instanceof Misread, `${JSON.stringify(text)}: ${(error as Error).stack}`);
        assert.notEqual(error.message, '');
      }
    }
  }
});

test('a route that is accepted has no field of framing, and no line end in what it sends', () => {
  const random = new Prng(8_14);
  const pool = ['a=http://a:1', 'b=http://b:1', 'default=http://c:1'];
  for (let round = 0; round < ROUNDS / 4; round++) {
    const text = `path=~^/(x)(y)? -> a; ${random.pick(['set', 'add', 'remove', 'response-set', 'host', 'prefix /x', 'path'])} ${textOf(random)}`;
    try {
      const [route] = load({ pool, route: [text] }).routes;
      const { request, response } = route!.rewrite ?? {};
      const fields = [request, response].flatMap(edits => [...(edits?.set ?? []), ...(edits?.add ?? [])]);
      for (const [name, value] of fields) {
        assert.doesNotMatch(
          name,
          /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-length|host)$/i,
          text,
        );
        assert.doesNotMatch(value, /[\r\n\0]/, text);
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
    }
  }
});

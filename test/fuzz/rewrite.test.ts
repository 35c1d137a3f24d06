import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import { exchangeOf, type RewriteSetting, rewriteFrom } from '../unit/rewrite/exchanges.ts';
import { Prng } from './prng.ts';

const CASES = 4000;
const LIMIT = 300;

/** What a head may consist of: a target, a Host, and lines of fields. */
const TARGET = /^\/[!"$-~\x80-\xff]*$/;
const HOST = /^(?:[\w.-]|%[0-9a-f]{2})+(?::\d*)?$/;
const LINES = /^(?:[\w-]+: [!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?\r\n)*$/;

/** A segment that leads upwards once all that is encoded is decoded. */
const UPWARDS = /(?:^|[/\\])\.{1,2}(?:[/\\;]|$)/;

const PIECES = [
  '/',
  '/app',
  '%2f',
  '%2F',
  '..',
  '.',
  '%2e',
  '//',
  ';',
  '\\',
  '%5c',
  'a',
  'pp',
  '%61',
  '%',
  '%zz',
  '\xe4',
  '&',
  '=',
  '{',
];
const QUERIES = ['', '?', '?x=1', '?&&', '?a=%26&b', '?/../x'];
const VALUES = [
  '',
  'a',
  'a b',
  '../x',
  '/',
  'a\r\nX: y',
  '\n',
  '\0',
  '%2e%2e',
  'a?b#c',
  '\xff',
  ' \t',
  'x'.repeat(120),
];

const SETTINGS: readonly RewriteSetting[] = [
  { prefix: [['/app', '/']] },
  {
    prefix: [
      ['/app', '/inner'],
      ['/', '/base/$1'],
    ],
    host: '{header:X-T}.inner',
  },
  {
    prefix: [
      ['/a%2fb', '/c'],
      ['/app', '{header:X-T}'],
    ],
    query: '{query}&t={header:X-T}',
  },
  {
    path: [
      ['^/(.*?)(pp|a)', '/$2/$1'],
      ['a', '{cookie:c}?y=$1'.replace('$1', '{header:X-T}')],
    ],
  },
  {
    queryPatterns: [['(x)=', '$1y=']],
    request: { set: [['X-A', '$1 {path} {header:X-T}']], add: [['X-A', '{cookie:c}']] },
  },
  {
    prefix: [['/app', '/v2']],
    response: { set: [['X-A', '$1{query}']] },
    reverse: { mode: 'auto', pairs: [['/x/', '/y']] },
  },
];

function textOf(random: Prng, pieces: readonly string[], most: number): string {
  let text = '';
  for (let i = random.below(most); i > 0; i--) text += random.pick(pieces);
  return text;
}

test('whatever comes, what a rewrite lets go on is a head that means what the route says', () => {
  const random = new Prng(14);
  let changed = 0;
  for (let i = 0; i < CASES; i++) {
    const setting = random.pick(SETTINGS);
    const target = `/${textOf(random, PIECES, 8)}${random.pick(QUERIES)}`;
    const value = random.pick(VALUES);
    const fields =
      /[\r\n\0]/.test(value) || value.trim() === ''
        ? ''
        : `X-T: ${value.trim()}\r\nCookie: c=${value.trim()}\r\n`;
    const exchange = exchangeOf({
      target,
      fields,
      captures: ['', value],
      host: random.pick(['example.com', 'a:80']),
    });
    const limits = { targetBytes: LIMIT, headBytes: LIMIT };
    try {
      rewriteFrom(setting, { limits }).apply(exchange);
    } catch (error) {
      assert.ok(error instanceof GatewayError && error.kind === 'http_request_error', String(error));
      assert.equal(exchange.target, target, 'a refused request is as it was');
      continue;
    }
    const words = JSON.stringify([setting, target, value, exchange.target]);
    assert.match(exchange.target, TARGET, words);
    assert.match(exchange.host, HOST, words);
    assert.match(exchange.fields, LINES, words);
    assert.ok(exchange.target.length <= LIMIT, words);
    const path = exchange.target.replace(/\?.*$/, '');
    if (path === target.replace(/\?.*$/, '')) continue;
    changed++;
    const decoded = path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    assert.doesNotMatch(decoded, UPWARDS, words);
  }
  assert.ok(changed > CASES / 20, `only ${changed} were changed`);
});

const URLS = [
  '/',
  '/v2',
  '/v2/x',
  '//',
  '/app',
  'http://',
  'https://',
  'example.com',
  'inner',
  ':80',
  '\\',
  '@',
  '?',
  '#',
  ';',
  ' ',
  '"',
  '=',
  'url=',
  '5',
  'Path=',
  'Domain=',
  'x',
];
const NAMES = ['Location', 'content-location', 'Refresh', 'Set-Cookie', 'X-Other'];

test('whatever a backend says, mapping it back twice does what mapping it back once does, and breaks no line', () => {
  const random = new Prng(15);
  const settings: readonly RewriteSetting[] = [
    { prefix: [['/app', '/']] },
    { prefix: [['/app', '/v2']], host: 'inner' },
    { prefix: [['/app', '/app/v2']], host: 'inner:81' },
    { host: 'inner', reverse: { mode: 'auto', pairs: [['http://inner/v2', 'https://example.com/app']] } },
  ];
  for (let i = 0; i < CASES; i++) {
    const setting = random.pick(settings);
    const exchange = exchangeOf({
      target: '/app/x',
      authority: '10.0.0.1:3000',
      secure: random.below(2) === 0,
    });
    rewriteFrom(setting).apply(exchange);
    let fields = '';
    for (let n = random.below(4); n >= 0; n--) {
      const value = textOf(random, URLS, 6).trim();
      fields += `${random.pick(NAMES)}: ${value}\r\n`;
    }
    const once = exchange.editor!.edit(exchange, 200, fields);
    const words = JSON.stringify([setting, fields, once]);
    assert.equal(exchange.editor!.edit(exchange, 200, once), once, words);
    assert.equal(once.split('\r\n').length, fields.split('\r\n').length, words);
    assert.deepEqual(once.match(/^[\w-]+/gm), fields.match(/^[\w-]+/gm), words);
  }
});

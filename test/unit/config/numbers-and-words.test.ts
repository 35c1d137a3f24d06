import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCountOrOff, parseInteger } from '../../../src/config/integer.ts';
import { parseRetryOn } from '../../../src/config/retry-on.ts';
import { formatShare, parseShare } from '../../../src/config/share.ts';
import { parseTrusted } from '../../../src/config/trust.ts';
import { parseWord } from '../../../src/config/word.ts';
import { refuses, refusesAll } from './refuses.ts';

test('a share is a percentage from 0 to 100', () => {
  assert.deepEqual(['0%', '20%', '12.5%', '100%'].map(parseShare), [0, 0.2, 0.125, 1]);
  refuses(parseShare, '0.2', 'expected a share from 0% to 100%, such as 20%; got "0.2"');
  refusesAll(parseShare, ['101%', '-1%', '%', 20, '20 %']);
  assert.equal(formatShare(0.07), '7%');
});

test('a whole number may be written as a number or as digits, within its bounds', () => {
  const parse = parseInteger(0, 100);
  assert.deepEqual([parse('0'), parse(100), parse('042')], [0, 100, 42]);
  refuses(parse, '101', 'expected a whole number from 0 to 100; got "101"');
  refusesAll(parse, [-1, 1.5, '1.5', '', ' 1', '+1', '1e1', '0x1', true, null, Number.POSITIVE_INFINITY]);
});

test('a limit is a count of at least 1, or off', () => {
  const parse = parseCountOrOff(10);
  assert.deepEqual([parse('off'), parse('3'), parse(10)], [Number.POSITIVE_INFINITY, 3, 10]);
  refuses(parse, '0', 'expected a whole number from 1 to 10, or off; got "0"');
  refuses(parse, false, 'expected a whole number from 1 to 10, or off; got false');
});

test('a misspelt word is answered with the nearest one', () => {
  const parse = parseWord(['never', 'queued', 'always']);
  assert.equal(parse('queued'), 'queued');
  refuses(parse, 'alwais', 'expected one of never, queued, always; got "alwais", the nearest is always');
  refuses(parse, 'x', 'expected one of never, queued, always; got "x"');
  refuses(parse, 3, 'expected one of never, queued, always; got 3');
});

test('the reasons for a retry are a list, or a text with commas, and statuses may be numbers', () => {
  assert.deepEqual(parseRetryOn('connect,503'), ['connect', '503']);
  assert.deepEqual(parseRetryOn(['connect', 503, 'connect']), ['connect', '503']);
  assert.deepEqual(parseRetryOn(504), ['504']);
  assert.deepEqual(parseRetryOn(''), []);
  assert.deepEqual(parseRetryOn([]), []);
  refusesAll(parseRetryOn, ['500', 'connect,', ['x'], null, {}]);
});

test('a trusted network is one in CIDR notation, an address, or unix', () => {
  assert.equal(parseTrusted('unix'), 'unix');
  assert.equal(parseTrusted('10.0.0.0/8'), '10.0.0.0/8');
  refuses(
    parseTrusted,
    '10.0.0.0/33',
    'expected a network such as 10.0.0.0/8, fd00::/8, an address such as 127.0.0.1, or unix; got "10.0.0.0/33"',
  );
});

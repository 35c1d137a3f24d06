import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSetting, parseEndpointSetting, parsePoolSetting } from '../../../src/config/live-settings.ts';
import { refuses } from './refuses.ts';

test('a setting of a pool is read as its flag is', () => {
  const read = [
    ['max-conns', '8', 8],
    ['max-conns', 'off', Infinity],
    ['pool-max-conns', '9', 9],
    ['queue', '0', 0],
    ['queue-timeout', '90s', 90_000],
    ['balance', 'hash:header:X-A', { kind: 'hash', key: { kind: 'header', name: 'x-a' } }],
  ] as const;
  for (const [name, text, value] of read) {
    const setting = parsePoolSetting(name, text);
    assert.deepEqual(setting, { name, value });
    assert.equal(formatSetting(setting), text.replace('X-A', 'x-a'));
  }
});

test('a setting of an endpoint is read as the option of a backend is, or off', () => {
  assert.deepEqual(parseEndpointSetting('weight', '3'), { name: 'weight', value: 3 });
  assert.deepEqual(parseEndpointSetting('max-conns', 'off'), { name: 'max-conns', value: Infinity });
  assert.equal(formatSetting({ name: 'max-conns', value: Infinity }), 'off');
});

test('a mistake in a setting names it', () => {
  refuses(
    () => parsePoolSetting('queue-timeout', 'x'),
    '',
    'queue-timeout: expected a duration such as 250ms, 5s, 2m, 1h; got "x"',
  );
  refuses(
    () => parseEndpointSetting('weight', '0'),
    '',
    'weight: expected a whole number from 1 to 1000; got "0"',
  );
});

test('what cannot be set is answered with what can', () => {
  refuses(
    () => parsePoolSetting('max-con', '1'),
    '',
    'unknown setting of a pool "max-con"; the nearest known one is "max-conns"',
  );
  refuses(
    () => parsePoolSetting('breaker', '50%'),
    '',
    'unknown setting of a pool "breaker"; known are: max-conns, pool-max-conns, balance, queue, queue-timeout',
  );
  refuses(
    () => parseEndpointSetting('toString', '1'),
    '',
    'unknown setting of an endpoint "toString"; known are: weight, max-conns',
  );
});

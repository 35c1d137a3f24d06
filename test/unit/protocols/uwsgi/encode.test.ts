import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHead } from '../../../../protocols/uwsgi/encode.ts';
import { refused } from '../../cgi/refused.ts';

test('a head is a packet whose sizes have the low byte in front', () => {
  const long = 'v'.repeat(258);
  assert.equal(encodeHead(['A', '', 'BC', long]), `\0\x0d\x01\0\x01\0A\0\0\x02\0BC\x02\x01${long}`);
});

test('a packet holds 65535 bytes and not one more', () => {
  const most = encodeHead(['A', 'v'.repeat(65_535 - 5)]);
  assert.equal(most.length, 4 + 65_535);
  assert.equal(most.slice(0, 4), '\0\xff\xff\0');
  for (const variables of [
    ['A', 'v'.repeat(65_536 - 5)],
    ['A', 'v'.repeat(200_000)],
    ['v'.repeat(70_000), ''],
  ]) {
    const error = refused('header_section_too_large', () => encodeHead(variables));
    assert.match(error.message, /more than 65535 bytes .* send fewer or shorter fields$/);
  }
});

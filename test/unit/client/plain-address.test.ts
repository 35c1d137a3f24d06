import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainAddress } from '../../../src/client/plain-address.ts';

for (const [text, address] of [
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8::0001', '2001:db8::1'],
  ['0000:0000:0000:0000:0000:ffff:192.168.100.200', '192.168.100.200'],
  ['::ffff:c0a8:64c8', '192.168.100.200'],
  ['::', '::'],
  ['192.0.2.01', ''],
  ['192.0.2', ''],
  ['0x7f.1', ''],
  ['2130706433', ''],
  ['fe80::1%lo', ''],
  ['1:2:3:4:5:6:7:8:9', ''],
  [':::', ''],
  ['[::1]', ''],
  [' ::1', ''],
  ['', ''],
] as const) {
  test(`the plain notation of ${JSON.stringify(text)} is ${JSON.stringify(address)}, asked again as well`, () => {
    assert.equal(plainAddress(text), address);
    assert.equal(plainAddress(text), address);
  });
}

test('more addresses than are remembered are told all the same', () => {
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 5000; i++)
      assert.equal(
        plainAddress(`2001:DB8::${i.toString(16)}`),
        i === 0 ? '2001:db8::' : `2001:db8::${i.toString(16)}`,
      );
  }
});

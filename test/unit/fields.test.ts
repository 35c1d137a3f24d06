import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldCode, LOOKALIKE, listMembers, listsToken, X_FORWARDED_PORT } from '../../src/fields.ts';

for (const [value, members] of [
  ['a', ['a']],
  [' a ,\tb\t,c d', ['a', 'b', 'c d']],
  [',a,,', ['', 'a', '', '']],
  ['', ['']],
  ['\xa0a\x0b', ['\xa0a\x0b']],
] as const) {
  test(`the members of ${JSON.stringify(value)} are ${JSON.stringify(members)}`, () => {
    assert.deepEqual(listMembers(value), members);
  });
}

test('a run of blanks in a list is looked at once, not again from each of them', () => {
  const blanks = ' '.repeat(1_000_000);
  assert.deepEqual(listMembers(`a${blanks}b,${blanks}c`), [`a${blanks}b`, 'c']);
  assert.ok(!listsToken(`close${blanks}x`, 'close'));
});

test('a name that an application may take for X-Forwarded-Port is told from it', () => {
  assert.equal(fieldCode('X-Forwarded-Port'), X_FORWARDED_PORT);
  for (const name of ['X_Forwarded_Port', 'x_forwarded-port', 'X-Forwarded_PORT', 'X_FORWARDED_PREFIX'])
    assert.equal(fieldCode(name), LOOKALIKE, name);
});

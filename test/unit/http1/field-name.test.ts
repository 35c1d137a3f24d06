import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELD_CODES, fieldCode, OTHER } from '../../../src/fields.ts';
import { fieldCodeAt } from '../../../src/http1/field-name.ts';

/** Ways to spell a name. */
function spellings(name: string): string[] {
  return [name, name.toUpperCase(), name.replace(/\b[a-z]/g, letter => letter.toUpperCase())];
}

/** Names that nearly are the one given. */
function neighbours(name: string): string[] {
  const swapped = Array.from(name, (_, at) => `${name.slice(0, at)}!${name.slice(at + 1)}`);
  const flipped = [0x01, 0x02, 0x04, 0x08, 0x10, 0x40].flatMap(bit =>
    Array.from(name, (letter, at) => {
      const other = String.fromCharCode(letter.charCodeAt(0) ^ bit);
      return name.slice(0, at) + other + name.slice(at + 1);
    }),
  );
  return [
    ...flipped,
    ...swapped,
    `${name}x`,
    `x${name}`,
    name.slice(1),
    name.slice(0, -1),
    name.replaceAll('-', '_'),
  ];
}

function codeOf(name: string): number {
  const bytes = Buffer.from(`..${name}..`, 'latin1');
  return fieldCodeAt(bytes, 2, 2 + name.length);
}

test('every known name has its code in any case', () => {
  for (const [name, code] of FIELD_CODES) {
    for (const spelling of spellings(name)) assert.equal(codeOf(spelling), code, spelling);
  }
});

test('names that are nearly known have the code that fieldCode gives them', () => {
  for (const name of FIELD_CODES.keys()) {
    for (const neighbour of neighbours(name))
      assert.equal(codeOf(neighbour), fieldCode(neighbour), neighbour);
  }
  for (const name of ['x-forwarded-client-cert', 'x-forwarded-a', `x_forwarded-${'y'.repeat(100)}`]) {
    assert.notEqual(codeOf(name), OTHER);
    for (const neighbour of neighbours(name))
      assert.equal(codeOf(neighbour), fieldCode(neighbour), neighbour);
  }
  assert.equal(codeOf('x'.repeat(100)), fieldCode('x'.repeat(100)));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRequestId, requestId } from '../../../src/client/request-id.ts';

test('an id is 20 hexadecimal digits, and no two are alike', () => {
  const ids = new Set(Array.from({ length: 100_000 }, requestId));
  assert.equal(ids.size, 100_000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{20}$/);
});

for (const id of ['1', 'a'.repeat(128), '0af7651916cd43dd-8448eb211c80319c', 'req:1/2+3=@host._'])
  test(`${id} may be kept`, () => assert.ok(isRequestId(id)));

for (const id of ['', 'a'.repeat(129), 'a b', 'a"b', 'a,b', 'a\xe9', 'a\n', '<b>'])
  test(`${JSON.stringify(id)} may not be kept`, () => assert.ok(!isRequestId(id)));

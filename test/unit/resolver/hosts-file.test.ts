import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesIn } from '../../../src/resolver/hosts-file.ts';

const TEXT = `# comment api.test
127.0.0.1\tlocalhost
10.0.0.1 api.test api # 10.0.0.9 web.test
  10.0.0.2   other.test  api.test\r
not-an-address api.test
0:0:0:0:0:0:0:1 six.test API.TEST
::ffff:10.0.0.3 api.test
fe80::1%eth0 api.test
10.0.0.4 xapi.test api.test.example
10.0.0.5`;

test('a name has the addresses of all lines that name it as a whole, in canonical form', () => {
  assert.deepEqual(addressesIn(TEXT, 'api.test'), ['10.0.0.1', '10.0.0.2', '::1', '10.0.0.3']);
});

test('an alias is a name as well', () => {
  assert.deepEqual(addressesIn(TEXT, 'api'), ['10.0.0.1']);
});

test('what a comment says counts for nothing', () => {
  assert.deepEqual(addressesIn(TEXT, 'web.test'), []);
});

for (const name of ['10.0.0.5', '10.0.0.1', 'nobody', 'test', '#'])
  test(`${name} is no name in it`, () => assert.deepEqual(addressesIn(TEXT, name), []));

test('a line without an end counts', () => {
  assert.deepEqual(addressesIn('10.0.0.1 a\n10.0.0.2 b', 'b'), ['10.0.0.2']);
});

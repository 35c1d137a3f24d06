import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHead } from '../../../../protocols/scgi/encode.ts';

test('a head is a netstring, as in the example of the specification', () => {
  const variables = ['CONTENT_LENGTH', '27', 'REQUEST_METHOD', 'POST', 'REQUEST_URI', '/deepthought'];
  assert.equal(
    encodeHead(variables),
    '70:CONTENT_LENGTH\x0027\0SCGI\x001\0REQUEST_METHOD\0POST\0REQUEST_URI\0/deepthought\0,',
  );
});

test('the length counts bytes, of which a character is one', () => {
  assert.equal(
    encodeHead(['CONTENT_LENGTH', '0', 'A', '\xe4']),
    '28:CONTENT_LENGTH\x000\0SCGI\x001\0A\0\xe4\0,',
  );
});

test('SCGI is said once, whatever the variables say (76)', () => {
  const once = encodeHead(['CONTENT_LENGTH', '0']);
  assert.equal(encodeHead(['CONTENT_LENGTH', '0', 'SCGI', '2']), once);
});

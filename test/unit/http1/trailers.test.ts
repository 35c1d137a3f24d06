import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELD_CODES } from '../../../src/fields.ts';
import { allowedTrailers } from '../../../src/http1/trailers.ts';

test('no field that frames, routes, authenticates or names a connection passes as a trailer, in any case', () => {
  for (const name of [
    ...FIELD_CODES.keys(),
    'date',
    'authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'content-type',
    'content-encoding',
    'content-range',
    'cache-control',
    'location',
    'range',
    'if-match',
    'x-forwarded-user',
    'x_forwarded_client_cert',
  ]) {
    assert.deepEqual(allowedTrailers([name, 'x']), [], name);
    assert.deepEqual(allowedTrailers([name.toUpperCase(), 'x']), [], name);
  }
});

test('other trailers pass in their order', () => {
  const fields = ['Server-Timing', 'a', 'grpc-status', '0', 'ETag', '"x"', 'grpc-status', '1'];
  assert.deepEqual(allowedTrailers(fields), fields);
});

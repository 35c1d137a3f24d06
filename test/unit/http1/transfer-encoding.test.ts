import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transferEncoding } from '../../../src/http1/transfer-encoding.ts';

test('chunked alone is understood, in any case', () => {
  for (const value of ['chunked', 'Chunked', 'CHUNKED'])
    assert.equal(transferEncoding(value), 'chunked', value);
});

test('other codings before chunked are well-formed and unsupported', () => {
  const values = [
    'gzip, chunked',
    'gzip,deflate , Chunked',
    'gzip;q=1, chunked',
    'x;a="b, c\\"" ;d=e\t,chunked',
    'identity, chunked',
  ];
  for (const value of values) assert.equal(transferEncoding(value), 'unsupported', value);
});

test('chunked twice, not last, with a parameter, or misspelled is malformed', () => {
  const values = [
    '',
    'gzip',
    'chunked, gzip',
    'chunked, chunked',
    'gzip, chunked, chunked',
    'chunked;x=1, chunked',
  ];
  const worse = [
    'chunked;x=1',
    'xchunked',
    'chunkedx',
    'x chunked',
    '"chunked"',
    'identity',
    'chun\tked',
    '\x0bchunked',
  ];
  const holes = [
    ', chunked',
    'chunked,',
    'gzip,,chunked',
    'gzip;, chunked',
    'gzip;q, chunked',
    'gzip chunked',
    'g\xe9, chunked',
  ];
  for (const value of [...values, ...worse, ...holes])
    assert.equal(transferEncoding(value), 'malformed', value);
});

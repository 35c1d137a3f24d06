import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestHeadParser } from '../../../src/http1/request-head.ts';
import { ResponseHeadParser } from '../../../src/http1/response-head.ts';
import { ROOMY } from './heads.ts';

function message(parser: RequestHeadParser | ResponseHeadParser, text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  try {
    parser.parse(bytes, 0, bytes.length);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return '';
}

test('a refusal says where the mistake is and what should stand there', () => {
  const GET = 'GET / HTTP/1.1\r\n';
  const cases = [
    ['\x16\x03\x01', 'request begins like TLS, and this port speaks plain HTTP'],
    ['GET  / HTTP/1.1\r\n', 'request target begins with a space; one space must stand before it'],
    ['GET /\xe9\x01 HTTP/1.1', 'request target: byte 0x01 must be percent-encoded'],
    ['GET / HTTP/3.0\r\n', 'request in HTTP/3.0; this port speaks HTTP/1.1'],
    ['GET / http/1.1\r\n', 'request version begins with "h", and must be HTTP/1.1 or HTTP/1.0'],
    [
      `${GET}A: b\r\nHost : a\r\n`,
      'request field 2: a space after "Host": a colon must follow the name at once',
    ],
    [`${GET}A: b\r\n c\r\n`, 'request field 2: a folded line; every field must be on one line'],
    [`${GET}A: b\nC: d`, 'request field "A": a line feed may not stand in a value'],
  ] as const;
  for (const [text, said] of cases) assert.equal(message(new RequestHeadParser(ROOMY), text), said);
});

test('a refusal of an answer shows how it begins, escaped and shortened', () => {
  const parser = () => new ResponseHeadParser(ROOMY);
  assert.equal(
    message(parser(), 'H\0'),
    'response begins with "H\\u0000"; a status line such as HTTP/1.1 200 OK must stand there',
  );
  assert.equal(message(parser(), 'HTTP/1.1 700 X\r\n'), 'response status 700; it must be 100 to 599');
  const long = message(new RequestHeadParser(ROOMY), `GET / HTTP/1.1\r\n${'a'.repeat(1000)} b`);
  assert.ok(long.length < 200, long);
});

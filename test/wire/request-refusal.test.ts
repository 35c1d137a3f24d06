import assert from 'node:assert/strict';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

/** A head that must be refused: what it is, its lines, and the statuses that will do. */
type Bad = readonly [claim: string, lines: readonly string[], ...statuses: number[]];

const post = (...lines: string[]) => [
  'POST / HTTP/1.1',
  'Host: a',
  ...lines,
  '',
  'GET /smuggled HTTP/1.1',
  '',
];
const get = (line: string, ...lines: string[]) => [line, 'Host: a', ...lines, '', ''];

const LENGTHS: readonly Bad[] = [
  ['Content-Length and Transfer-Encoding (1)', post('Content-Length: 5', 'Transfer-Encoding: chunked'), 400],
  ['Transfer-Encoding and Content-Length (1)', post('Transfer-Encoding: chunked', 'Content-Length: 5'), 400],
  ['two lengths that differ (2)', post('Content-Length: 5', 'Content-Length: 6'), 400],
  ['a list of lengths that differ (2)', post('Content-Length: 5, 6'), 400],
  ['an empty length (2)', post('Content-Length: '), 400],
  ['a length with a sign (2)', post('Content-Length: +5'), 400],
  ['a negative length (2)', post('Content-Length: -5'), 400],
  ['a hexadecimal length (2)', post('Content-Length: 0x5'), 400],
  ['a length with a blank in it (2)', post('Content-Length: 5 5'), 400],
  ['a length with an underscore (2)', post('Content-Length: 1_0'), 400],
  ['a length beyond what can be counted (2)', post('Content-Length: 99999999999999999999'), 400],
  ['a length before a no-break space (2)', post('Content-Length: 5\xa0'), 400],
  ['a length with an empty list member (2)', post('Content-Length: 5,'), 400],
];

const CODINGS: readonly Bad[] = [
  ['an unknown coding (3)', post('Transfer-Encoding: xchunked'), 400, 501],
  ['a coding before chunked that nobody decodes (3)', post('Transfer-Encoding: gzip, chunked'), 501],
  ['chunked that is not last (3)', post('Transfer-Encoding: chunked, gzip'), 400],
  ['chunked twice (3)', post('Transfer-Encoding: chunked, chunked'), 400, 501],
  ['chunked in two fields (3)', post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'), 400, 501],
  ['chunked, then identity (3)', post('Transfer-Encoding: chunked', 'Transfer-Encoding: identity'), 400],
  ['chunked with a parameter (3)', post('Transfer-Encoding: chunked;x=1'), 400],
  ['chunked in quotes (3)', post('Transfer-Encoding: "chunked"'), 400],
  ['chunked after a no-break space (3)', post('Transfer-Encoding: \xa0chunked'), 400],
  ['an empty coding (3)', post('Transfer-Encoding: '), 400],
  ['chunked after a vertical tab (3)', post('Transfer-Encoding: \x0bchunked'), 400],
  ['Transfer-Encoding in HTTP/1.0 (3)', ['POST / HTTP/1.0', 'Transfer-Encoding: chunked', '', ''], 400],
];

const LINES: readonly Bad[] = [
  ['a folded line (4)', get('GET / HTTP/1.1', 'X-A: 1', ' 2'), 400],
  ['a folded Transfer-Encoding (4)', post('Transfer-Encoding:', ' chunked'), 400],
  ['a blank before the colon (4)', post('Content-Length : 5'), 400],
  ['a tab before the colon (4)', post('Transfer-Encoding\t: chunked'), 400],
  ['a blank before the first field (4)', ['GET / HTTP/1.1', ' Host: a', '', ''], 400],
  ['a line that ends in LF alone (5)', get('GET / HTTP/1.1', 'X-A: 1\nX-B: 2'), 400],
  ['a request line that ends in LF alone (5)', ['GET / HTTP/1.1\nHost: a', '', ''], 400],
  ['a CR inside a value (5)', get('GET / HTTP/1.1', 'X-A: 1\rX-B: 2'), 400],
  ['a CR inside the request line (5)', ['GET /\r HTTP/1.1', 'Host: a', '', ''], 400],
  ['a NUL in a value (5)', get('GET / HTTP/1.1', 'X-A: 1\x002'), 400],
  ['a NUL in a name (5)', get('GET / HTTP/1.1', 'X-\0A: 1'), 400],
  ['a control byte in a value (5)', get('GET / HTTP/1.1', 'X-A: 1\x012'), 400],
  ['a field without a colon (5)', get('GET / HTTP/1.1', 'X-A'), 400],
  ['a field without a name (5)', get('GET / HTTP/1.1', ': 1'), 400],
  ['a name that is not a token (5)', get('GET / HTTP/1.1', 'X(A): 1'), 400],
];

const REQUEST_LINES: readonly Bad[] = [
  ['a version of the future', get('GET / HTTP/2.0'), 505],
  ['a minor version of the future', get('GET / HTTP/1.2'), 505],
  ['a version in lower case', get('GET / http/1.1'), 400],
  ['a version with two digits', get('GET / HTTP/1.10'), 400],
  ['no version', get('GET /'), 400],
  ['two blanks before the target', get('GET  / HTTP/1.1'), 400],
  ['two blanks before the version', get('GET /  HTTP/1.1'), 400],
  ['a tab between the parts', get('GET\t/ HTTP/1.1'), 400],
  ['a blank after the version', get('GET / HTTP/1.1 '), 400],
  ['a blank in the target', get('GET /a b HTTP/1.1'), 400],
  ['a fragment in the target', get('GET /a#b HTTP/1.1'), 400],
  ['a target that is no path', get('GET a HTTP/1.1'), 400],
  ['an asterisk for another method than OPTIONS', get('GET * HTTP/1.1'), 400],
  ['a method that is not a token', get('G@T / HTTP/1.1'), 400],
  ['a blank at the start', get(' GET / HTTP/1.1'), 400],
  ['CONNECT', ['CONNECT a:443 HTTP/1.1', 'Host: a:443', '', ''], 501],
  ['the start of a TLS connection', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '', ''], 400],
  ['the preface of HTTP/2', ['PRI * HTTP/2.0', '', 'SM', '', ''], 400, 505],
];

const HOSTS: readonly Bad[] = [
  ['no Host in HTTP/1.1 (11)', ['GET / HTTP/1.1', 'X-A: 1', '', ''], 400],
  ['two Host fields (11)', ['GET / HTTP/1.1', 'Host: a', 'Host: a', '', ''], 400],
  ['two Host fields in HTTP/1.0 (11)', ['GET / HTTP/1.0', 'Host: a', 'Host: b', '', ''], 400],
  ['a list of hosts (11)', ['GET / HTTP/1.1', 'Host: a, b', '', ''], 400],
  ['a Host with a path (11)', ['GET / HTTP/1.1', 'Host: a/b', '', ''], 400],
  ['a Host with a user (11)', ['GET / HTTP/1.1', 'Host: u@a', '', ''], 400],
  ['a Host with a port that is no number (11)', ['GET / HTTP/1.1', 'Host: a:b', '', ''], 400],
  ['a Host with an open bracket (11)', ['GET / HTTP/1.1', 'Host: [::1', '', ''], 400],
  ['an absolute target with a user (11)', ['GET http://u:p@a/ HTTP/1.1', 'Host: a', '', ''], 400],
  ['an absolute target without a host (11)', ['GET http:///x HTTP/1.1', 'Host: a', '', ''], 400],
  ['an absolute target of another scheme (11)', ['GET ftp://a/x HTTP/1.1', 'Host: a', '', ''], 400],
];

for (const [claim, lines, ...statuses] of [...LENGTHS, ...CODINGS, ...LINES, ...REQUEST_LINES, ...HOSTS]) {
  test(`refuses ${claim}`, async t => {
    const origin = await okBackend(t);
    const gateway = await startGateway(t, { backends: [origin.url] });
    const client = await connect(t, gateway.address);
    client.send(lines.join('\r\n'));
    const answer = await client.response();
    assert.ok(statuses.includes(answer.status), `answered ${answer.startLine}`);
    assert.equal(answer.field('connection'), 'close');
    assert.equal(await client.rest(), '', 'nothing follows the refusal');
    assert.equal(origin.connections.length, 0, 'the backend sees nothing');
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOMY, readRequest } from './heads.ts';

const BAD = { error: 'http_request_error' };

/** The start of a request that is well but for what the test adds. */
const GET = 'GET / HTTP/1.1\r\n';

test('a head is read in the same way however it is split', () => {
  assert.deepEqual(readRequest(`POST /a?b HTTP/1.1\r\nHost: a\r\nX-Y:z\r\n\r\nbody`), {
    start: ['POST', '/a?b', 1],
    fields: ['Host', 'a', 'X-Y', 'z'],
    rest: 4,
  });
});

test('a head without fields is complete after its empty line', () => {
  assert.deepEqual(readRequest('GET / HTTP/1.0\r\n\r\n'), { start: ['GET', '/', 0], fields: [], rest: 0 });
});

test('a head that is cut short is not complete and no error', () => {
  assert.deepEqual(readRequest(`${GET}Host: a\r\n\r`), { start: undefined, fields: [], rest: 0 });
});

test('up to two empty lines before a request are ignored', () => {
  assert.deepEqual(readRequest(`\r\n\r\n${GET}\r\n`), { start: ['GET', '/', 1], fields: [], rest: 0 });
  assert.deepEqual(readRequest(`\r\n\r\n\r\n${GET}\r\n`), BAD);
  assert.deepEqual(readRequest(`\r${GET}\r\n`), BAD);
  assert.deepEqual(readRequest(`\n${GET}\r\n`), BAD);
});

test('a method is any token of up to 32 bytes', () => {
  assert.deepEqual(readRequest("M-x!#$%&'*+.^_`|~9 / HTTP/1.1\r\n\r\n"), {
    start: ["M-x!#$%&'*+.^_`|~9", '/', 1],
    fields: [],
    rest: 0,
  });
  assert.deepEqual(readRequest(`${'M'.repeat(32)} / HTTP/1.1\r\n\r\n`), {
    start: ['M'.repeat(32), '/', 1],
    fields: [],
    rest: 0,
  });
  assert.deepEqual(readRequest(`${'M'.repeat(33)} / HTTP/1.1\r\n\r\n`), { error: 'not_implemented' });
});

test('what is no method is refused', () => {
  for (const start of [' GET', 'G@T', 'GET\t', '\x16\x03\x01', '\x00', 'G\xc9T', '(GET)', '"GET"']) {
    assert.deepEqual(readRequest(`${start} / HTTP/1.1\r\n\r\n`), BAD, start);
  }
});

test('exactly one space stands between the parts of a request line', () => {
  for (const line of [
    'GET  / HTTP/1.1',
    'GET /  HTTP/1.1',
    'GET / HTTP/1.1 ',
    'GET /\tHTTP/1.1',
    'GET\t/ HTTP/1.1',
  ]) {
    assert.deepEqual(readRequest(`${line}\r\n\r\n`), BAD, line);
  }
});

test('a request line without a version is refused', () => {
  assert.deepEqual(readRequest('GET /\r\n\r\n'), BAD);
  assert.deepEqual(readRequest('GET / \r\n\r\n'), BAD);
  assert.deepEqual(readRequest('GET\r\n\r\n'), BAD);
});

test('versions other than 1.0 and 1.1 are not supported', () => {
  for (const version of ['HTTP/2.0', 'HTTP/1.2', 'HTTP/0.9', 'HTTP/3.0', 'HTTP/1.9', 'HTTP/0.1']) {
    assert.deepEqual(readRequest(`GET / ${version}\r\n\r\n`), { error: 'version_not_supported' }, version);
  }
});

test('what is no version is refused', () => {
  for (const version of [
    'http/1.1',
    'HTTP/1',
    'HTTP/1.',
    'HTTP/11.1',
    'HTTP/1.10',
    'HTTP/1,1',
    'HTPP/1.1',
    'HTTP/x.1',
    'HTTP 1.1',
  ]) {
    assert.deepEqual(readRequest(`GET / ${version}\r\n\r\n`), BAD, version);
  }
});

test('every byte of a target is received as it was sent, or refused', () => {
  for (let byte = 0; byte < 256; byte++) {
    const target = `/${String.fromCharCode(byte)}`;
    const bad = byte <= 0x20 || byte === 0x7f || byte === 0x23;
    const good = { start: ['GET', target, 1], fields: [], rest: 0 };
    assert.deepEqual(readRequest(`GET ${target} HTTP/1.1\r\n\r\n`), bad ? BAD : good, `byte ${byte}`);
  }
});

test('every byte of a field value is received as it was sent, or refused', () => {
  for (let byte = 0; byte < 256; byte++) {
    const value = `a${String.fromCharCode(byte)}b`;
    const bad = (byte < 0x20 && byte !== 0x09) || byte === 0x7f;
    const good = { start: ['GET', '/', 1], fields: ['X', value], rest: 0 };
    assert.deepEqual(readRequest(`${GET}X: ${value}\r\n\r\n`), bad ? BAD : good, `byte ${byte}`);
  }
});

test('a field name is a token', () => {
  for (let byte = 0; byte < 256; byte++) {
    const name = `a${String.fromCharCode(byte)}b`;
    const good = /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(name[1]!);
    if (name[1] === ':') continue;
    const expected = good ? { start: ['GET', '/', 1], fields: [name, 'v'], rest: 0 } : BAD;
    assert.deepEqual(readRequest(`${GET}${name}: v\r\n\r\n`), expected, `byte ${byte}`);
  }
});

test('a field line must begin with a name and a colon directly after it', () => {
  for (const line of [
    'Host : a',
    'Host\t: a',
    ': a',
    'Host',
    'Ho st: a',
    '\x00Host: a',
    ' Host: a',
    '\tHost: a',
  ]) {
    assert.deepEqual(readRequest(`${GET}${line}\r\n\r\n`), BAD, line);
  }
});

test('a folded line is refused, in Transfer-Encoding too', () => {
  assert.deepEqual(readRequest(`${GET}X: a\r\n b\r\n\r\n`), BAD);
  assert.deepEqual(readRequest(`${GET}Transfer-Encoding:\r\n chunked\r\n\r\n`), BAD);
  assert.deepEqual(readRequest(`${GET}X: a\r\n\tb\r\n\r\n`), BAD);
});

test('a bare line feed or carriage return is refused wherever it stands', () => {
  const good = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  for (let at = 0; at < good.length; at++) {
    for (const bare of ['\n', '\r']) {
      if (good.slice(at, at + 1) === bare || good.slice(at - 1, at) === bare) continue;
      // A carriage return before CR LF, or a line feed after it, is no less bare; an empty line in front is another case.
      if (at === 0 && bare === '\r') continue;
      const text = good.slice(0, at) + bare + good.slice(at);
      assert.deepEqual(readRequest(text), BAD, JSON.stringify(text));
    }
  }
  assert.deepEqual(readRequest('GET / HTTP/1.1\nHost: a\n\n'), BAD);
  assert.deepEqual(readRequest('GET / HTTP/1.1\r\nHost: a\n\r\n'), BAD);
  assert.deepEqual(readRequest('GET / HTTP/1.1\r\nHost: a\r\n\n'), BAD);
});

test('white space around a value is dropped, within it kept', () => {
  assert.deepEqual(readRequest(`${GET}A: \t a \t b \t\r\nB:b\r\nC:\r\nD:  \t\r\n\r\n`), {
    start: ['GET', '/', 1],
    fields: ['A', 'a \t b', 'B', 'b', 'C', '', 'D', ''],
    rest: 0,
  });
});

test('order, case and repetition of fields survive', () => {
  const lines = 'hOsT: a\r\nSet-COOKIE: 1\r\nset-cookie: 2\r\nUser-agent: x\r\nUSER-AGENT: y\r\n';
  assert.deepEqual(readRequest(`${GET}${lines}\r\n`), {
    start: ['GET', '/', 1],
    fields: ['hOsT', 'a', 'Set-COOKIE', '1', 'set-cookie', '2', 'User-agent', 'x', 'USER-AGENT', 'y'],
    rest: 0,
  });
});

test('a target over its limit is too long, one that meets it is not', () => {
  const limits = { ...ROOMY, targetBytes: 8 };
  assert.deepEqual(readRequest('GET /2345678 HTTP/1.1\r\n\r\n', limits), {
    start: ['GET', '/2345678', 1],
    fields: [],
    rest: 0,
  });
  assert.deepEqual(readRequest('GET /23456789 HTTP/1.1\r\n\r\n', limits), { error: 'target_too_long' });
  assert.deepEqual(readRequest('GET /23456789\x00', limits), { error: 'target_too_long' });
});

test('a head over its limit is too large, one that meets it is not', () => {
  const text = `${GET}A: 12345\r\n\r\n`;
  const meets = { ...ROOMY, headBytes: text.length };
  assert.deepEqual(readRequest(`${text}body`, meets), {
    start: ['GET', '/', 1],
    fields: ['A', '12345'],
    rest: 4,
  });
  const exceeds = { ...ROOMY, headBytes: text.length - 1 };
  assert.deepEqual(readRequest(text, exceeds), { error: 'header_section_too_large' });
});

test('a head that is over its limit within the request line is a target too long', () => {
  for (const headBytes of [1, 3, 4, 5, 8, 14, 15]) {
    const read = readRequest(`${GET}A: b\r\n\r\n`, { ...ROOMY, headBytes });
    assert.deepEqual(read, { error: 'target_too_long' }, `${headBytes} bytes`);
  }
});

test('empty lines before a request do not count as its bytes', () => {
  const text = `${GET}\r\n`;
  const read = readRequest(`\r\n\r\n${text}`, { ...ROOMY, headBytes: text.length });
  assert.deepEqual(read, { start: ['GET', '/', 1], fields: [], rest: 0 });
});

test('fields over their count are too many, as many as it are not', () => {
  const limits = { ...ROOMY, fieldCount: 3 };
  const fields = ['A', '1', 'B', '2', 'C', '3'];
  const lines = 'A: 1\r\nB: 2\r\nC: 3\r\n';
  assert.deepEqual(readRequest(`${GET}${lines}\r\n`, limits), { start: ['GET', '/', 1], fields, rest: 0 });
  assert.deepEqual(readRequest(`${GET}${lines}D: 4\r\n\r\n`, limits), { error: 'header_section_too_large' });
});

test('hundreds of fields are read when the limit lets them', () => {
  const lines = Array.from({ length: 200 }, (_, i) => `x-${i}: ${i}\r\n`).join('');
  const fields = Array.from({ length: 200 }, (_, i) => [`x-${i}`, `${i}`]).flat();
  const limits = { ...ROOMY, headBytes: 8192, fieldCount: 200 };
  assert.deepEqual(readRequest(`${GET}${lines}\r\n`, limits), { start: ['GET', '/', 1], fields, rest: 0 });
});

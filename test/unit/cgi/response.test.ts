import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CgiResponse } from '../../../src/cgi/response.ts';
import { refused } from './refused.ts';
import { answerOf, RecordingSink, understood } from './sink.ts';

const PAGE = 'Content-Type: text/html\r\n\r\n';

test('output without a status is a 200, and its body is as long as the output', () => {
  assert.deepEqual(answerOf(`${PAGE}hello`), {
    status: 200,
    reason: 'OK',
    fields: 'Content-Type: text/html\r\n',
    bodyLength: undefined,
    body: 'hello',
    localRedirect: '',
    end: 'end',
  });
});

for (const [value, status, reason] of [
  ['404', 404, 'Not Found'],
  ['404 Gone fishing', 404, 'Gone fishing'],
  ['299', 299, 'Successful'],
  ['200   OK ', 200, 'OK'],
  ['599 \xe9', 599, '\xe9'],
] as const) {
  test(`Status: ${value} is ${status} ${reason} (58)`, () => {
    const answer = answerOf(`A: 1\nsTaTuS: ${value}\nB: 2\n\n`);
    assert.deepEqual([answer.status, answer.reason], [status, reason]);
    assert.equal(answer.fields, 'A: 1\r\nB: 2\r\n');
  });
}

for (const value of [
  '',
  'OK',
  '20',
  '2000',
  '199',
  '100',
  '101 Switching Protocols',
  '600',
  '999',
  '200OK',
  '-1',
  '2 0',
]) {
  test(`Status: ${JSON.stringify(value)} is refused (60)`, () => {
    assert.deepEqual(understood(`Status: ${value}\r\n\r\n`), { error: 'http_protocol_error' });
  });
}

test('a second status is refused if it differs (60)', () => {
  assert.deepEqual(understood('Status: 200 OK\nStatus: 404\n\n'), { error: 'http_protocol_error' });
  assert.deepEqual(understood('HTTP/1.1 200 OK\nStatus: 404\n\n'), { error: 'http_protocol_error' });
  const answer = answerOf('HTTP/1.1 404 Lost\nStatus: 404 Found not\nA: 1\nstatus: 404\n\n');
  assert.deepEqual([answer.status, answer.reason, answer.fields], [404, 'Lost', 'A: 1\r\n']);
});

for (const [line, status, reason] of [
  ['HTTP/1.1 200 OK', 200, 'OK'],
  ['HTTP/1.0 404 Not here', 404, 'Not here'],
  ['HTTP/1.1 302', 302, 'Found'],
  ['HTTP/1.1 302 ', 302, 'Found'],
  ['HTTP/2 204 No Content', 204, 'No Content'],
] as const) {
  test(`the status line ${line} is understood, whatever ends it (60)`, () => {
    for (const end of ['\r\n', '\n']) {
      const answer = answerOf(`${line}${end}A: 1\r\n\r\n`);
      assert.deepEqual([answer.status, answer.reason, answer.fields], [status, reason, 'A: 1\r\n']);
    }
  });
}

for (const line of [
  'HTTP/1.1',
  'HTTP/1.1 OK',
  'HTTP/1.1 101 Switching',
  'HTTP/1.1 200 a\rb',
  'HTTP/1.1 200 a\0',
  'HTTP/11 200 OK',
  'HTTP/1.1 700 X',
  'HTTP/1.1 2000',
]) {
  test(`the status line ${JSON.stringify(line)} is refused (60)`, () => {
    assert.deepEqual(understood(`${line}\r\nA: 1\r\n\r\n`), { error: 'http_protocol_error' });
  });
}

test('a status line alone is a head', () => {
  const answer = answerOf('HTTP/1.1 200 OK\r\n\r\nbody');
  assert.deepEqual([answer.status, answer.fields, answer.body], [200, '', 'body']);
});

for (const location of ['http://example.com/a', '//example.com/a', 'a.html', '/a#b', 'mailto:a@b', '']) {
  test(`Location: ${location} without a status is for the client to follow (58)`, () => {
    const answer = answerOf(`Location: ${location}\nA: 1\n\n`);
    assert.deepEqual([answer.status, answer.reason, answer.localRedirect], [302, 'Found', '']);
    assert.equal(answer.fields, `Location: ${location}\r\nA: 1\r\n`);
  });
}

test('a path as Location without a status is a local redirect, and what follows it is dropped (58)', () => {
  const answer = answerOf('location: /a/b?c=%20&d\nContent-Length: 4\n\nbody');
  assert.deepEqual(
    [answer.localRedirect, answer.status, answer.body, answer.end],
    ['/a/b?c=%20&d', 0, '', 'end'],
  );
});

test('Location with a status is a field like any other (58)', () => {
  for (const head of ['Status: 201 Created\nLocation: /a', 'HTTP/1.1 201 Created\nLocation: /a']) {
    const answer = answerOf(`${head}\n\n`);
    assert.deepEqual([answer.status, answer.fields, answer.localRedirect], [201, 'Location: /a\r\n', '']);
  }
});

for (const location of ['/a b', '/a\tb', '/a\x7f']) {
  test(`the local redirect to ${JSON.stringify(location)} is refused (59)`, () => {
    assert.deepEqual(understood(`Location: ${location}\n\n`), { error: 'http_protocol_error' });
  });
}

test('lines may end in LF, in CRLF, or now so and now so (61)', () => {
  for (const [a, b, c] of [
    ['\n', '\n', '\n'],
    ['\r\n', '\n', '\r\n'],
    ['\n', '\r\n', '\n'],
    ['\n', '\n', '\r\n'],
  ]) {
    const answer = answerOf(`A: 1${a}B:2${b}${c}\nbody`);
    assert.deepEqual([answer.fields, answer.body], ['A: 1\r\nB: 2\r\n', '\nbody']);
  }
});

for (const [title, head] of [
  ['a folded line', 'A: 1\n b\n'],
  ['a folded line after CRLF', 'A: 1\r\n\tb\r\n'],
  ['a carriage return in a value', 'A: 1\rB: 2\n'],
  ['two carriage returns', 'A: 1\r\r\n'],
  ['NUL in a value', 'A: \0\n'],
  ['a control character in a value', 'A: \x01\n'],
  ['a blank in a name', 'A B: 1\n'],
  ['a blank before the colon', 'A : 1\n'],
  ['no name', ': 1\n'],
  ['no colon', 'hello\n'],
  ['an empty line in front', '\n'],
  ['markup', '<html>\n'],
] as const) {
  test(`a head with ${title} is refused`, () => {
    assert.deepEqual(understood(`${head}\n`), { error: 'http_protocol_error' });
  });
}

test('fields that are for one hop only are dropped, and those that Connection names (61)', () => {
  const hop =
    'Keep-Alive: 5\nTransfer-Encoding: chunked\nConnection: X-Gone, close\nTrailer: a\nUpgrade: h2c\n';
  const answer = answerOf(
    `A: 1\n${hop}x-gone: 1\nTE: a\nProxy-Connection: b\nB: 2\n\n5\r\nhello\r\n0\r\n\r\n`,
  );
  assert.equal(answer.fields, 'A: 1\r\nB: 2\r\n');
  assert.equal(answer.body, '5\r\nhello\r\n0\r\n\r\n');
});

test('a body ends where its length says, and surplus is dropped', () => {
  const answer = answerOf('Content-Length: 5\n\nhello, world');
  assert.deepEqual([answer.fields, answer.bodyLength, answer.body, answer.end], ['', 5, 'hello', 'end']);
  assert.equal(answerOf('Content-Length: 0\n\nx').body, '');
});

test('a body shorter than its length is incomplete (18)', () => {
  assert.equal(answerOf('Content-Length: 6\n\nhello').end, 'http_response_incomplete');
});

for (const lengths of [['5', '6'], ['+5'], ['0x5'], [''], ['5 5'], ['-1'], ['9007199254740993']]) {
  test(`Content-Length ${JSON.stringify(lengths)} is refused`, () => {
    const lines = lengths.map(length => `Content-Length: ${length}\n`).join('');
    assert.deepEqual(understood(`${lines}\nhello`), { error: 'http_protocol_error' });
  });
}

test('the same length twice is that length', () => {
  assert.equal(answerOf('Content-Length: 5\nContent-Length: 5\n\nhello').bodyLength, 5);
});

for (const [method, status] of [
  ['HEAD', 200],
  ['GET', 204],
  ['GET', 304],
] as const) {
  test(`the answer ${status} to ${method} has no body, whatever is printed (20)`, () => {
    const answer = answerOf(`Status: ${status}\nContent-Length: 5\n\nhello, world`, method);
    assert.deepEqual([answer.bodyLength, answer.body, answer.end], [0, '', 'end']);
    assert.equal(answer.fields, status === 204 ? '' : 'Content-Length: 5\r\n');
  });
}

test('no output, and a head that does not end, are no answer (62)', () => {
  for (const output of ['', 'A', 'A: 1', 'A: 1\n', 'A: 1\r\n\r', 'HTTP', 'HTTP/1.1 200 OK\r\n']) {
    assert.equal(answerOf(output).end, 'http_protocol_error', JSON.stringify(output));
  }
});

test('a head of more than 64 KiB or 256 fields is refused (62)', () => {
  const kind = 'http_response_header_section_size';
  for (const head of [
    `A: ${'a'.repeat(65_536)}`,
    `HTTP/1.1 200 ${'a'.repeat(65_536)}`,
    'A: 1\n'.repeat(257),
  ]) {
    const response = new CgiResponse();
    response.begin('GET');
    const bytes = Buffer.from(head);
    refused(kind, () => response.receive(bytes, 0, bytes.length, new RecordingSink()));
  }
});

test('a response that was given up in the middle of its head reads the next one', () => {
  const response = new CgiResponse();
  for (const output of ['Status: 4', `${PAGE}one`, 'Content-Length: 2\n\ntwo', `${PAGE}three`]) {
    response.begin('GET');
    assert.equal(response.headRead, false);
    const sink = new RecordingSink();
    const bytes = Buffer.from(output);
    response.receive(bytes, 0, bytes.length, sink);
    assert.equal(sink.status, output.startsWith('S') ? 0 : 200);
    assert.equal(response.headRead, sink.status === 200);
    assert.equal(response.counted, sink.body === 'tw');
  }
});

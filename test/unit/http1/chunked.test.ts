import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkedDecoder } from '../../../src/http1/chunked.ts';
import { everySplit, type Result } from './every-split.ts';

const LIMITS = { extensionBytes: 64, trailerBytes: 128, trailerCount: 3 };
const BAD = { error: 'http_request_error' };

interface Body {
  readonly data: string;
  readonly trailers: readonly string[];
  readonly complete: boolean;
  /** How many bytes lie behind the body. */
  readonly rest: number;
}

/** A chunked body, decoded in every split. */
function decode(text: string, limits = LIMITS): Result<Body> {
  return everySplit(text, pieces => {
    const decoder = new ChunkedDecoder(limits, 'http_request_error');
    let data = '';
    let rest = -1;
    for (const piece of pieces) {
      const sink = { data: (chunk: Buffer) => (data += chunk.toString('latin1')) };
      const next = decoder.decode(piece, 0, piece.length, sink);
      if (next >= 0) rest = Math.max(rest, 0) + piece.length - next;
      piece.fill(0x21);
    }
    return { data, trailers: decoder.trailers, complete: rest >= 0, rest: Math.max(rest, 0) };
  });
}

function body(data: string, trailers: string[] = [], rest = 0): Body {
  return { data, trailers, complete: true, rest };
}

test('chunks are joined, however they are split, and bytes behind the body are left', () => {
  assert.deepEqual(decode('5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET'), body('hello world', [], 3));
  assert.deepEqual(decode('0\r\n\r\n'), body(''));
});

test('every byte is data inside a chunk', () => {
  const data = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
  assert.deepEqual(decode(`100\r\n${data}\r\n0\r\n\r\n`), body(data));
});

test('a size is up to fifteen hexadecimal digits of either case, leading zeros among them', () => {
  assert.deepEqual(
    decode('00000000000000a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n'),
    body('01234567890123456789'),
  );
});

test('what is no size is refused', () => {
  const sizes = [
    '',
    ' 5',
    '\t5',
    '+5',
    '-5',
    '0x5',
    'g',
    '5g',
    '5.',
    '5 ',
    '5\t',
    '5_',
    ';a',
    '\xb5',
    '\0',
    '5\0',
    '"5"',
  ];
  for (const size of sizes) assert.deepEqual(decode(`${size}\r\nhello\r\n0\r\n\r\n`), BAD, size);
});

test('a size that would overflow is refused', () => {
  for (const size of [
    '10000000000000005',
    '0000000000000005',
    '20000000000000',
    'fffffffffffffff',
    'f'.repeat(40),
  ]) {
    assert.deepEqual(decode(`${size}\r\nhello\r\n0\r\n\r\n`), BAD, size);
  }
  const largest = decode('1fffffffffffff\r\nhello');
  assert.deepEqual(largest, { data: 'hello', trailers: [], complete: false, rest: 0 });
});

test('data must end with CR LF where its size says', () => {
  for (const end of ['', '\n', '\r', 'x\n', '\n\n', 'x\r\n', '\rx', '\n\r', '\r\r\n']) {
    assert.deepEqual(decode(`5\r\nhello${end}0\r\n\r\n`), BAD, JSON.stringify(end));
  }
});

test('a bare line feed is refused in every line', () => {
  const bodies = [
    '5\nhello\r\n0\r\n\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhello\r\n0\n\r\n',
    '5\r\nhello\r\n0\r\n\n',
  ];
  for (const text of [
    ...bodies,
    '5;a\nhello\r\n0\r\n\r\n',
    '0\r\nA: b\n\r\n',
    '0\r\nA: b\r\n\n',
    '5\rhello\r\n0\r\n\r\n',
  ]) {
    assert.deepEqual(decode(text), BAD, JSON.stringify(text));
  }
});

test('chunk extensions are read strictly and dropped', () => {
  const extensions = [
    ';a',
    ';a=b',
    ';a="b"',
    ';a="\\"\\\\;\t\xff"',
    ';a;b=c;d=""',
    ' ;a',
    '\t; a \t=  b ;c',
    ';a = "b" ;c',
  ];
  for (const extension of extensions) {
    assert.deepEqual(decode(`5${extension}\r\nhello\r\n0${extension}\r\n\r\n`), body('hello'), extension);
  }
});

test('what is no chunk extension is refused', () => {
  const extensions = [
    ';',
    '; ',
    ';a=',
    ';=b',
    ';a="b',
    ';a="b"c',
    ';a=b=c',
    ';a=b c',
    ';a ',
    ';a=b ',
    ';a="b" ',
    ';;a',
    ' a',
  ];
  const bytes = [
    ';a="\r\n"',
    ';a="\n"',
    ';a="\\\n"',
    ';a=\0',
    ';a="\0"',
    ';a="\x7f"',
    ';\xe9',
    ';a=\xe9',
    ';a\r',
    ';a=(b)',
    ',a',
  ];
  for (const extension of [...extensions, ...bytes]) {
    assert.deepEqual(decode(`5${extension}\r\nhello\r\n0\r\n\r\n`), BAD, JSON.stringify(extension));
  }
});

test('the extensions of one body together may not pass their limit', () => {
  const chunk = (extension: string) => `1${extension}\r\nx\r\n`;
  const start = chunk(`;${'a'.repeat(31)}`) + chunk(`;${'b'.repeat(29)}`);
  assert.deepEqual(decode(`${start}0;c\r\n\r\n`), body('xx'));
  assert.deepEqual(decode(`${start}0;cd\r\n\r\n`), BAD);
});

test('trailers are fields like others, and strict like them', () => {
  assert.deepEqual(
    decode('0\r\nX-A:  b \r\nx-a: \xe9\r\n\r\nrest'),
    body('', ['X-A', 'b', 'x-a', '\xe9'], 4),
  );
  for (const line of ['A : b', ' A: b', 'A: b\r\n c', 'A', ': b', 'A: \0']) {
    assert.deepEqual(decode(`0\r\n${line}\r\n\r\n`), BAD, line);
  }
});

test('trailers that would frame, route or authenticate are dropped', () => {
  const lines = 'Content-Length: 3\r\nX: y\r\ntransfer-encoding: chunked\r\n';
  assert.deepEqual(decode(`0\r\n${lines}\r\n`), body('', ['X', 'y']));
});

test('trailers over a limit are refused, those that meet it are not', () => {
  assert.deepEqual(decode('0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n'), body('', ['A', '1', 'B', '2', 'C', '3']));
  assert.deepEqual(decode('0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n'), BAD);
  const line = `A: ${'a'.repeat(LIMITS.trailerBytes - 'A: \r\n\r\n'.length)}`;
  assert.deepEqual(decode(`0\r\n${line}\r\n\r\n`), body('', ['A', line.slice(3)]));
  assert.deepEqual(decode(`0\r\n${line}a\r\n\r\n`), BAD);
});

test('a body that is cut short is not complete', () => {
  const text = '5;a\r\nhello\r\n0\r\nA: b\r\n\r\n';
  for (let end = 0; end < text.length; end++) {
    const read = decode(text.slice(0, end));
    assert.equal('error' in read ? read.error : read.complete, false, `${end} bytes`);
  }
});

test('a decoder reads one body after another when it is reset, and nothing before', () => {
  const decoder = new ChunkedDecoder(LIMITS, 'http_protocol_error');
  const bytes = Buffer.from(
    `1;${'x'.repeat(60)}\r\na\r\n0\r\nA: b\r\n\r\n000000000000001;${'y'.repeat(60)}\r\nc\r\n0\r\n\r\n`,
  );
  let data = '';
  const sink = { data: (chunk: Buffer) => (data += chunk.toString()) };
  const next = decoder.decode(bytes, 0, bytes.length, sink);
  assert.deepEqual(decoder.trailers, ['A', 'b']);
  assert.equal(decoder.decode(bytes, next, bytes.length, sink), next);
  decoder.reset();
  assert.equal(decoder.decode(bytes, next, bytes.length, sink), bytes.length);
  assert.deepEqual([data, decoder.trailers], ['ac', []]);
});

test('a chunk that fills what was read is handed on without a view of it', () => {
  const decoder = new ChunkedDecoder(LIMITS, 'http_protocol_error');
  const chunks: Buffer[] = [];
  const sink = { data: (chunk: Buffer) => void chunks.push(chunk) };
  const size = Buffer.from('a\r\n');
  decoder.decode(size, 0, size.length, sink);
  const data = Buffer.from('01234');
  decoder.decode(data, 0, data.length, sink);
  assert.equal(chunks[0], data);
});

test('the error is of the kind that the decoder was made with', () => {
  const decoder = new ChunkedDecoder(LIMITS, 'http_protocol_error');
  const bytes = Buffer.from('x');
  const message = "response body: chunk begins with 'x' where a hexadecimal size must stand";
  assert.throws(() => decoder.decode(bytes, 0, 1, { data() {} }), { kind: 'http_protocol_error', message });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FastCgiCodec } from '../../../../protocols/fastcgi/codec.ts';
import type { Destination } from '../../../../src/protocol.ts';
import { answer, endRequest, page, record, stdout, TYPE } from '../../../support/fastcgi.ts';
import { requestOf } from '../../cgi/requests.ts';
import { everySplit } from '../../http1/every-split.ts';

const DESTINATION = {
  keepAlive: true,
  application: {
    docroot: '',
    mount: '',
    variables: [],
    authorization: true,
    symlinks: 'yes',
    multiplex: 1,
  },
} as unknown as Destination;

/** What a codec makes of the answer to one request: events, and whether the connection may be used again. */
function play(pieces: readonly Buffer[], { eof = false, method = 'GET', destination = DESTINATION } = {}) {
  const codec = new FastCgiCodec(destination);
  const events: unknown[] = [];
  let body = '';
  const sink = {
    interim: () => assert.fail('no interim answers'),
    head: (status: number, reason: string, fields: string, length: number | undefined) =>
      events.push(['head', status, reason, fields, length]),
    localRedirect: (target: string) => events.push(['redirect', target]),
    data: (chunk: Buffer) => (body += chunk.toString('latin1')),
    end: () => events.push(['end', body]),
    diagnostic: (text: string) => events.push(['diagnostic', text]),
  };
  codec.begin(requestOf({ method }), { write: () => {} });
  for (const piece of pieces) codec.receive(piece, sink);
  if (eof) codec.eof(sink);
  return { events, reusable: codec.reusable };
}

function text(...records: Buffer[]): string {
  return Buffer.concat(records).toString('latin1');
}

const PAGE = page('hello', 'X-One: 1');
const HEAD = ['head', 200, 'OK', 'Content-Type: text/plain\r\nX-One: 1\r\n', undefined];

test('an answer is read alike wherever it is split (66)', () => {
  const bytes = text(stdout(PAGE, 1, 10, 6), record(TYPE.stdout, 1), endRequest());
  assert.deepEqual(
    everySplit(bytes, pieces => play(pieces)),
    { events: [HEAD, ['end', 'hello']], reusable: true },
  );
});

test('END_REQUEST ends an answer, not the end of its output', () => {
  const bytes = text(stdout(PAGE), record(TYPE.stdout, 1));
  assert.deepEqual(play([Buffer.from(bytes, 'latin1')]), { events: [HEAD], reusable: false });
  assert.deepEqual(play([Buffer.concat([stdout(PAGE), endRequest()])]).reusable, true);
});

test('errors in the midst of output are diagnostics, and the answer stays whole (69)', () => {
  const bytes = text(
    record(TYPE.stderr, 1, 'before\n'),
    stdout(PAGE.slice(0, 20)),
    record(TYPE.stderr, 1, 'with'),
    stdout(PAGE.slice(20)),
    record(TYPE.stderr, 1, 'in'),
    record(TYPE.stderr, 1),
    endRequest(),
  );
  assert.deepEqual(
    everySplit(bytes, pieces => play(pieces)),
    {
      events: [['diagnostic', 'before'], HEAD, ['diagnostic', 'within'], ['end', 'hello']],
      reusable: true,
    },
  );
});

test('a status other than 0 of an application is a diagnostic (68)', () => {
  for (const [status, words] of [
    [7, '7'],
    [-1, '-1'],
  ] as const) {
    const { events } = play([Buffer.concat([stdout(PAGE), endRequest(1, status)])]);
    assert.deepEqual(events[1], ['diagnostic', `the application ended with status ${words}`]);
    assert.deepEqual(events[2], ['end', 'hello']);
  }
});

for (const [protocolStatus, name] of [
  [1, 'FCGI_CANT_MPX_CONN'],
  [2, 'FCGI_OVERLOADED'],
  [3, 'FCGI_UNKNOWN_ROLE'],
  [99, 'a status that nobody knows'],
] as const) {
  test(`${name} before a head means that the request was not processed (68)`, () => {
    const result = everySplit(text(endRequest(1, 0, protocolStatus)), pieces => play(pieces));
    assert.deepEqual(result, { error: 'not_processed' });
  });

  test(`${name} within an answer makes it incomplete`, () => {
    const bytes = text(stdout(PAGE), endRequest(1, 0, protocolStatus));
    assert.deepEqual(
      everySplit(bytes, pieces => play(pieces)),
      { error: 'http_response_incomplete' },
    );
  });
}

test('records of foreign requests, of management and of unknown types are passed over (67)', () => {
  const bytes = text(
    record(TYPE.stdout, 2, 'not ours'),
    record(TYPE.unknown, 0, '\x0c\0\0\0\0\0\0\0'),
    endRequest(7),
    record(77, 1, 'what is this?', 3),
    answer(PAGE),
  );
  assert.deepEqual(
    everySplit(bytes, pieces => play(pieces)),
    { events: [HEAD, ['end', 'hello']], reusable: true },
  );
});

test('records without use are not read for ever (67)', () => {
  const many = (each: Buffer) => [Buffer.concat(Array.from({ length: 10_000 }, () => each))];
  for (const each of [
    record(TYPE.stdout, 2, 'not ours'),
    record(TYPE.stdout, 9),
    record(TYPE.stdout, 1),
    record(99, 1, 'x'),
  ]) {
    assert.throws(() => play(many(each)), { kind: 'http_protocol_error' });
  }
});

test('END_REQUEST without what it has to say is an error', () => {
  assert.throws(() => play([stdout(PAGE), record(TYPE.end, 1, 'abc')]), { kind: 'http_protocol_error' });
  assert.throws(() => play([stdout(PAGE), record(TYPE.end, 1)]), { kind: 'http_protocol_error' });
});

test('bytes behind an answer make the connection unfit (16)', () => {
  const bytes = answer(PAGE);
  assert.equal(play([Buffer.concat([bytes, Buffer.from('x')])]).reusable, false);
  assert.equal(play([bytes, Buffer.from('x')]).reusable, false);
  assert.equal(play([Buffer.concat([bytes, record(TYPE.stderr, 1, 'late')])]).reusable, false);
});

test('a connection that was not asked to stay is not used again', () => {
  const destination = { ...DESTINATION, keepAlive: false };
  assert.deepEqual(play([answer(PAGE)], { destination }), {
    events: [HEAD, ['end', 'hello']],
    reusable: false,
  });
});

test('what counts is what the application was told when the request began', () => {
  for (const [first, then] of [
    [true, false],
    [false, true],
  ]) {
    const destination = { ...DESTINATION, keepAlive: first! };
    const codec = new FastCgiCodec(destination);
    codec.begin(requestOf(), { write: () => {} });
    destination.keepAlive = then!;
    codec.receive(answer(PAGE), { head: () => {}, data: () => {}, end: () => {} } as never);
    assert.equal(codec.reusable, first);
  }
});

test('the padding of END_REQUEST may come later, or never if the connection closes (66)', () => {
  const bytes = Buffer.concat([stdout(PAGE), endRequest(1, 0, 0, 8)]);
  const short = bytes.subarray(0, -4);
  assert.deepEqual(play([short]).events, [HEAD]);
  assert.deepEqual(play([short, bytes.subarray(-4)]).reusable, true);
  assert.deepEqual(play([short], { eof: true }), { events: [HEAD, ['end', 'hello']], reusable: false });
});

for (const [what, records, kind] of [
  ['without a byte', [], 'connection_terminated'],
  ['inside a record header', [Buffer.from([1, 6])], 'http_protocol_error'],
  ['inside the head', [stdout('Content-Type: te')], 'http_protocol_error'],
  ['inside the body', [stdout(PAGE)], 'http_response_incomplete'],
  ['after the output, without END_REQUEST', [stdout(PAGE), record(6, 1)], 'http_response_incomplete'],
] as const) {
  test(`an application that closes ${what} is a ${kind} (18)`, () => {
    assert.throws(() => play([Buffer.concat(records)], { eof: true }), { kind });
  });
}

test('what an application said before it died is handed on', () => {
  const codec = new FastCgiCodec(DESTINATION);
  const said: string[] = [];
  const sink = { diagnostic: (words: string) => said.push(words) } as never;
  codec.begin(requestOf(), { write: () => {} });
  codec.receive(record(TYPE.stderr, 1, 'out of memory'), sink);
  assert.throws(() => codec.eof(sink), { kind: 'http_protocol_error' });
  assert.deepEqual(said, ['out of memory']);
});

test('an application that prints nothing is an error, whatever it says of its end (62)', () => {
  assert.throws(() => play([answer('')]), { kind: 'http_protocol_error' });
});

test('a body that is printed for a HEAD request is dropped (20)', () => {
  const { events, reusable } = play([answer(PAGE)], { method: 'HEAD' });
  assert.deepEqual(events.at(-1), ['end', '']);
  assert.equal(reusable, true);
});

test('one codec serves requests one after the other', () => {
  const codec = new FastCgiCodec(DESTINATION);
  for (let i = 0; i < 3; i++) {
    const bodies: string[] = [];
    const sink = { head: () => {}, data: (chunk: Buffer) => bodies.push(chunk.toString()), end: () => {} };
    codec.begin(requestOf(), { write: () => {} });
    codec.receive(answer(page(`body ${i}`)), sink as never);
    assert.deepEqual(bodies, [`body ${i}`]);
    assert.equal(codec.reusable, true);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CgiCodec } from '../../../../protocols/cgi/codec.ts';
import type { ProcessStream } from '../../../../src/transport/process-stream.ts';
import { refused } from '../../cgi/refused.ts';
import { requestOf } from '../../cgi/requests.ts';
import { RecordingSink } from '../../cgi/sink.ts';

type Fate = Pick<ProcessStream, 'status' | 'signal'>;

const WELL: Fate = { status: 0, signal: null };
const KILLED: Fate = { status: null, signal: 'SIGKILL' };

class Sink extends RecordingSink {
  readonly said: string[] = [];

  override diagnostic(text = ''): void {
    this.said.push(text);
  }
}

/** A codec that has read all of the output of a program that ended in that way. */
function after(output: string, fate: Fate, method = 'GET'): { codec: CgiCodec; sink: Sink } {
  const codec = new CgiCodec();
  const sink = new Sink();
  codec.process = fate as ProcessStream;
  codec.begin(requestOf({ method }));
  if (output !== '') codec.receive(Buffer.from(output), sink);
  return { codec, sink };
}

test('the end of the output is the end of the answer', () => {
  const { codec, sink } = after('Status: 201\n\nmade', WELL);
  assert.equal(sink.ended, false);
  codec.eof(sink);
  assert.deepEqual([sink.status, sink.body, sink.ended, sink.said], [201, 'made', true, []]);
  assert.equal(codec.reusable, false);
});

for (const [name, output, method] of [
  ['that came whole by its length', 'Content-Length: 2\n\nok', 'GET'],
  ['that has no body', 'Status: 204\n\n', 'GET'],
  ['to HEAD', 'Status: 200\n\nbody', 'HEAD'],
] as const) {
  test(`an answer ${name} is good though the program was killed, which is told`, () => {
    const { codec, sink } = after(output, KILLED, method);
    codec.eof(sink);
    assert.deepEqual([sink.ended, sink.said], [true, ['the program was killed by SIGKILL']]);
  });
}

test('an answer without a length is not whole when the program was killed', () => {
  const { codec, sink } = after('Status: 200\n\nbod', KILLED);
  const error = refused('http_response_incomplete', () => codec.eof(sink));
  assert.match(error.message, /was killed by SIGKILL before its answer was complete/);
  assert.equal(sink.ended, false);
});

test('a local redirect stands though the program was killed after it', () => {
  const { codec, sink } = after('Location: /there\n\n', KILLED);
  codec.eof(sink);
  assert.deepEqual([sink.target, sink.ended], ['/there', true]);
});

for (const [output, fate, kind, words] of [
  [
    '',
    { status: 3, signal: null },
    'http_protocol_error',
    /printed nothing; the program ended with status 3/,
  ],
  ['', KILLED, 'http_protocol_error', /printed nothing; the program was killed by SIGKILL/],
  ['', { status: null, signal: null }, 'http_protocol_error', /still runs after it closed its output/],
  ['Status: 2', WELL, 'http_protocol_error', /inside its head.*; the program ended well/],
  [
    'Content-Length: 9\n\nshort',
    { status: 1, signal: null },
    'http_response_incomplete',
    /ended with status 1/,
  ],
] as const) {
  test(`${JSON.stringify(output)} is refused, and the fate of the program told: ${words.source} (62)`, () => {
    const { codec, sink } = after(output, fate);
    const error = refused(kind, () => codec.eof(sink));
    assert.match(error.message, words);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CgiResponse } from '../../src/cgi/response.ts';
import { metaVariables } from '../../src/cgi/variables.ts';
import { GatewayError } from '../../src/errors.ts';
import { applicationOf, requestOf } from '../unit/cgi/requests.ts';
import { RecordingSink } from '../unit/cgi/sink.ts';
import { mutant } from './mutate.ts';
import { cut, single } from './outcome.ts';
import { Prng } from './prng.ts';

const CASES = 3000;

const OUTPUTS = [
  'Content-Type: text/html\r\n\r\n<p>hello</p>',
  'Status: 404 Not Found\nContent-Type: text/plain\nContent-Length: 4\n\nlost',
  'HTTP/1.1 200 OK\r\nServer: x\r\nConnection: close, X-A\r\nX-A: 1\r\n\r\nbody',
  'Location: /other?a=b\n\n',
  'Location: http://example.com/\nSet-Cookie: a=b\nSet-Cookie: c=d\n\n',
  'Status: 304\nETag: "a"\nTransfer-Encoding: chunked\n\n',
];

const TARGETS = ['/', '/a/b%20c?d=%00', '/app/%2e%2e/x', '/app%2Fx/%C3%A9', '*', '/%', '/a;b//c?'];

const LINES =
  /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: (?:[\x21-\x7e\x80-\xff](?:[\t -~\x80-\xff]*[\x21-\x7e\x80-\xff])?)?\r\n)*$/;
const TEXT = /^[\t -~\x80-\xff]*$/;
const ORIGIN_FORM = /^\/(?!\/)[!-"$-~\x80-\xff]*$/;

/** What output in pieces comes to: the answer, or the kinds of the errors. */
function play(pieces: readonly Buffer[], method: string): RecordingSink & { error?: string } {
  const response = new CgiResponse();
  const sink: RecordingSink & { error?: string } = new RecordingSink();
  response.begin(method);
  try {
    for (const piece of pieces) {
      const lent = Buffer.from(piece);
      response.receive(lent, 0, lent.length, sink);
      lent.fill(0x21);
    }
    response.finish(sink);
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    sink.error = thrown.kind;
  }
  return sink;
}

function positions(length: number, random: Prng): number[] {
  return Array.from({ length: 1 + random.below(4) }, () => random.below(length + 1)).sort((a, b) => a - b);
}

test('mutated output of programs is an answer that HTTP allows or an error with a name, however it is split', () => {
  let answers = 0;
  for (let seed = 1; seed <= CASES; seed++) {
    const random = new Prng(seed);
    const bytes = mutant(random, OUTPUTS);
    const method = random.pick(['GET', 'GET', 'HEAD']);
    const place = `seed ${seed}: ${JSON.stringify(bytes.toString('latin1'))}`;
    const whole = play([bytes], method);
    assert.deepEqual(play(single(bytes), method), whole, place);
    assert.deepEqual(play(cut(bytes, positions(bytes.length, random)), method), whole, place);
    if (whole.target !== '') assert.match(whole.target, ORIGIN_FORM, place);
    if (whole.status === 0) continue;
    answers++;
    assert.ok(whole.status >= 200 && whole.status <= 599, place);
    assert.match(whole.reason, TEXT, place);
    assert.match(whole.fields, LINES, place);
  }
  assert.ok(answers > CASES / 10, `only ${answers} answers: the corpus is stale`);
});

test('mutated paths become variables without control characters, or an error with a name', () => {
  let accepted = 0;
  for (let seed = 1; seed <= CASES; seed++) {
    const random = new Prng(seed);
    // What a target may be made of has been seen to before.
    const target = mutant(random, TARGETS)
      .toString('latin1')
      .replace(/[^!-"$-~\x80-\xff]/g, '%');
    const application = applicationOf({ mount: '/app', docroot: random.pick(['', '/srv']) });
    try {
      const list = metaVariables(requestOf({ target }), application);
      accepted++;
      for (const text of list) assert.match(text, TEXT, `seed ${seed}: ${target}`);
      assert.equal(new Set(list.filter((_, i) => i % 2 === 0)).size, list.length / 2);
    } catch (thrown) {
      assert.ok(thrown instanceof GatewayError, `seed ${seed}: ${target}: ${thrown}`);
    }
  }
  assert.ok(accepted > CASES / 10, `only ${accepted} paths were accepted`);
});

import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { NO_FIELDS } from '../../src/fields.ts';
import {
  type BodySink,
  type BodySource,
  type BodyTaker,
  REPLAY_LIMIT,
  RequestBody,
} from '../../src/replay.ts';
import { SpoolSpace } from '../../src/spool/space.ts';
import { eventually } from '../support/eventually.ts';

class Source implements BodySource {
  reads = true;

  pauseBody(): void {
    this.reads = false;
  }

  resumeBody(): void {
    this.reads = true;
  }
}

class Sink implements BodySink {
  text = '';
  writes = 0;
  room = true;
  trailers: readonly string[] | undefined;

  write(chunk: Buffer): boolean {
    this.writes++;
    this.text += chunk.toString('latin1');
    return this.room;
  }

  finish(trailers: readonly string[]): void {
    this.trailers = trailers;
  }
}

class Taker implements BodyTaker {
  taken = 0;
  lost: string | undefined;

  bodyTaken(): void {
    this.taken++;
  }

  bodyLost(error: { kind: string }): void {
    this.lost = error.kind;
  }
}

const space = new SpoolSpace({ directory: tmpdir(), max: 1_073_741_824 });

/** A text of so many bytes of which no two places look alike. */
function long(bytes: number): string {
  const text = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) text[i] = 97 + ((i + (i >> 8) + (i >> 16)) % 26);
  return text.toString('latin1');
}

/** Pushes a text in pieces of 10,000 bytes, and waits whenever the source is to rest. */
async function pushAll(body: RequestBody, source: Source, text: string): Promise<void> {
  for (let at = 0; at < text.length; at += 10_000) {
    push(body, text.slice(at, at + 10_000));
    await eventually('the source reads', () => source.reads);
  }
}

function push(body: RequestBody, text: string): void {
  const view = Buffer.from(text, 'latin1');
  body.push(view);
  // The view is the caller's again: what is kept must be a copy.
  view.fill('#');
}

test('what came before there was a sink goes to it in order, and then what comes', () => {
  const body = new RequestBody(new Source());
  push(body, 'ab');
  push(body, 'cd');
  const sink = new Sink();
  body.attach(sink);
  push(body, 'ef');
  body.end(['X-Sum', '6']);
  assert.equal(sink.text, 'abcdef');
  assert.deepEqual(sink.trailers, ['X-Sum', '6']);
});

test('every sink gets the body from its start, with its trailers', () => {
  const body = new RequestBody(new Source());
  push(body, 'abc');
  body.attach(new Sink());
  push(body, 'def');
  body.end(['X-Sum', '6']);
  body.detach();
  const second = new Sink();
  body.attach(second);
  assert.equal(second.text, 'abcdef');
  assert.deepEqual(second.trailers, ['X-Sum', '6']);
});

test('a body that comes byte by byte is kept in one piece', () => {
  const body = new RequestBody(new Source());
  for (let i = 0; i < 1000; i++) push(body, String.fromCharCode(97 + (i % 26)));
  const sink = new Sink();
  body.attach(sink);
  assert.equal(sink.writes, 1);
  assert.equal(sink.text.length, 1000);
  assert.ok(sink.text.startsWith('abcdefghijklmnopqrstuvwxyzab'));
});

test('the source rests when so much has come as is kept and nobody takes it', () => {
  const source = new Source();
  const body = new RequestBody(source);
  push(body, 'x'.repeat(REPLAY_LIMIT - 1));
  assert.ok(source.reads);
  push(body, 'y');
  assert.ok(!source.reads);
  body.attach(new Sink());
  assert.ok(source.reads);
});

test('a body that nobody wants for a while is left with its client, and then it flows from its start (84)', () => {
  const source = new Source();
  const body = new RequestBody(source, 100_000);
  body.push(Buffer.from('begun '));
  body.leave(false);
  assert.equal(source.reads, false);
  const sink = new Sink();
  body.attach(sink);
  assert.equal(source.reads, true);
  body.push(Buffer.from('and gone on'));
  assert.equal(sink.text, 'begun and gone on');
});

test('of a body that is left with its client one of unknown length is not read, and a short one is', () => {
  for (const [expected, reads] of [
    [0, false],
    [1_024, true],
    [1_025, false],
  ] as const) {
    const source = new Source();
    new RequestBody(source, expected).leave(false);
    assert.equal(source.reads, reads, `${expected} bytes`);
  }
});

test('a client that waits to be asked for its body is heard on, and no more once it sends all the same', () => {
  const source = new Source();
  const body = new RequestBody(source, 100_000);
  body.leave(true);
  assert.equal(source.reads, true);
  body.push(Buffer.alloc(1_024));
  assert.equal(source.reads, false);
});

test('the source rests while the sink is full', () => {
  const source = new Source();
  const body = new RequestBody(source);
  const sink = new Sink();
  body.attach(sink);
  sink.room = false;
  push(body, 'a');
  assert.ok(!source.reads);
  assert.ok(!body.flowing);
  body.writable();
  assert.ok(source.reads);
  assert.ok(body.flowing);
});

test('the source rests between two sinks, and is not woken by the one that has gone', () => {
  const source = new Source();
  const body = new RequestBody(source);
  body.attach(new Sink());
  body.detach();
  assert.ok(!source.reads);
  body.writable();
  assert.ok(!source.reads);
  body.attach(new Sink());
  assert.ok(source.reads);
});

test('a sink that is full from its first byte on keeps the source at rest', () => {
  const source = new Source();
  const body = new RequestBody(source);
  push(body, 'abc');
  const sink = new Sink();
  sink.room = false;
  body.attach(sink);
  assert.ok(!source.reads);
});

test('a body can be sent again up to the limit and no further', () => {
  const body = new RequestBody(new Source());
  body.attach(new Sink());
  push(body, 'x'.repeat(REPLAY_LIMIT));
  assert.ok(body.replayable);
  push(body, 'y');
  assert.ok(!body.replayable);
  assert.ok(body.begun);
});

test('a long body that nobody has taken yet is not lost', () => {
  const body = new RequestBody(new Source());
  push(body, 'x'.repeat(REPLAY_LIMIT));
  push(body, 'y'.repeat(REPLAY_LIMIT));
  const sink = new Sink();
  body.attach(sink);
  assert.equal(sink.text, 'x'.repeat(REPLAY_LIMIT) + 'y'.repeat(REPLAY_LIMIT));
  assert.ok(body.replayable);
});

test('once settled it is not replayable, and goes on to flow', () => {
  const body = new RequestBody(new Source());
  const sink = new Sink();
  push(body, 'a');
  body.attach(sink);
  body.settle();
  push(body, 'b');
  body.end(NO_FIELDS);
  assert.ok(!body.replayable);
  assert.equal(sink.text, 'ab');
});

test('it has begun with its first byte or with its end', () => {
  const body = new RequestBody(new Source());
  assert.ok(!body.begun);
  push(body, 'a');
  assert.ok(body.begun);
  const empty = new RequestBody(new Source());
  empty.end(NO_FIELDS);
  assert.ok(empty.begun);
});

test('a body is taken in whole before anyone hears of it, and its length is known', async () => {
  const source = new Source();
  const body = new RequestBody(source);
  const taker = new Taker();
  source.reads = false;
  body.takeIn(Infinity, space, taker);
  assert.ok(source.reads);
  const text = long(10 * REPLAY_LIMIT + 7);
  await pushAll(body, source, text);
  assert.equal(taker.taken, 0);
  body.end(['X-Sum', '6']);
  await eventually('it is taken in', () => taker.taken === 1);
  assert.equal(body.length, text.length);
  for (let attempt = 0; attempt < 3; attempt++) {
    const sink = new Sink();
    body.attach(sink);
    await eventually('the sink has all', () => sink.trailers !== undefined);
    assert.equal(sink.text, text);
    assert.ok(body.replayable);
    body.detach();
  }
  body.free();
  await eventually('the file is gone', () => space.used === 0);
});

test('a short body that is taken in needs no file', async () => {
  const source = new Source();
  const body = new RequestBody(source);
  const taker = new Taker();
  const none = new SpoolSpace({ directory: '/nowhere', max: 0 });
  body.takeIn(Infinity, none, taker);
  await pushAll(body, source, long(60_000));
  body.end(NO_FIELDS);
  await eventually('it is taken in', () => taker.taken === 1);
  assert.equal(taker.lost, undefined);
  assert.equal(body.length, 60_000);
});

test('of a body longer than what is wanted the rest flows behind it, and then it cannot be sent again', async () => {
  const source = new Source();
  const body = new RequestBody(source);
  const taker = new Taker();
  body.takeIn(200_000, space, taker);
  const text = long(400_000);
  await pushAll(body, source, text.slice(0, 190_000));
  push(body, text.slice(190_000, 200_000));
  assert.ok(!source.reads);
  // What the same read has brought still comes.
  push(body, text.slice(200_000, 210_000));
  await eventually('it is taken in', () => taker.taken === 1);
  const sink = new Sink();
  body.attach(sink);
  await eventually('the source goes on', () => source.reads);
  assert.equal(sink.text, text.slice(0, 210_000));
  assert.ok(body.replayable);
  push(body, text.slice(210_000));
  body.end(NO_FIELDS);
  assert.equal(sink.text, text);
  assert.ok(!body.replayable);
  await eventually('the file is gone', () => space.used === 0);
});

/** A body that was taken in whole and lies in a file, attached to a sink without room. */
async function stored() {
  const source = new Source();
  const body = new RequestBody(source);
  const taker = new Taker();
  body.takeIn(Infinity, space, taker);
  const text = long(5 * REPLAY_LIMIT);
  await pushAll(body, source, text);
  body.end(NO_FIELDS);
  await eventually('it is taken in', () => taker.taken === 1);
  const sink = new Sink();
  sink.room = false;
  body.attach(sink);
  return { body, text, sink };
}

test('a slow sink is given what is stored at its own pace', async () => {
  const { body, text, sink } = await stored();
  for (let writes = 1; sink.trailers === undefined; writes++) {
    await eventually('a part came', () => sink.writes === writes);
    body.writable();
  }
  assert.equal(sink.text, text);
  body.free();
});

test('a spool is let go when the answer has begun and all of it is sent, and not before', async () => {
  const { body, text, sink } = await stored();
  await eventually('a part came', () => sink.writes === 1);
  body.settle();
  sink.room = true;
  body.writable();
  await eventually('the sink has all', () => sink.trailers !== undefined);
  assert.equal(sink.text, text);
  await eventually('the file is gone', () => space.used === 0);
});

test('a body that is wanted whole is lost where there is no room for it, and no other', async () => {
  const little = new SpoolSpace({ directory: tmpdir(), max: REPLAY_LIMIT });
  const source = new Source();
  const body = new RequestBody(source);
  const taker = new Taker();
  body.takeIn(Infinity, little, taker);
  for (let i = 0; i < 20 && source.reads; i++) push(body, long(20_000));
  await eventually('it is lost', () => taker.lost === 'spool_full');
  assert.ok(!source.reads);
  body.free();
  await eventually('the file is gone', () => little.used === 0);
});

test('a body that is wanted in part goes on with what there is room for', async () => {
  const little = new SpoolSpace({ directory: tmpdir(), max: REPLAY_LIMIT });
  const source = new Source();
  const body = new RequestBody(source);
  const taker = new Taker();
  body.takeIn(100 * REPLAY_LIMIT, little, taker);
  const text = long(400_000);
  let at = 0;
  while (taker.taken === 0) {
    if (source.reads) {
      push(body, text.slice(at, at + 20_000));
      at += 20_000;
    }
    await new Promise(resolve => setImmediate(resolve));
  }
  const sink = new Sink();
  body.attach(sink);
  await eventually('the source goes on', () => source.reads);
  push(body, text.slice(at));
  body.end(NO_FIELDS);
  assert.equal(sink.text, text);
  assert.equal(taker.lost, undefined);
});

test('a body that nobody wants any more is read and dropped', () => {
  const source = new Source();
  const body = new RequestBody(source);
  const sink = new Sink();
  push(body, 'abc');
  body.attach(sink);
  sink.room = false;
  push(body, 'def');
  body.drop();
  assert.ok(source.reads);
  push(body, 'ghi');
  body.end(NO_FIELDS);
  assert.equal(sink.text, 'abcdef');
  assert.equal(sink.trailers, undefined);
});

test('what was let go while it was taken in is heard of no more', async () => {
  const body = new RequestBody(new Source());
  const taker = new Taker();
  body.takeIn(Infinity, space, taker);
  push(body, 'abc');
  body.end(NO_FIELDS);
  body.free();
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(taker.taken, 0);
});

test('the source goes on at the end of the body, though its last part was one too many', () => {
  const source = new Source();
  const body = new RequestBody(source);
  push(body, 'x'.repeat(REPLAY_LIMIT));
  assert.ok(!source.reads);
  body.end(NO_FIELDS);
  assert.ok(source.reads);
});

test('a source that did not rest hears nothing of the end: it may have a reason of its own not to read', () => {
  const source = new Source();
  const body = new RequestBody(source);
  source.reads = false;
  body.end(NO_FIELDS);
  body.attach(new Sink());
  body.writable();
  assert.ok(!source.reads);
});

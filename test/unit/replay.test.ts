import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_FIELDS } from '../../src/fields.ts';
import { type BodySink, type BodySource, REPLAY_LIMIT, RequestBody } from '../../src/replay.ts';

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

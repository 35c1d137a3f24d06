import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Output } from '../../../src/supervisor/output.ts';
import { MemoryLog } from '../../support/memory-log.ts';

/** A process whose output a test writes, and what the log says of it. */
class Printer {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly log = new MemoryLog();
  readonly output = new Output(this.log, { pool: 'app', process: 'app/1' });

  constructor() {
    this.output.take(this.stdout, 'stdout');
    this.output.take(this.stderr, 'stderr');
  }

  get lines(): unknown[] {
    return this.log.messages
      .filter(({ message }) => message === 'the application prints')
      .map(({ facts }) => facts['text']);
  }
}

test('lines are logged whole, however they are cut', async () => {
  const p = new Printer();
  for (const part of ['on', 'e\ntw', 'o\n', '\n', 'th\u00e9 last']) p.stdout.write(part);
  p.stdout.end();
  await setImmediate();
  assert.deepEqual(p.lines, ['one', 'two', 'th\u00e9 last']);
});

test('of many lines the first of a second are logged, and the rest is counted', async () => {
  const p = new Printer();
  for (let i = 0; i < 100; i++) p.stdout.write('line\n'.repeat(10));
  await setImmediate();
  assert.equal(p.lines.length, 50);
  p.output.expire();
  const { message, facts } = p.log.messages.at(-1)!;
  assert.equal(message, 'the application prints more than is logged');
  assert.equal(facts['omittedBytes'], 95 * 50);
});

test('after an omission the log goes on with a whole line', async () => {
  const p = new Printer();
  p.stdout.write('line\n'.repeat(50));
  p.stdout.write('some that is not logged\nthe beginning of a ');
  await setImmediate();
  p.output.expire();
  p.stdout.write('line\nwhole\n');
  await setImmediate();
  assert.deepEqual(p.lines.slice(50), ['whole']);
});

test('a stream that prints without end is read no faster than it may be, and goes on afterwards', async () => {
  const p = new Printer();
  const chunk = Buffer.alloc(65_536, 'y\n');
  for (let i = 0; i < 200; i++) p.stdout.write(chunk);
  await setImmediate();
  assert.equal(p.stdout.isPaused(), true);
  assert.ok(p.stdout.readableLength + p.stdout.writableLength > 0);
  p.output.expire();
  assert.equal(p.stdout.isPaused(), false);
});

test('the last words are the last lines of the error stream, even of those not logged', async () => {
  const p = new Printer();
  p.stderr.write('x\n'.repeat(1000));
  p.stderr.write('a\nb\n\nc\nd\ncannot go on\n');
  p.stdout.write('by the way\n');
  await setImmediate();
  assert.equal(p.output.lastWords, 'a | b | c | d | cannot go on');
  assert.equal(new Printer().output.lastWords, '');
});

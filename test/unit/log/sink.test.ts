import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Sink } from '../../../src/log/sink.ts';
import { afterwards } from '../../support/afterwards.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

interface Watched {
  readonly sink: Sink;
  readonly failures: string[];
  readonly recoveries: number[];
}

function watch(t: TestContext, fd: number): Watched {
  const failures: string[] = [];
  const recoveries: number[] = [];
  const sink = new Sink(fd, {
    failed: error => failures.push(error.code!),
    recovered: lost => recoveries.push(lost),
  });
  afterwards(t, () => sink.end());
  return { sink, failures, recoveries };
}

/** A named pipe with its two ends, neither of which blocks. */
function pipe(t: TestContext): { reader: number; writer: number; closeReader(): void } {
  const path = join(temporaryFolder(t), 'pipe');
  assert.equal(spawnSync('mkfifo', [path]).status, 0);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  let reading = true;
  const closeReader = (): void => {
    if (reading) closeSync(reader);
    reading = false;
  };
  afterwards(t, () => closeSync(writer));
  afterwards(t, closeReader);
  return { reader, writer, closeReader };
}

function readSome(fd: number): string {
  const buffer = Buffer.alloc(1 << 20);
  try {
    return buffer.toString('latin1', 0, readSync(fd, buffer));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
    return '';
  }
}

test('lines come out in order, and flush waits for them', async t => {
  const path = join(temporaryFolder(t), 'log');
  const { sink } = watch(t, openSync(path, 'a'));
  let expected = '';
  for (let i = 0; i < 5000; i++) {
    const line = `line ${i}\n`;
    expected += line;
    if (i % 700 === 0) sink.writeSoon(line);
    else sink.write(line);
  }
  await sink.flush();
  assert.equal(readFileSync(path, 'utf8'), expected);
  assert.equal(sink.lost, 0);
});

test('a single line comes out by itself after a while', async t => {
  const path = join(temporaryFolder(t), 'log');
  const { sink } = watch(t, openSync(path, 'a'));
  sink.write('alone\n');
  await eventually('the line is in the file', () => readFileSync(path, 'utf8') === 'alone\n');
});

test('a full pipe delays lines; within the bound none is lost, and none is torn', async t => {
  const { reader, writer } = pipe(t);
  const { sink, failures } = watch(t, writer);
  let expected = '';
  for (let i = 0; i < 300; i++) {
    const line = `${i}${'x'.repeat(1000)}\n`;
    expected += line;
    sink.write(line);
  }
  let read = '';
  await eventually('all has come', () => {
    read += readSome(reader);
    return read.length >= expected.length;
  });
  assert.equal(read, expected);
  await sink.flush();
  assert.deepEqual([sink.lost, failures], [0, []]);
});

test('behind a reader that has stopped, lines beyond the bound are counted and flush does not hang', async t => {
  const { reader, writer } = pipe(t);
  const { sink, recoveries } = watch(t, writer);
  const line = `${'x'.repeat(1023)}\n`;
  for (let i = 0; i < 12_000; i++) sink.write(line);
  const { lost } = sink;
  assert.ok(lost >= 12_000 - 9 * 1024 && lost < 12_000, String(lost));
  await sink.flush();
  await eventually(
    'the loss is reported once there is room',
    () => readSome(reader) === '' && recoveries.length > 0,
  );
  assert.equal(recoveries[0], lost);
});

test('a pipe without a reader costs the lines and nothing else', async t => {
  const { writer, closeReader } = pipe(t);
  const { sink, failures } = watch(t, writer);
  closeReader();
  sink.write('one\n');
  sink.write('two\n');
  await sink.flush();
  sink.write('three\n');
  await sink.flush();
  assert.deepEqual([sink.lost, failures], [3, ['EPIPE']]);
});

test('a full disk is reported once, and flush does not wait for it', async t => {
  const { sink, failures } = watch(t, openSync('/dev/full', 'w'));
  sink.writeSoon('one\n');
  await sink.flush();
  sink.write('two\n');
  await sink.flush();
  assert.deepEqual(failures, ['ENOSPC']);
});

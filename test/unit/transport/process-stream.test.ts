import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { GatewayError } from '../../../src/errors.ts';
import type { StreamOwner } from '../../../src/transport/byte-stream.ts';
import { ProcessStream, type Program } from '../../../src/transport/process-stream.ts';
import { addScript, perl } from '../../support/cgi-scripts.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

/** Writes down what a stream says. */
class Listener implements StreamOwner {
  nextBuffer = Buffer.alloc(0);
  output = '';
  readonly said: string[] = [];
  readonly lines: string[] = [];
  error: Error | undefined;

  received(bytes: number, buffer: Buffer): boolean {
    this.output += buffer.toString('latin1', 0, bytes);
    return true;
  }

  opened(): void {
    this.said.push('opened');
  }

  ended(): void {
    this.said.push('ended');
  }

  writeFailed(): boolean {
    this.said.push('write failed');
    return true;
  }

  drained(): void {
    this.said.push('drained');
  }

  stalled(): void {
    this.said.push('stalled');
  }

  broken(error: Error): void {
    this.said.push('broken');
    this.error = error;
  }

  closed(): void {
    this.said.push('closed');
  }

  diagnostic(text: string): void {
    this.lines.push(text);
  }
}

function run(t: TestContext, script: string, inputBytes = 0): { stream: ProcessStream; owner: Listener } {
  const directory = temporaryFolder(t);
  const file = addScript(directory, 'script', script);
  const owner = new Listener();
  const stream = new ProcessStream(
    { file, directory, environment: { PATH: '/bin:/usr/bin' }, inputBytes, oneOfMany: false },
    owner,
  );
  return { stream, owner };
}

test('a program is opened, heard to its end, and asked how it ended', async t => {
  const { stream, owner } = run(t, 'echo out; echo err >&2; exit 5');
  assert.deepEqual(owner.said, []);
  await eventually('it ends', () => owner.said.includes('ended'));
  assert.deepEqual(owner.said, ['opened', 'ended']);
  assert.deepEqual([owner.output, owner.lines], ['out\n', ['err']]);
  assert.deepEqual([stream.status, stream.signal], [5, null]);
});

test('the input ends behind so many bytes, in however many writes they come', async t => {
  const { stream, owner } = run(t, 'wc -c', 6);
  stream.write('abc', 'latin1');
  stream.cork();
  stream.write('d', 'latin1');
  stream.write(Buffer.from('ef'));
  stream.uncork();
  await eventually('it ends', () => owner.said.includes('ended'));
  assert.match(owner.output, /^6\b/);
});

test('a program without input reads the end at once', async t => {
  const { owner } = run(t, 'wc -c');
  await eventually('it ends', () => owner.said.includes('ended'));
  assert.match(owner.output, /^0\b/);
});

test('writes to a program that does not read are forgotten, and who waits for room is told', async t => {
  const { stream, owner } = run(t, 'exec 0<&-; echo deaf; sleep 0.2', 10_000_000);
  assert.equal(stream.write(Buffer.alloc(4_000_000)), false);
  await eventually('there is room', () => owner.said.includes('drained'));
  assert.equal(stream.write(Buffer.alloc(4_000_000)), true);
  assert.equal(stream.writableLength, 0);
  await eventually('it ends', () => owner.said.includes('ended'));
  assert.equal(owner.output, 'deaf\n');
});

test('a program that neither reads nor writes is reported as stalled, one that writes is not', async t => {
  const steps = 'for my $i (1 .. 30) { select undef, undef, undef, 0.05; print "$i "; } sleep 1000;';
  const { stream, owner } = run(t, perl(steps), 9_000_000);
  stream.write(Buffer.alloc(8_000_000));
  stream.setTimeout(700);
  await eventually('it is stalled', () => owner.said.includes('stalled'));
  assert.equal(owner.output.split(' ').length, 31);
  stream.destroy();
});

test('while it is paused nothing is read, and nothing is lost', async t => {
  const { stream, owner } = run(t, 'head -c 3000000 /dev/zero');
  stream.pause();
  await eventually('it is open', () => owner.said.includes('opened'));
  const before = owner.output.length;
  for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve));
  assert.equal(owner.output.length, before);
  stream.resume();
  await eventually('it ends', () => owner.said.includes('ended'));
  assert.equal(owner.output.length, 3_000_000);
});

test('a destroyed one says nothing any more', async t => {
  const { stream, owner } = run(
    t,
    'trap "echo late; echo late >&2; exit 1" TERM; echo ready; sleep 1000 & wait',
  );
  await eventually('it is ready', () => owner.output === 'ready\n');
  stream.destroy();
  stream.destroy();
  await eventually('it is gone', () => stream.status !== null || stream.signal !== null);
  assert.deepEqual([owner.said, owner.lines], [['opened'], []]);
});

for (const [what, program, kind, words] of [
  [
    'that is not there',
    { file: '/no/such/program' },
    'connection_refused',
    /cannot run \/no\/such\/program: .*ENOENT/,
  ],
  ['in a directory that is not there', { directory: '/no/such/place' }, 'connection_refused', /ENOENT/],
  ['that is a directory', { file: '/tmp' }, 'connection_refused', /may not execute it.*EACCES/],
] as const) {
  test(`a program ${what} means ${kind}, with words`, async () => {
    const owner = new Listener();
    const usual: Program = {
      file: '/bin/true',
      directory: '/',
      environment: {},
      inputBytes: 5,
      oneOfMany: false,
    };
    const stream = new ProcessStream({ ...usual, ...program }, owner);
    stream.write('abcde');
    await eventually('it says so', () => owner.said.includes('broken'));
    assert.equal((owner.error as GatewayError).kind, kind);
    assert.match(owner.error!.message, words);
    stream.destroy();
    assert.ok(!owner.said.includes('ended') && !owner.said.includes('opened'));
  });
}

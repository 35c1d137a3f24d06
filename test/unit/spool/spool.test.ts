import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { GatewayError } from '../../../src/errors.ts';
import { SpoolSpace } from '../../../src/spool/space.ts';
import { PART, Spool, type SpoolLimits, type SpoolOwner } from '../../../src/spool/spool.ts';
import { afterwards } from '../../support/afterwards.ts';
import { eventually } from '../../support/eventually.ts';

const UPLOAD: SpoolLimits = { memory: 0, file: Infinity, rereadable: true };

class Owner implements SpoolOwner {
  ready = 0;
  readable = 0;
  error: GatewayError | undefined;

  spoolReady(): void {
    this.ready++;
  }

  spoolReadable(): void {
    this.readable++;
  }

  spoolFailed(error: GatewayError): void {
    this.error = error;
  }
}

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  afterwards(t, () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Bytes of which no two places look alike. */
function pattern(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) buffer[i] = (i * 31 + (i >> 8) * 7 + (i >> 16)) & 255;
  return buffer;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Appends in pieces, and waits whenever the spool asks for it. */
async function appendAll(spool: Spool, owner: Owner, bytes: Buffer, piece: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += piece) {
    const before = owner.ready;
    const view = Buffer.from(bytes.subarray(at, at + piece));
    if (!spool.append(view)) await eventually('there is room', () => owner.ready > before);
    // The view is the caller's again.
    view.fill(0);
  }
}

async function takeAll(spool: Spool, owner: Owner): Promise<Buffer> {
  const parts: Buffer[] = [];
  while (spool.unread > 0) {
    const before = owner.readable;
    const part = spool.take();
    if (part === null) await eventually('there is something to take', () => owner.readable > before);
    else parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}

/** Descriptors of this process whose file lay in a directory and has been removed from it. */
function openFiles(path: string): string[] {
  return readdirSync('/proc/self/fd')
    .map(fd => `/proc/self/fd/${fd}`)
    .filter(fd => linkOf(fd).startsWith(path));
}

/** Empty for the descriptor by which the list was read: that one is closed by now. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(fd);
  } catch {
    return '';
  }
}

async function closed(spool: Spool, space: SpoolSpace, path: string): Promise<void> {
  spool.close();
  await eventually('nothing is left', () => space.used === 0 && openFiles(path).length === 0);
}

for (const piece of [1_000, PART, 3 * PART + 17]) {
  test(`what was appended in pieces of ${piece} bytes is taken in order, as often as wanted`, async t => {
    const path = directory(t);
    const space = new SpoolSpace({ directory: path, max: 1 << 30 });
    const owner = new Owner();
    const spool = new Spool(UPLOAD, space, owner);
    const bytes = pattern(20 * PART + 123);
    await appendAll(spool, owner, bytes, piece);
    assert.equal(spool.length, bytes.length);
    for (let round = 0; round < 2; round++) {
      spool.rewind();
      assert.equal(digest(await takeAll(spool, owner)), digest(bytes));
    }
    await closed(spool, space, path);
  });
}

test('its file has no name, and room is accounted for while it stands (81)', async t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 1 << 30 });
  const owner = new Owner();
  const spool = new Spool(UPLOAD, space, owner);
  await appendAll(spool, owner, pattern(4 * PART), PART);
  await eventually('all of it is in the file', () => space.used === 4 * PART);
  await eventually('the name is gone', () => readdirSync(path).length === 0);
  assert.equal(openFiles(path).length, 1);
  await closed(spool, space, path);
});

test('a little takes no file', t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 0 });
  const spool = new Spool(UPLOAD, space, new Owner());
  spool.append(pattern(PART - 1));
  assert.equal(openFiles(path).length, 0);
  assert.equal(spool.take()!.length, PART - 1);
});

test('a spool closed while it writes closes its file once that is done', async t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 1 << 30 });
  const owner = new Owner();
  for (let i = 0; i < 20; i++) {
    const spool = new Spool(UPLOAD, space, owner);
    spool.append(pattern(2 * PART));
    if (i % 2 === 1) await new Promise(resolve => setImmediate(resolve));
    spool.close();
    spool.close();
  }
  await eventually('nothing is left', () => space.used === 0 && openFiles(path).length === 0);
  assert.deepEqual(readdirSync(path), []);
  assert.equal(owner.error, undefined);
});

test('a spool closed while it reads hears no more', async t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 1 << 30 });
  const owner = new Owner();
  const spool = new Spool(UPLOAD, space, owner);
  await appendAll(spool, owner, pattern(8 * PART), PART);
  await eventually('all of it is in the file', () => space.used === 8 * PART);
  assert.equal(spool.take(), null);
  await closed(spool, space, path);
  assert.equal(owner.readable, 0);
});

test('a read that was under way at the rewind is not taken for the start', async t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 1 << 30 });
  const owner = new Owner();
  const spool = new Spool(UPLOAD, space, owner);
  const bytes = pattern(8 * PART);
  await appendAll(spool, owner, bytes, PART);
  await eventually('all of it is in the file', () => space.used === 8 * PART);
  assert.equal(spool.take(), null);
  await eventually('the first part came', () => owner.readable === 1);
  assert.equal(spool.take()!.length, PART);
  assert.equal(spool.take(), null);
  spool.rewind();
  assert.equal(digest(await takeAll(spool, owner)), digest(bytes));
  await closed(spool, space, path);
});

test('together spools hold no more on disk than they may', async t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 4 * PART });
  const owner = new Owner();
  const first = new Spool(UPLOAD, space, owner);
  await appendAll(first, owner, pattern(3 * PART), PART);
  await eventually('it is in the file', () => space.used === 3 * PART);
  const second = new Spool(UPLOAD, space, owner);
  const bytes = pattern(4 * PART);
  second.append(bytes);
  await eventually('the second one is full', () => second.full);
  assert.equal(space.used, 4 * PART);
  assert.equal(digest(await takeAll(second, owner)), digest(bytes), 'and loses nothing');
  assert.ok(!first.full);
  first.close();
  await closed(second, space, path);
});

test('a directory that cannot be written is named, with the words of the system (81)', async t => {
  const path = join(directory(t), 'missing');
  const space = new SpoolSpace({ directory: path, max: 1 << 30 });
  const owner = new Owner();
  const spool = new Spool(UPLOAD, space, owner);
  spool.append(pattern(2 * PART));
  await eventually('it failed', () => owner.error !== undefined);
  assert.equal(owner.error!.kind, 'spool_full');
  assert.match(owner.error!.message, /missing: ENOENT/);
  assert.equal(space.used, 0);
});

test('what was taken makes room: a ring of four parts carries any number of them', async t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 1 << 30 });
  const owner = new Owner();
  const spool = new Spool({ memory: PART, file: 4 * PART, rereadable: false }, space, owner);
  const bytes = pattern(60 * PART);
  const parts: Buffer[] = [];
  let most = 0;
  for (let at = 0; at < bytes.length || spool.unread > 0; ) {
    while (at < bytes.length && spool.roomy) {
      spool.append(bytes.subarray(at, at + 50_000));
      at += 50_000;
    }
    most = Math.max(most, spool.unread);
    const before = owner.readable;
    const part = spool.take();
    if (part === null) await eventually('there is something to take', () => owner.readable > before);
    else parts.push(Buffer.from(part));
  }
  assert.equal(digest(Buffer.concat(parts)), digest(bytes));
  assert.ok(space.used <= 4 * PART, `${space.used} bytes on disk`);
  assert.ok(most <= 8 * PART, `${most} bytes held`);
  await closed(spool, space, path);
});

test('memory alone asks for a pause at its limit, and takes no file', t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 0 });
  const spool = new Spool({ memory: 2 * PART, file: 0, rereadable: false }, space, new Owner());
  assert.ok(spool.append(pattern(2 * PART - 1)));
  assert.ok(!spool.append(pattern(1)));
  assert.equal(spool.take()!.length, PART);
  assert.ok(spool.roomy);
  assert.equal(spool.take()!.length, PART);
  assert.equal(spool.take(), null);
  assert.equal(space.used, 0);
});

test('bytes that were taken stay as they are while more is appended', t => {
  const spool = new Spool(
    { memory: 4 * PART, file: 0, rereadable: false },
    new SpoolSpace({ directory: directory(t), max: 0 }),
    new Owner(),
  );
  spool.append(Buffer.from('abc'));
  const first = spool.take()!;
  spool.append(Buffer.from('defg'));
  const second = spool.take()!;
  spool.append(pattern(PART));
  assert.equal(first.toString(), 'abc');
  assert.equal(second.toString(), 'defg');
});

test('only its owner may read the file (81)', async t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 1 << 30 });
  const owner = new Owner();
  const spool = new Spool(UPLOAD, space, owner);
  await appendAll(spool, owner, pattern(4 * PART), PART);
  await eventually('the name is gone', () => readdirSync(path).length === 0 && openFiles(path).length === 1);
  assert.equal(statSync(openFiles(path)[0]!).mode & 0o777, 0o600);
  await closed(spool, space, path);
});

test('one who has taken part of a buffer in memory goes on in the file when the rest has gone there', async t => {
  const path = directory(t);
  const space = new SpoolSpace({ directory: path, max: 1 << 30 });
  const owner = new Owner();
  const spool = new Spool(UPLOAD, space, owner);
  const bytes = pattern(4 * PART + 10_000);
  spool.append(bytes.subarray(0, 10_000));
  const first = Buffer.from(spool.take()!);
  await appendAll(spool, owner, bytes.subarray(10_000), PART);
  await eventually('it is in the file', () => space.used === 4 * PART);
  const rest = await takeAll(spool, owner);
  assert.equal(digest(Buffer.concat([first, rest])), digest(bytes));
  await closed(spool, space, path);
});

import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { type Backend, backend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Peer } from '../support/peer.ts';
import { readVariables } from '../support/scgi-app.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const CHUNK = `${(50_000).toString(16)}\r\n${'x'.repeat(50_000)}\r\n`;

/** An SCGI application that says how much it was sent; `/hold` is never answered, `/leave` not read to its end. */
function application(t: TestContext): Promise<Backend> {
  return backend(t, async connection => {
    const variables = await readVariables(connection);
    if (variables.get('REQUEST_URI') === '/hold') await connection.closed();
    if (variables.get('REQUEST_URI') === '/leave') return connection.close();
    const length = Number(variables.get('CONTENT_LENGTH'));
    await connection.take(length);
    connection.send(`Content-Type: text/plain\r\n\r\n${length}`);
    return connection.halfClose();
  });
}

interface Stage {
  readonly gateway: RunningGateway;
  readonly app: Backend;
  readonly folder: string;
}

/** A gateway that spools to a folder of its own. */
async function stage(t: TestContext, max = 1_073_741_824, setting: Setting = {}): Promise<Stage> {
  const app = await application(t);
  const folder = temporaryFolder(t);
  const spool = { directory: folder, max };
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${app.port}`], spool, ...setting });
  return { gateway, app, folder };
}

/** Files below a folder that this process has open, whether they still have a name or not. */
function openFiles(folder: string): number {
  return readdirSync('/proc/self/fd').filter(fd => linkOf(fd).startsWith(folder)).length;
}

/** Empty for the descriptor by which the list was read: that one is closed by now. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

/** A client that has sent so many chunks of a body, and not its end. */
async function uploader(t: TestContext, { gateway }: Stage, chunks: number, target = '/'): Promise<Peer> {
  const client = await connect(t, gateway.address);
  client.send(`POST ${target} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`);
  for (let i = 0; i < chunks; i++) await client.sendAll(CHUNK);
  return client;
}

/** Bytes in spool files. */
function spooled({ gateway }: Stage): number {
  return gateway.gateway.status().spool.used;
}

async function nothingLeft(here: Stage): Promise<void> {
  const { gateway, folder } = here;
  await eventually('every file is closed', () => openFiles(folder) === 0 && spooled(here) === 0);
  assert.deepEqual(readdirSync(folder), []);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
}

test('a long upload takes one file, and none when it is answered (81)', async t => {
  const here = await stage(t);
  const client = await uploader(t, here, 40);
  await eventually('it is spooled', () => openFiles(here.folder) === 1);
  client.send('0\r\n\r\n');
  assert.equal((await client.response()).text, String(40 * 50_000));
  await nothingLeft(here);
});

test('a short one takes none (81)', async t => {
  const here = await stage(t, 0);
  const client = await uploader(t, here, 1);
  client.send('0\r\n\r\n');
  assert.equal((await client.response()).text, '50000');
});

test('a client that leaves while it uploads leaves no file (30, 81)', async t => {
  const here = await stage(t);
  const client = await uploader(t, here, 40);
  await eventually('it is spooled', () => openFiles(here.folder) === 1);
  client.close();
  assert.equal((await here.gateway.ended(1))[0]!.reason, 'client_gone');
  await nothingLeft(here);
});

test('a client that leaves while its upload is worked on leaves no file (30, 81)', async t => {
  const here = await stage(t);
  const client = await uploader(t, here, 40, '/hold');
  client.send('0\r\n\r\n');
  await here.app.connection(0);
  client.reset();
  assert.equal((await here.gateway.ended(1))[0]!.reason, 'client_gone');
  await nothingLeft(here);
});

test('a backend that leaves in the middle of an upload leaves no file (81)', async t => {
  const here = await stage(t);
  const client = await uploader(t, here, 40, '/leave');
  client.send('0\r\n\r\n');
  assert.equal((await client.response()).status, 502);
  await nothingLeft(here);
});

test('a gateway that stops leaves no file (81)', async t => {
  const here = await stage(t);
  await uploader(t, here, 40);
  await eventually('it is spooled', () => openFiles(here.folder) === 1);
  await here.gateway.gateway.stop();
  await nothingLeft(here);
});

test('an upload for which there is no room is 503, and one that has room is not harmed (81)', async t => {
  const here = await stage(t, 3_000_000);
  const first = await uploader(t, here, 50);
  await eventually('it is spooled', () => spooled(here) === 38 * 65_536);
  const second = await uploader(t, here, 40);
  const answer = await second.response();
  assert.equal(answer.status, 503);
  assert.equal(answer.field('connection'), 'close');
  assert.equal(answer.field('retry-after'), '1');
  const [record] = await here.gateway.ended(1);
  assert.equal(record!.reason, 'spool_full');
  assert.match(record!.detail, /max-spool is 3000000/);
  first.send('0\r\n\r\n');
  assert.equal((await first.response()).text, String(50 * 50_000));
  const third = await uploader(t, here, 40);
  third.send('0\r\n\r\n');
  assert.equal((await third.response()).status, 200, 'the room is there again');
  await nothingLeft(here);
});

test('a directory that cannot be written is 503 for who needs it, and the log says why (81)', async t => {
  const app = await application(t);
  const gateway = await startGateway(t, {
    backends: [`scgi://127.0.0.1:${app.port}`],
    spool: { directory: '/proc/self/no-such-directory' },
  });
  const here = { gateway, app, folder: '' };
  const long = await uploader(t, here, 40);
  assert.equal((await long.response()).status, 503);
  const [record] = await gateway.ended(1);
  assert.match(record!.detail, /no-such-directory: ENOENT/);
  const short = await uploader(t, here, 1);
  short.send('0\r\n\r\n');
  assert.equal((await short.response()).status, 200);
});

test('a pool that could do without flows on where there is no room (80, 81)', async t => {
  const origin = await backend(t, async connection => {
    const request = await connection.request();
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n${request.body.length}`);
  });
  const setting = { backends: [origin.url], maxConns: 1, requestBuffer: { size: 100_000_000 } };
  const here = { ...(await stage(t, 100_000, setting)), app: origin };
  const client = await uploader(t, here, 40);
  client.send('0\r\n\r\n');
  assert.equal((await client.response()).text, String(40 * 50_000));
  await nothingLeft(here);
});

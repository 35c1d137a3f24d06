import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, truncateSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { scgiApp } from '../support/scgi-app.ts';
import { makeTree } from '../support/tree.ts';

const LARGE = 32 * 1_048_576;

interface Running {
  readonly gateway: RunningGateway;
  readonly file: string;
  readonly bytes: Buffer;
}

/** A gateway with one large file in its site, whose bytes tell where they stand. */
async function site(t: TestContext): Promise<Running> {
  const bytes = Buffer.alloc(LARGE);
  for (let at = 0; at < LARGE; at += 4) bytes.writeUInt32BE(at, at);
  const root = makeTree(t, { 'large.bin': bytes, 'small.txt': 'small' });
  const { url } = await scgiApp(t);
  const gateway = await startGateway(t, { backends: [url], site: { root } });
  return { gateway, file: `${root}/large.bin`, bytes };
}

/** How often this process has the file open. */
function opened(file: string): number {
  let count = 0;
  for (const descriptor of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${descriptor}`) === file) count++;
    } catch {
      // The descriptor by which the directory was read.
    }
  }
  return count;
}

/** Takes a large answer whole, while others have their turn. */
async function download(t: TestContext, gateway: RunningGateway): Promise<Buffer> {
  const client = await connect(t, gateway.address);
  client.send(get('/large.bin'));
  const { body } = await client.response();
  client.close();
  return body;
}

test('a large file arrives whole, is closed, and the connection goes on', async t => {
  const { gateway, file, bytes } = await site(t);
  const client = await connect(t, gateway.address);
  client.send(get('/large.bin') + get('/small.txt'));
  assert.ok((await client.response()).body.equals(bytes));
  assert.equal((await client.response()).text, 'small');
  await eventually('the file is closed', () => opened(file) === 0);
});

test('a client that rests in between gets every byte', async t => {
  const { gateway, file, bytes } = await site(t);
  const client = await connect(t, gateway.address);
  client.send(get('/large.bin'));
  await client.head();
  for (let at = 0; at < LARGE; at += LARGE / 2) {
    client.pause();
    await download(t, gateway);
    if (at === 0) assert.equal(opened(file), 1);
    client.resume();
    const part = await client.take(LARGE / 2);
    assert.ok(part.equals(bytes.subarray(at, at + LARGE / 2)), `what begins at ${at}`);
  }
});

test('of a file that a client does not read, no more is read than the gateway may have unsent', async t => {
  const { gateway, file } = await site(t);
  const idle = await Promise.all(Array.from({ length: 20 }, () => connect(t, gateway.address)));
  for (const client of idle) client.pause().send(get('/large.bin'));
  await eventually('all downloads have begun', () => opened(file) === idle.length);
  // Whoever reads takes his turn with those who do not: by the end they could have had everything, too.
  for (let i = 0; i < 3; i++) assert.equal((await download(t, gateway)).length, LARGE);
  for (const client of idle) client.reset();
  const records = await gateway.ended(idle.length + 3);
  for (const record of records.filter(({ reason }) => reason === 'client_gone'))
    assert.ok(record.bytesOut < LARGE / 2, `${record.bytesOut} bytes`);
});

for (const leave of ['close', 'reset'] as const) {
  test(`a client that leaves in the middle closes the file (${leave})`, async t => {
    const { gateway, file } = await site(t);
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(t, gateway.address)));
    for (const client of clients) client.send(get('/large.bin'));
    await Promise.all(clients.map(client => client.head()));
    for (const client of clients) client[leave]();
    await eventually('every file is closed', () => opened(file) === 0);
    const records = await gateway.ended(clients.length);
    for (const record of records) assert.equal(record.reason, 'client_gone');
  });
}

test('a client that leaves at once closes the file', async t => {
  const { gateway, file } = await site(t);
  for (let i = 0; i < 50; i++) {
    const client = await connect(t, gateway.address);
    client.send(get('/large.bin'));
    client.close();
  }
  await eventually('every exchange has ended', () => gateway.clients === 0);
  await eventually('every file is closed', () => opened(file) === 0);
});

test('a file that becomes shorter while it is sent is cut, so that nobody takes it for whole', async t => {
  const { gateway, file } = await site(t);
  const client = await connect(t, gateway.address);
  client.send(get('/large.bin'));
  await client.head();
  client.pause();
  truncateSync(file, 1000);
  client.resume();
  await client.closed();
  assert.ok(client.bytesRead < LARGE);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'http_response_incomplete');
  assert.match(record!.detail, /shorter/);
  await eventually('the file is closed', () => opened(file) === 0);
});

test('a gateway that stops closes the files that it sends', async t => {
  const { gateway, file } = await site(t);
  const client = await connect(t, gateway.address);
  client.pause().send(get('/large.bin'));
  await eventually('the download has begun', () => opened(file) === 1);
  await gateway.gateway.stop();
  await eventually('the file is closed', () => opened(file) === 0);
});

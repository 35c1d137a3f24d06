import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { Prng } from '../fuzz/prng.ts';
import { type Backend, backend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Message } from '../support/message.ts';
import { type Peer, PeerClosed } from '../support/peer.ts';
import { readVariables } from '../support/scgi-app.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { assertExact } from '../support/tally.ts';

const CLIENTS = 150;
const AT_ONCE = 30;
const SIZES = [0, 1, 1_000, 60_000, 70_000, 200_000, 700_000];
const ROOM = 1_500_000;

interface Status {
  readonly spool: { readonly used: number };
  readonly pools: readonly { readonly doubleReleases: number }[];
}

/** Bytes that differ from place to place and from seed to seed. */
function long(bytes: number, seed: number): Buffer {
  const body = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) body[i] = 97 + ((i * seed + (i >> 8)) % 26);
  return body;
}

function digest(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

/** An application that says what it was sent and adds much of its own, or fails in one of several ways. */
function application(t: TestContext, dice: Prng): Promise<Backend> {
  return backend(t, async connection => {
    const deed = dice.below(12);
    if (deed === 0) return connection.reset();
    const variables = await readVariables(connection);
    if (deed === 1) return connection.close();
    if (deed === 2) return connection.send('Status: 403 Forbidden\r\n\r\nno').halfClose();
    const body = await connection.take(Number(variables.get('CONTENT_LENGTH')));
    if (deed === 3) return connection.close();
    if (deed === 4) return connection.send('Location: /elsewhere\r\n\r\n').halfClose();
    const size = dice.pick(SIZES);
    const promised = deed === 5 ? size + 1 : size;
    const head = `X-Digest: ${digest(body)}\r\nX-Seed: ${deed}\r\nContent-Length: ${promised}\r\n`;
    connection.send(`Content-Type: text/plain\r\n${head}\r\n`);
    await connection.sendAll(long(size, deed));
    return connection.halfClose();
  });
}

/** What is wrong with an answer that came whole; empty: nothing. */
function fault(answer: Message, body: Buffer): string {
  if ([403, 502, 503].includes(answer.status)) return '';
  if (answer.status !== 200) return `status ${answer.status}`;
  const sent = answer.field('x-digest');
  // A redirect in between leaves the body behind.
  if (sent !== digest(body) && sent !== digest(Buffer.alloc(0)))
    return 'the application was sent something else';
  const seed = Number(answer.field('x-seed'));
  return digest(answer.body) === digest(long(answer.body.length, seed)) ? '' : 'the answer is another one';
}

async function send(client: Peer, body: Buffer, dice: Prng): Promise<void> {
  const chunked = dice.below(3) > 0;
  const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  client.send(`POST / HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`);
  const piece = dice.pick([1_000, 20_000, 100_000]);
  for (let at = 0; at < body.length && !client.ending; at += piece) {
    const part = body.subarray(at, at + piece);
    if (chunked) client.send(`${part.length.toString(16)}\r\n`);
    await client.sendAll(part);
    if (chunked) client.send('\r\n');
  }
  if (chunked) client.send('0\r\n\r\n');
}

/** Plays one client; returns what is wrong with the answer that it got, if it got one. */
async function play(t: TestContext, gateway: RunningGateway, dice: Prng): Promise<string> {
  const client = await connect(t, gateway.address);
  const body = long(dice.pick(SIZES), 1 + dice.below(25));
  const leaves = dice.below(5);
  try {
    if (leaves === 0) {
      send(client, body, dice).catch(() => {});
      await new Promise(resolve => setTimeout(resolve, dice.below(20)));
      return '';
    }
    await send(client, body, dice);
    if (leaves === 1) await client.head();
    else if (leaves === 2) await client.take(100);
    else return fault(await client.response(), body);
    return '';
  } catch (error) {
    if (error instanceof PeerClosed) return '';
    throw error;
  } finally {
    if (dice.below(2) === 0) client.reset();
    else client.close();
  }
}

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

for (const seed of [1, 2]) {
  test(`bodies that come and go, with little room for them, leave nothing behind, seed ${seed} (40, 81)`, async t => {
    const dice = new Prng(seed);
    const apps = [await application(t, dice), await application(t, dice)];
    const folder = temporaryFolder(t);
    const gateway = await startGateway(t, {
      backends: apps.map(({ port }) => `scgi://127.0.0.1:${port}`),
      maxConns: 3,
      spool: { directory: folder, max: ROOM },
      requestBuffer: { size: 300_000 },
      responseBuffer: { size: 500_000 },
      retry: { on: ['connect', 'reused', 'terminated'], budget: 1 },
      health: { maxFails: 1_000_000 },
    });
    const faults: string[] = [];
    let left = CLIENTS;
    const visitors = Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) faults.push(await play(t, gateway, dice));
    });
    await Promise.all(visitors);
    assert.deepEqual(faults.filter(Boolean), []);
    await eventually('every client is gone', () => gateway.clients === 0);
    const status = () => gateway.gateway.status() as Status;
    await eventually('nothing is left', () => {
      const { inFlight, queued } = gateway.load();
      return inFlight + queued + status().spool.used + openFiles(folder) === 0;
    });
    assert.equal(status().pools[0]!.doubleReleases, 0);
    assertExact(gateway);
    assert.deepEqual(readdirSync(folder), []);
    const kinds = new Set(gateway.records.map(({ reason }) => reason));
    assert.ok(kinds.has('') && kinds.has('client_gone'), [...kinds].join());
  });
}

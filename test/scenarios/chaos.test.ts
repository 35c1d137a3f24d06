import assert from 'node:assert/strict';
import { connect as open, type Socket } from 'node:net';
import { test } from 'node:test';
import { type BackendConnection, backend } from '../support/backend.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Message } from '../support/message.ts';
import { type Peer, PeerClosed, Peer as Side } from '../support/peer.ts';
import { assertExact } from '../support/tally.ts';

const SEED = Number(process.env.CHAOS_SEED ?? 1);
const CLIENTS = Number(process.env.CHAOS_CLIENTS ?? 400);
const AT_ONCE = 40;

/** A linear congruential generator: the same seed makes the same choices, if not the same order of events. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0;
  }

  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * sides);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.roll(choices.length)]!;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

const SIZES = [0, 1, 10, 1000, 20_000, 70_000, 300_000];

function answerTo(request: Message, dice: Dice): string {
  const body = `${request.target} `.repeat(1 + dice.pick(SIZES) / 10);
  if (dice.roll(2) === 0) return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

/** What a backend does with one request; false: its connection is of no more use. */
type Deed = (connection: BackendConnection, dice: Dice) => Promise<boolean>;

async function whole(connection: BackendConnection, dice: Dice): Promise<boolean> {
  const request = await connection.request();
  connection.send(answerTo(request, dice));
  return true;
}

const DEEDS: readonly Deed[] = [
  whole,
  whole,
  whole,
  async (connection, dice) => {
    await pause(dice.roll(10));
    return whole(connection, dice);
  },
  async connection => {
    connection.reset();
    return false;
  },
  async connection => {
    await connection.head();
    connection.reset();
    return false;
  },
  async connection => {
    await connection.head();
    connection.send('HTTP/1.1 403 Early\r\nContent-Length: 2\r\n\r\nno');
    return false;
  },
  async connection => {
    await connection.head();
    connection.send('HTTP/1.1 413 Early\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno');
    connection.close();
    return false;
  },
  async connection => {
    await connection.head();
    connection.halfClose();
    return false;
  },
  async connection => {
    await connection.head();
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ntruncated');
    connection.halfClose();
    return false;
  },
  async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n');
    return false;
  },
  async connection => {
    await connection.request();
    connection.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    await pause(1);
    connection.send('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n');
    return true;
  },
  async (connection, dice) => {
    const request = await connection.request();
    for (const byte of answerTo(request, dice).slice(0, 200)) connection.send(byte);
    connection.reset();
    return false;
  },
  async connection => {
    const head = await connection.head();
    connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nhello');
    if (!head.startLine.includes('/tunnel')) return false;
    await pause(2);
    connection.halfClose();
    return false;
  },
  async (connection, dice) => {
    const request = await connection.request();
    connection.send(answerTo(request, dice) + (dice.roll(2) === 0 ? 'surplus' : ''));
    connection.halfClose();
    return false;
  },
  async connection => {
    await connection.head();
    connection.pause();
    await pause(100);
    connection.close();
    return false;
  },
];

function requests(dice: Dice, id: number): string {
  const body = 'b'.repeat(dice.pick(SIZES));
  return dice.pick([
    `GET /get/${id} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `GET /get/${id} HTTP/1.1\r\nHost: a\r\n\r\nGET /get/${id} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `HEAD /head/${id} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `GET /old/${id} HTTP/1.0\r\n\r\n`,
    `POST /post/${id} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    `PUT /put/${id} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${
      body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`
    }0\r\n\r\nGET /after/${id} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `PUT /put/${id} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n0123456789`,
    `GET /tunnel/${id} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nearly bytes`,
    `BAD\r\n\r\n`,
    `POST /bad/${id} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz`,
  ]);
}

/** One client: sends some requests, whole or not, at once or in parts, and leaves in one way or another. */
async function misbehave(gateway: RunningGateway, dice: Dice, id: number): Promise<void> {
  const url = new URL(gateway.address);
  const socket: Socket = open({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
  const client: Peer = new Side(socket, 0);
  const bytes = requests(dice, id);
  const cut = dice.roll(3) === 0 ? dice.roll(bytes.length) : bytes.length;
  if (dice.roll(4) === 0) client.pause();
  const half = dice.roll(cut + 1);
  client.send(bytes.slice(0, half));
  if (dice.roll(2) === 0) await pause(dice.roll(5));
  client.send(bytes.slice(half, cut));
  await pause(dice.roll(20));
  switch (dice.roll(5)) {
    case 0:
      client.reset();
      break;
    case 1:
      client.close();
      break;
    case 2:
      client.halfClose().resume();
      await client.closed();
      break;
    case 3:
      client.halfClose();
      await pause(20);
      client.reset();
      break;
    default:
      client.resume();
      await pause(50);
      client.close();
  }
  const foreign = [...client.pending.toString('latin1').matchAll(/ \/[a-z]+\/(\d+) /g)].find(
    ([, other]) => Number(other) !== id,
  );
  assert.equal(foreign?.[0], undefined, `client ${id} was given the answer of another`);
}

async function dabble(connection: BackendConnection, dice: Dice): Promise<void> {
  try {
    while (await dice.pick(DEEDS)(connection, dice));
  } catch (error) {
    if (!(error instanceof PeerClosed)) throw error;
  }
}

test(`whatever clients and backends do, nothing is left behind (seed ${SEED})`, async t => {
  const dice = new Dice(SEED);
  const origins = [];
  for (let i = 0; i < 3; i++) origins.push(await backend(t, connection => dabble(connection, dice)));
  const gateway = await startGateway(t, {
    backends: origins.map(({ url }) => url),
    maxConns: 8,
    health: { maxFails: 0 },
    timeouts: { connect: 500, response: 300, idle: 300, tunnel: 300 },
    client: { headerTimeout: 300, idleTimeout: 300, ioTimeout: 300 },
    queue: { timeout: 300 },
    retry: { attempts: 2, on: ['connect', 'reused', 'terminated', 'junk', 'timeout', '503'] },
  });
  for (let begun = 0; begun < CLIENTS; begun += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => misbehave(gateway, dice, begun + i)));
  }
  await eventually('all clients have gone', () => gateway.clients === 0);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  for (const record of gateway.records) {
    assert.ok(record.status >= 100, `${record.target}: status ${record.status} ${record.reason}`);
    assert.ok(record.endedAt >= record.startedAt);
  }
  assertExact(gateway);
});

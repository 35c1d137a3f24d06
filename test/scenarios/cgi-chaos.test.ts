import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Prng } from '../fuzz/prng.ts';
import { type Backend, type BackendConnection, backend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import {
  answer,
  endRequest,
  page,
  readPairs,
  readRecord,
  readStart,
  readStdin,
  record,
  stdout,
  TYPE,
} from '../support/fastcgi.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Peer, PeerClosed } from '../support/peer.ts';
import { readVariables } from '../support/scgi-app.ts';
import { assertExact } from '../support/tally.ts';

const CLIENTS = Number(process.env.CHAOS_CLIENTS ?? 240);
const AT_ONCE = 30;
const SIZES = [0, 1, 100, 5_000, 70_000, 300_000];

/** A seeded choice of what goes wrong; once it is calm nothing does. */
class Dice extends Prng {
  calm = false;

  /** One of so many things; 0, which is always the good one, far more often. */
  deed(sides: number): number {
    return this.calm ? 0 : Math.max(0, this.below(sides + 6) - 6);
  }
}

/** What the application prints for a path: its name over and over, so that a stray byte of another answer shows. */
function output(target: string, dice: Dice): string {
  const body = `${target} `.repeat(1 + dice.pick(SIZES) / 20);
  return dice.below(2) === 0 ? page(body) : page(body, `Content-Length: ${body.length}`);
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

function elsewhere(target: string): string {
  return `Location: ${target.replace(/^\/[a-z]+/, '/moved')}\r\n\r\nunseen`;
}

/** What an application sends for a whole request with that id, in records of odd sizes; null: it gives up. */
function records(target: string, id: number, dice: Dice): (Buffer | null)[] {
  const printed = output(target, dice);
  const size = dice.pick([7, 1_000, 8_192, 65_535]);
  const good = [stdout(printed, id, printed.length < 5_000 ? size : 65_535, dice.below(9)), endRequest(id)];
  switch (dice.deed(12)) {
    case 1:
      return [stdout(printed.slice(0, 100), id), null];
    case 2:
      return [null];
    case 3:
      return [endRequest(id, 0, 2)];
    case 4:
      return [record(TYPE.stderr, id, 'so it goes\n'.repeat(dice.pick([1, 5_000]))), ...good];
    case 5:
      return [record(TYPE.stdout, 40_000, 'for nobody'), record(77, 0, 'what is this'), ...good];
    case 6:
      return [stdout('no head at all', id), endRequest(id)];
    case 7:
      return [stdout(elsewhere(target), id), endRequest(id)];
    case 8:
      return [stdout(page('short', 'Content-Length: 100'), id), endRequest(id)];
    case 9:
      return [endRequest(id)];
    case 10:
      return [stdout(page(target, 'Content-Length: 1'), id), endRequest(id, 9)];
    case 11:
      return [Buffer.from('junk')];
    default:
      return good;
  }
}

/** Sends records cut anywhere; false: the connection is gone. */
async function sendRecords(connection: BackendConnection, all: (Buffer | null)[], dice: Dice) {
  for (const bytes of all) {
    if (bytes === null) {
      if (dice.below(2) === 0) connection.reset();
      else connection.close();
      return false;
    }
    const cut = dice.below(bytes.length + 1);
    connection.send(bytes.subarray(0, cut));
    if (dice.below(3) === 0) await pause(dice.below(4));
    connection.send(bytes.subarray(cut));
  }
  return true;
}

async function fastcgi(connection: BackendConnection, dice: Dice): Promise<void> {
  for (;;) {
    const { id, variables, keep } = await readStart(connection);
    const deed = dice.deed(6);
    if (deed === 1) return connection.reset();
    if (deed === 2) {
      connection.send(answer('Status: 403 Forbidden\r\n\r\nno', id));
      if (dice.below(2) === 0) connection.close();
      return;
    }
    await readStdin(connection, id);
    if (!(await sendRecords(connection, records(variables.get('REQUEST_URI')!, id, dice), dice))) return;
    if (deed === 3) connection.send(record(TYPE.stdout, id, 'X-Surplus: yes\r\n\r\n'));
    if (deed === 4 || !keep) return void connection.halfClose();
    if (deed === 5) return void connection.pause();
  }
}

/** Several requests at once; those that are given up end sooner or later, or not at all. */
async function sharing(connection: BackendConnection, dice: Dice): Promise<void> {
  const params = new Map<number, Buffer[]>();
  for (;;) {
    const { type, id, content } = await readRecord(connection);
    if (type === TYPE.getValues) {
      const limits = ['FCGI_MPXS_CONNS', '1', 'FCGI_MAX_REQS', '20'];
      const pairs = limits.map((word, i) =>
        i % 2 === 0 ? `${String.fromCharCode(word.length, limits[i + 1]!.length)}${word}` : word,
      );
      connection.send(record(TYPE.getValuesResult, 0, pairs.join(''))).halfClose();
    } else if (type === TYPE.begin) {
      params.set(id, []);
    } else if (type === TYPE.params) {
      params.get(id)!.push(content);
    } else if (type === TYPE.abort && dice.deed(3) !== 1) {
      if (params.delete(id)) connection.send(endRequest(id));
    } else if (type === TYPE.stdin && params.has(id)) {
      if (content.length > 0 && dice.deed(30) !== 1) continue;
      const variables = readPairs(Buffer.concat(params.get(id)!));
      params.delete(id);
      void answerShared(connection, variables[variables.indexOf('REQUEST_URI') + 1]!, id, dice);
    }
  }
}

async function answerShared(connection: BackendConnection, target: string, id: number, dice: Dice) {
  await pause(dice.below(5));
  for (const bytes of records(target, id, dice)) {
    if (bytes === null) connection.close();
    // Between two records there may be others, within one there may not.
    else connection.send(bytes);
    await pause(dice.below(3));
  }
}

async function scgi(connection: BackendConnection, dice: Dice): Promise<void> {
  const deed = dice.deed(8);
  if (deed === 1) return connection.reset();
  const variables = await readVariables(connection);
  const target = variables.get('REQUEST_URI')!;
  if (deed === 2) return connection.close();
  if (deed === 3) return void connection.send('Status: 413 No\r\n\r\nno').halfClose();
  await connection.take(Number(variables.get('CONTENT_LENGTH')));
  if (deed === 4) connection.send(elsewhere(target));
  else if (deed === 5) connection.send(page('short', 'Content-Length: 100'));
  else if (deed === 6) connection.send('no head');
  else if (deed === 7) connection.send(output(target, dice)).reset();
  else await connection.sendAll(output(target, dice));
  connection.halfClose();
}

function requestOf(dice: Dice, id: number): string {
  const body = 'b'.repeat(dice.pick(SIZES));
  const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
  const line = (start: string, fields = '') => `${start}/${id} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
  return dice.pick([
    line('GET /get'),
    line('GET /get') + line('GET /next'),
    line('HEAD /head'),
    `GET /old/${id} HTTP/1.0\r\n\r\n`,
    line('POST /post', `Content-Length: ${body.length}\r\n`) + body,
    `${line('PUT /put', 'Transfer-Encoding: chunked\r\n')}${chunk}0\r\nX-Trailer: t\r\n\r\n${line('GET /after')}`,
    `${line('PUT /put', 'Expect: 100-continue\r\nContent-Length: 10\r\n')}0123456789`,
    line('GET /upgrade', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'),
    `${line('POST /bad', 'Transfer-Encoding: chunked\r\n')}3\r\nabc\r\nzz`,
  ]);
}

async function leave(client: Peer, dice: Dice): Promise<void> {
  const way = dice.below(5);
  if (way === 0) return client.reset();
  if (way === 1) return client.close();
  client.resume();
  if (way === 2) {
    await client.halfClose().closed();
    return;
  }
  await pause(dice.below(60));
  if (way === 3) client.reset();
  else client.close();
}

/** One client; it sends its requests whole or not and leaves somehow. Nothing of another's answer may come to it. */
async function visit(t: TestContext, gateway: RunningGateway, dice: Dice, id: number): Promise<void> {
  const client = await connect(t, gateway.address);
  const bytes = requestOf(dice, id);
  const cut = dice.below(3) === 0 ? dice.below(bytes.length) : bytes.length;
  const half = dice.below(cut + 1);
  if (dice.below(4) === 0) client.pause();
  client.send(bytes.slice(0, half));
  await pause(dice.below(5));
  client.send(bytes.slice(half, cut));
  await pause(dice.below(20));
  await leave(client, dice);
  for (const [found, other] of client.pending.toString('latin1').matchAll(/ \/[a-z]+\/(\d+) /g))
    assert.equal(Number(other), id, `client ${id} was given ${found}`);
}

interface Status {
  readonly exchanges: { readonly underWay: number };
  readonly spool: { readonly used: number };
  readonly pools: readonly { readonly doubleReleases: number }[];
}

async function nothingLeft(gateway: RunningGateway): Promise<void> {
  const status = () => gateway.gateway.status() as Status;
  await eventually('all clients have gone', () => gateway.clients === 0);
  await eventually('nothing is left', () => {
    const { inFlight, queued } = gateway.load();
    return inFlight + queued + status().spool.used + status().exchanges.underWay === 0;
  });
  assert.equal(status().pools[0]!.doubleReleases, 0);
  assertExact(gateway);
}

/** What was kept is clean: each of many requests gets its own answer. */
async function allIsWell(t: TestContext, gateway: RunningGateway): Promise<void> {
  const targets = Array.from({ length: 30 }, (_, i) => `/calm/${i}`);
  await Promise.all(
    targets.map(async target => {
      const { status, text } = await exchange(t, gateway.address, get(target));
      assert.equal(status, 200);
      assert.equal(text.replaceAll(`${target} `, ''), '', `${target} was given ${text.slice(0, 60)}`);
    }),
  );
}

type App = (connection: BackendConnection, dice: Dice) => Promise<void>;

function application(t: TestContext, app: App, dice: Dice): Promise<Backend> {
  return backend(t, async connection => {
    try {
      await app(connection, dice);
    } catch (error) {
      if (!(error instanceof PeerClosed)) throw error;
    }
  });
}

const FAMILY = [
  ['FastCGI', 'fcgi', fastcgi, '', 4],
  ['FastCGI without a limit', 'fcgi', fastcgi, '', Infinity],
  ['shared FastCGI connections', 'fcgi', sharing, ',mpxs=10', Infinity],
  ['shared FastCGI connections and few slots', 'fcgi', sharing, ',mpxs=3', 4],
  ['SCGI', 'scgi', scgi, '', 4],
] as const;

type Member = (typeof FAMILY)[number];

const SEED = Number(process.env.CHAOS_SEED ?? 1);

async function start(t: TestContext, [, scheme, app, option, maxConns]: Member, dice: Dice) {
  const apps = [await application(t, app, dice), await application(t, app, dice)];
  return startGateway(t, {
    backends: apps.map(({ port }) => `${scheme}://127.0.0.1:${port}${option}`),
    maxConns,
    health: { maxFails: 0 },
    timeouts: { connect: 1_500, response: 300, idle: 300 },
    client: { headerTimeout: 300, idleTimeout: 300, ioTimeout: 300 },
    queue: { timeout: 1_000 },
    requestBuffer: { size: 100_000 },
    retry: { attempts: 2, on: ['connect', 'reused', 'terminated', 'junk', 'timeout', '503'] },
  });
}

for (const member of FAMILY) {
  test(`whatever clients and applications do over ${member[0]}, nothing is left behind, seed ${SEED}`, async t => {
    const dice = new Dice(SEED);
    const gateway = await start(t, member, dice);
    for (let begun = 0; begun < CLIENTS; begun += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => visit(t, gateway, dice, begun + i)));
    await nothingLeft(gateway);
    dice.calm = true;
    await allIsWell(t, gateway);
  });

  test(`a gateway that stops in the midst of it, over ${member[0]}, leaves nothing behind, seed ${SEED}`, async t => {
    const dice = new Dice(SEED);
    for (let round = 0; round < 4; round++) {
      const gateway = await start(t, member, dice);
      const visits = Array.from({ length: AT_ONCE }, (_, i) => visit(t, gateway, dice, i));
      await pause(dice.below(40));
      await gateway.gateway.stop();
      await nothingLeft(gateway);
      await Promise.allSettled(visits);
    }
  });
}

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Backend, backend } from '../support/backend.ts';
import { connect, exchange, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import type { Peer } from '../support/peer.ts';
import { readVariables } from '../support/scgi-app.ts';
import { socketPath } from '../support/socket-path.ts';

const WORKERS = 4;
const CLIENTS = 100;

/** More than a unix socket and its writer hold, and less than that and what is read ahead together. */
const ANSWER = Buffer.alloc(480_000, 'y');

const HALF = 'x'.repeat(1_024);

/** An application that writes down whom it served, in order, and answers `/slow` with much and all else with little. */
class Application {
  readonly served: string[] = [];
  /** The most requests that it had at once. */
  most = 0;
  #present = 0;
  #origin: Backend | undefined;

  get url(): string {
    return `scgi://127.0.0.1:${this.#origin!.port}`;
  }

  async start(t: TestContext): Promise<this> {
    this.#origin = await backend(t, async connection => {
      this.most = Math.max(this.most, ++this.#present);
      const variables = await readVariables(connection);
      await connection.take(Number(variables.get('CONTENT_LENGTH')));
      const target = variables.get('REQUEST_URI')!;
      this.served.push(target);
      connection.send('Content-Type: text/plain\r\n\r\n');
      await connection.sendAll(target === '/slow' ? ANSWER : Buffer.from(target));
      this.#present--;
      connection.halfClose();
    });
    return this;
  }
}

async function slowClients(t: TestContext, address: string): Promise<Peer[]> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(t, address)));
  for (const client of clients) {
    client.pause();
    client.send(`POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 * HALF.length}\r\n\r\n${HALF}`);
  }
  return clients;
}

/** Reads an answer a kilobyte at a time for a while, and then the rest. */
async function drip(client: Peer): Promise<void> {
  client.resume();
  await client.head();
  for (let i = 0; i < 10; i++) {
    client.pause();
    await new Promise(resolve => setImmediate(resolve));
    client.resume();
    await client.take(1_024);
  }
}

test('four workers serve a fast client at once while a hundred slow ones send and read (80)', async t => {
  const application = await new Application().start(t);
  const path = socketPath(t);
  const gateway = await startGateway(t, {
    listen: [{ kind: 'unix', path, text: path }],
    backends: [application.url],
    maxConns: WORKERS,
  });
  const slow = await slowClients(t, gateway.address);
  await eventually('all of them are connected', () => gateway.clients === CLIENTS);
  for (const target of ['/fast-1', '/fast-2']) await exchange(t, gateway.address, post(target, 'abc'));
  assert.deepEqual(application.served, ['/fast-1', '/fast-2'], 'before any that is still sending');

  for (const client of slow) client.send(HALF);
  await eventually('every worker is free', () => {
    return application.served.length === CLIENTS + 2 && gateway.load().inFlight === 0;
  });
  assert.ok(
    slow.every(client => client.bytesRead === 0),
    'nobody has read a byte',
  );
  assert.equal((await exchange(t, gateway.address, post('/fast-3', 'abc'))).text, '/fast-3');
  assert.equal(gateway.records.length, 3, 'before any slow one had its answer');

  await Promise.all(slow.map(drip));
  assert.equal((await exchange(t, gateway.address, post('/fast-4', 'abc'))).text, '/fast-4');
  for (const client of slow) client.resume();
  const records = await gateway.ended(CLIENTS + 4);
  assert.deepEqual(new Set(records.map(({ status, reason }) => `${status} ${reason}`)), new Set(['200 ']));
  assert.ok(application.most <= WORKERS, `${application.most} requests at once`);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connect, get } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type App, type FcgiRequest, page } from '../support/fastcgi.ts';
import { fcgiWorkers } from '../support/fastcgi-workers.ts';
import { startGateway } from '../support/gateway.ts';

const CLIENTS = 64;
const ROUNDS = 20;

async function served(t: TestContext, count: number, app: App, setting: Setting = {}) {
  const workers = await fcgiWorkers(t, count, app);
  const gateway = await startGateway(t, { ...setting, backends: [workers.url] });
  return { workers, gateway };
}

/** Lets clients ask one thing after the other, all at once; how many answers the others got while one waited for its own, at most. */
async function load(t: TestContext, address: string): Promise<number> {
  let answers = 0;
  let worst = 0;
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(t, address)));
  const play = async (client: (typeof clients)[number]) => {
    for (let round = 0; round < ROUNDS; round++) {
      const before = answers;
      client.send(get());
      assert.equal((await client.response()).status, 200);
      // The first time it waits for the gateway to accept it as well.
      if (round > 0) worst = Math.max(worst, answers - before);
      answers++;
    }
  };
  await Promise.all(clients.map(play));
  assert.equal(answers, CLIENTS * ROUNDS);
  return worst;
}

test('without a limit 64 clients share 8 workers, and none of them is passed over', async t => {
  const { gateway } = await served(t, 8, () => page());
  const worst = await load(t, gateway.address);
  // In turn it would be 63; with connections that are kept whatever waits it is almost all there are.
  assert.ok(worst < 3 * CLIENTS, `${worst} answers for others came before one`);
  const { pools } = gateway.gateway.status();
  const learnt = pools[0]!.endpoints[0]!.acceptedAtOnce!;
  assert.ok(learnt > 0 && learnt <= 8, `${learnt} accepted at once`);
});

test('with max-conns=8 there are 8 connections in all for 64 clients', async t => {
  const { gateway, workers } = await served(t, 8, () => page(), { maxConns: 8 });
  const worst = await load(t, gateway.address);
  assert.ok(worst < 3 * CLIENTS, `${worst} answers for others came before one`);
  assert.equal(workers.origin.connections.length, 8);
});

/** An application that begins each request in order, and answers those to `/held` when the test says so. */
class Held {
  readonly targets: string[] = [];
  #release: (() => void)[] = [];

  readonly app = async (request: FcgiRequest): Promise<string> => {
    const target = request.variables.get('REQUEST_URI')!;
    this.targets.push(target);
    if (target === '/held') await new Promise<void>(resolve => this.#release.push(resolve));
    return page();
  };

  release(): void {
    for (const each of this.#release.splice(0)) each();
  }
}

test('a request that waits unseen gets the worker that falls free, before any later request', async t => {
  const held = new Held();
  const { gateway, workers } = await served(t, 1, held.app);
  const clients = await Promise.all([1, 2, 3].map(() => connect(t, gateway.address)));
  clients[0]!.send(get('/held'));
  await eventually('the worker is busy', () => held.targets.length === 1);
  clients[1]!.send(get('/unseen'));
  await eventually('a connection waits for it', () => workers.origin.connections.length === 2);
  held.release();
  await clients[0]!.response();
  clients[2]!.send(get('/later'));
  await clients[2]!.response();
  await clients[1]!.response();
  assert.deepEqual(held.targets, ['/held', '/unseen', '/later']);
});

test('an idle connection is kept for the next request, and lets its worker go soon', async t => {
  const { gateway, workers } = await served(t, 1, () => page());
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 3; i++) {
    client.send(get());
    await client.response();
  }
  assert.equal(workers.origin.connections.length, 1);
  assert.equal(workers.taken, 1);
  await eventually('the worker is free', () => workers.taken === 0);
});

test('with max-conns above the number of workers nobody waits for as long as others ask', async t => {
  const { gateway } = await served(t, 2, () => page(), { maxConns: 4, timeouts: { response: 4000 } });
  let unserved = 4;
  const ask = async () => {
    const client = await connect(t, gateway.address);
    for (let first = true; unserved > 0; first = false) {
      client.send(get());
      assert.equal((await client.response()).status, 200);
      if (first) unserved--;
    }
  };
  await Promise.all([ask(), ask(), ask(), ask()]);
});

test('connections that rest do not keep a request from its worker, whatever the limit', async t => {
  const held = new Held();
  const { gateway, workers } = await served(t, 1, held.app, { maxConns: 2 });
  const clients = await Promise.all([1, 2].map(() => connect(t, gateway.address)));
  clients[0]!.send(get('/held'));
  await eventually('the worker is busy', () => held.targets.length === 1);
  clients[1]!.send(get('/unseen'));
  await eventually('a connection waits for it', () => workers.origin.connections.length === 2);
  held.release();
  // No later request comes whose end would make room.
  await Promise.all(clients.map(client => client.response()));
  assert.deepEqual(held.targets, ['/held', '/unseen']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok } from '../support/backend.ts';
import { get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { Holding, Noting, startHolding, targets } from '../support/held.ts';

/** A backend that notes when requests came, in milliseconds of its own clock. */
async function timed(t: Parameters<typeof backend>[0]) {
  const times: number[] = [];
  const origin = await backend(t, connection =>
    connection.always(() => {
      times.push(performance.now());
      return ok();
    }),
  );
  return { origin, times };
}

test('those who waited are let go at the pace given, the first at once, and none of them faster (84)', async t => {
  const { origin, times } = await timed(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const holding = new Holding(t, gateway);
  holding.hold();
  const clients = await holding.heldInOrder(61);
  const began = performance.now();
  assert.equal(holding.resume({ pace: 60 }).waiting, 61);
  assert.equal(holding.status()!.phase, 'resuming');
  assert.equal(holding.status()!.pace, 60);
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.ok(times.at(-1)! - began >= 990, `the last one came after ${times.at(-1)! - began} ms`);
  const early = times.filter(time => time - began < 500).length;
  assert.ok(early <= 31, `${early} came in the first half`);
  await eventually('the gate is open', () => holding.status() === null);
});

test('a pace can be given up: the rest goes as there are slots', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(20);
  holding.resume({ pace: 0.01 });
  await eventually('the first one has gone', () => origin.targets.length === 1);
  assert.equal(holding.waiting(), 19);
  assert.equal(holding.resume().waiting, 19);
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.deepEqual(origin.targets, targets(20));
});

test('without a pace those who waited go as there are slots, a few in the queue and the others at the gate', async t => {
  const origin = await backend(t, async connection => {
    for (;;) await connection.request();
  });
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 2, queue: { length: 200 } });
  const holding = new Holding(t, gateway);
  holding.hold();
  await holding.heldInOrder(100);
  holding.resume();
  await eventually('every slot is taken', () => origin.requests.length === 2);
  await eventually('a few wait for a slot', () => gateway.load().queued >= 16);
  assert.deepEqual(gateway.load(), { inFlight: 2, queued: 16 });
  assert.equal(holding.waiting(), 82);
});

test('who leaves in the middle of a release is passed over', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(10);
  holding.resume({ pace: 0.01 });
  await eventually('the first one has gone', () => origin.targets.length === 1);
  clients[1]!.reset();
  await eventually('it is forgotten', () => holding.waiting() === 8);
  holding.resume();
  for (const client of clients.slice(2)) assert.equal((await client.response()).status, 200);
  assert.ok(!origin.targets.includes('/1'));
});

test('when the last one who waits leaves, the gate is open', async t => {
  const { holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(2);
  holding.resume({ pace: 0.01 });
  await eventually('one has gone', () => holding.waiting() === 1);
  clients[1]!.reset();
  await eventually('the gate is open', () => holding.status() === null);
  assert.equal((await (await holding.ask(get('/'))).response()).status, 200);
});

test('a route that is resumed while its pool is held leads on to the gate of the pool', async t => {
  const origin = await Noting.start(t);
  const gateway = await startGateway(t, {
    backends: [`${origin.url},max-conns=1`],
    routes: [{ name: 'api', path: '/*' }],
  });
  const holding = new Holding(t, gateway);
  holding.hold({ target: 'api' });
  const clients = await holding.heldInOrder(30, 'api');
  holding.hold({ target: 'default' });
  holding.resume({ target: 'api' });
  await eventually('all wait at the pool', () => holding.waiting() === 30);
  assert.equal(holding.status('api'), null);
  holding.resume();
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.deepEqual(origin.targets, targets(30));
});

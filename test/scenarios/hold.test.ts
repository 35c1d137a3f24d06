import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok, silentBackend } from '../support/backend.ts';
import { get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { failingAfter, Holding, Noting, startHolding, targets } from '../support/held.ts';

test('2,000 clients are held and then answered in the order in which they came, 100 that left excepted (84)', async t => {
  const { origin, holding } = await startHolding(t, { queue: { length: 2000 } });
  assert.deepEqual(holding.hold(), ['default']);
  const clients = await holding.heldInOrder(2000);
  assert.deepEqual(origin.targets, []);
  const stay = (i: number) => i % 20 !== 7;
  for (const [i, client] of clients.entries()) if (!stay(i)) client.reset();
  await eventually('those who left are forgotten', () => holding.waiting() === 1900);
  assert.deepEqual(holding.resume(), { resumed: ['default'], waiting: 1900 });
  for (const [i, client] of clients.entries()) {
    if (stay(i)) assert.equal((await client.response()).text, `/${i}`);
  }
  assert.deepEqual(
    origin.targets,
    targets(2000).filter((_, i) => stay(i)),
  );
  await eventually('the gate is open', () => holding.status() === null);
  const gone = holding.gateway.records.filter(({ reason }) => reason === 'client_gone');
  assert.equal(gone.length, 100);
});

test('who comes while others are let go goes behind them', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(20);
  holding.resume({ pace: 200 });
  for (let i = 20; i < 40; i++) clients.push(await holding.ask(get(`/${i}`)));
  for (const client of clients) assert.equal((await client.response()).status, 200);
  const late = new Set(targets(40).slice(20));
  const before = origin.targets.filter(target => !late.has(target));
  assert.deepEqual(before, targets(20));
  assert.deepEqual(origin.targets.slice(0, 20), targets(20));
});

test('who waited for a slot when a hold began waits on, and goes before those who came later', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const holding = new Holding(t, gateway);
  const clients = [await holding.ask(get('/0'))];
  await eventually('the first is being served', () => origin.requests.length === 1);
  clients.push(await holding.ask(get('/1')));
  await eventually('the second waits for a slot', () => gateway.load().queued === 1);
  holding.hold();
  clients.push(await holding.held('/2'));
  const connection = await origin.connection(0);
  connection.send(ok());
  assert.equal((await clients[0]!.response()).status, 200);
  await eventually('the slot is free', () => gateway.load().inFlight === 0);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 1 });
  assert.equal(holding.status()!.waiting, 2);
  assert.equal(gateway.gateway.status().pools[0]!.queued, 2);
  assert.equal(holding.resume().waiting, 2);
  for (const i of [1, 2]) {
    await eventually('the next one is being served', () => origin.requests.length === i + 1);
    assert.equal(origin.requests[i]!.target, `/${i}`);
    connection.send(ok());
    assert.equal((await clients[i]!.response()).status, 200);
  }
});

test('no more wait than the queue takes, at the gate and for slots together (84)', async t => {
  const { holding } = await startHolding(t, { queue: { length: 3 } });
  holding.hold();
  const clients = await holding.heldInOrder(3);
  const refused = await (await holding.ask(get('/more'))).response();
  assert.equal(refused.status, 503);
  assert.match(refused.field('proxy-status')!, /connection_limit_reached/);
  assert.ok(refused.field('retry-after'));
  clients[0]!.reset();
  await eventually('there is a place', () => holding.waiting() === 2);
  await holding.held('/instead');
});

test('a request waits no longer than the queue allows, and those behind wait on (84)', async t => {
  const { origin, holding } = await startHolding(t, { queue: { timeout: 700 } });
  holding.hold();
  const early = await holding.held('/early');
  const answer = await early.response();
  assert.equal(answer.status, 503);
  assert.equal(answer.field('proxy-status'), 'sluice; error=destination_unavailable');
  const [record] = await holding.gateway.ended(1);
  assert.equal(record!.reason, 'held_too_long');
  assert.ok(record!.queueTime >= 700);
  const late = await holding.held('/late');
  holding.resume();
  assert.equal((await late.response()).status, 200);
  assert.deepEqual(origin.targets, ['/late']);
});

test('the time at the gate counts for the queue behind it', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1, queue: { timeout: 2000 } });
  const holding = new Holding(t, gateway);
  await holding.ask(get('/busy'));
  await eventually('the slot is taken', () => origin.requests.length === 1);
  holding.hold();
  const client = await holding.held('/');
  await eventually('half of its time is over', () => holding.status()!.sinceMs >= 1000);
  holding.resume();
  await eventually('it waits for a slot', () => gateway.load().queued === 1);
  assert.equal((await client.response()).status, 503);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'queue_timeout');
  assert.ok(record!.queueTime < 2900, `it waited ${record!.queueTime} ms`);
});

test('a total time-out ends a wait at the gate', async t => {
  const { holding } = await startHolding(t, { timeouts: { total: 300 } });
  holding.hold();
  const client = await holding.held('/');
  assert.equal((await client.response()).status, 504);
  assert.equal((await holding.gateway.ended(1))[0]!.reason, 'total_timeout');
});

test('a hold ends by itself after its time, and all who waited are answered in order', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(5);
  holding.hold({ for: 200 });
  assert.ok(holding.status()!.leftMs! <= 200);
  for (const [i, client] of clients.entries()) assert.equal((await client.response()).text, `/${i}`);
  assert.deepEqual(origin.targets, targets(5));
  assert.equal(holding.status(), null);
  const words = holding.gateway.messages.map(({ message }) => message);
  assert.ok(words.includes('a hold has lasted its time: requests go on'));
});

test('a hold that is to fail refuses those who wait and those who come, until it is ended', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(40);
  holding.hold(failingAfter(50));
  for (const client of clients) {
    const answer = await client.response();
    assert.equal(answer.status, 503);
    assert.ok(answer.field('retry-after'));
  }
  assert.equal(holding.status()!.phase, 'failing');
  assert.equal((await (await holding.ask(get('/new'))).response()).status, 503);
  assert.deepEqual(new Set(holding.gateway.records.map(({ reason }) => reason)), new Set(['held_too_long']));
  holding.resume();
  assert.equal((await (await holding.ask(get('/after'))).response()).status, 200);
  assert.deepEqual(origin.targets, ['/after']);
});

test('a hold that fails refuses those too who waited for a slot', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const holding = new Holding(t, gateway);
  await holding.ask(get('/busy'));
  await eventually('the slot is taken', () => origin.requests.length === 1);
  const client = await holding.ask(get('/'));
  await eventually('it waits for a slot', () => gateway.load().queued === 1);
  holding.hold(failingAfter(100));
  assert.equal((await client.response()).status, 503);
  assert.equal((await gateway.ended(1))[0]!.reason, 'held_too_long');
});

test('a second hold takes the place of the first, and nobody who waits is moved', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const first = await holding.held('/0');
  holding.hold(failingAfter(500));
  holding.hold();
  assert.equal(holding.status()!.leftMs, null);
  const second = await holding.held('/1');
  await eventually('the end of the first would be over', () => holding.status()!.sinceMs >= 700);
  assert.equal(holding.waiting(), 2);
  holding.resume();
  for (const client of [first, second]) assert.equal((await client.response()).status, 200);
  assert.deepEqual(origin.targets, ['/0', '/1']);
});

test('a hold in the middle of a release keeps the rest in its order', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(20);
  holding.resume({ pace: 20 });
  await eventually('some have gone', () => origin.targets.length >= 3);
  holding.hold();
  const left = holding.waiting();
  assert.ok(left > 0);
  holding.resume();
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.deepEqual(origin.targets, targets(20));
});

test('who resumes what has gone on by itself hears of it, once', async t => {
  const { holding } = await startHolding(t);
  const lapse = async (): Promise<void> => {
    holding.hold({ for: 20 });
    await eventually('the hold has ended', () => holding.status() === null);
  };
  await lapse();
  assert.deepEqual(holding.resume(), { resumed: [], waiting: 0, lapsed: ['default'] });
  assert.deepEqual(holding.resume(), { resumed: [], waiting: 0 });
  await lapse();
  assert.throws(() => holding.resume({ target: 'default' }), {
    kind: 'refused',
    message: /pool default is not held: its hold ended by itself \ds ago/,
  });
  await lapse();
  holding.hold();
  assert.deepEqual(holding.resume(), { resumed: ['default'], waiting: 0 });
});

test('who resumes while those who waited go on by themselves hears of it, too', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(60);
  holding.hold({ for: 20 });
  await eventually('they go on', () => origin.targets.length > 0);
  const { lapsed } = holding.resume();
  assert.deepEqual(lapsed, ['default']);
  for (const client of clients) assert.equal((await client.response()).status, 200);
});

test('what is not held cannot be resumed, and nobody is told that it was', async t => {
  const { holding } = await startHolding(t);
  assert.throws(() => holding.resume({ target: 'default' }), {
    kind: 'refused',
    message: 'pool default is not held',
  });
  assert.deepEqual(holding.resume(), { resumed: [], waiting: 0 });
});

test('an order that makes no sense holds nothing, and says why', async t => {
  const { holding } = await startHolding(t);
  const wrong = [
    [{ target: 'defualt' }, 'unknown', /nearest known one is "default"/],
    [{ for: 0 }, 'invalid', /more than 0 ms/],
    [{ ...failingAfter(1), for: undefined }, 'invalid', /say for how long/],
    [{ bypass: ['health'] }, 'invalid', /begins with a slash/],
  ] as const;
  for (const [order, kind, message] of wrong) assert.throws(() => holding.hold(order), { kind, message });
  holding.hold();
  assert.throws(() => holding.resume({ pace: 0 }), { kind: 'invalid' });
});

test('a hold that lasts longer than a request may wait is warned of', async t => {
  const { holding } = await startHolding(t, { queue: { timeout: 30_000 } });
  const { holds } = holding.gateway.gateway;
  assert.deepEqual(holds.hold({ for: 30_000 }).warnings, []);
  assert.match(holds.hold({ for: 60_000 }).warnings[0]!, /held for 60s|held for 1m/);
});

test('another pool is served while one is held', async t => {
  const other = await Noting.start(t);
  const { origin, holding } = await startHolding(t, {
    pools: { other: [other.url] },
    routes: [
      { path: '/other/*', pool: 'other' },
      { path: '/*', pool: 'default' },
    ],
  });
  holding.hold({ target: 'default' });
  const held = await holding.heldInOrder(50);
  const passing = await holding.ask(get('/other/0'));
  for (let i = 1; i < 20; i++) {
    assert.equal((await passing.response()).status, 200);
    passing.send(get(`/other/${i}`));
  }
  assert.deepEqual(origin.targets, []);
  assert.equal(holding.waiting(), 50);
  holding.resume();
  for (const client of held) assert.equal((await client.response()).status, 200);
});

test('paths that bypass are served while all else waits (84)', async t => {
  const { origin, holding } = await startHolding(t, { hold: { bypass: ['/healthz'] } });
  holding.hold({ bypass: ['/admin/*'] });
  await holding.held('/healthz/deep');
  const passing = ['/healthz', '/healthz?full', '/admin', '/admin/x', '/%68ealthz'];
  for (const target of passing) {
    assert.equal((await (await holding.ask(get(target))).response()).text, target);
  }
  await holding.held('/x/../healthz');
  assert.deepEqual(origin.targets, passing);
});

test('who bypasses a hold does not wait behind those who wait for a slot (84)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const holding = new Holding(t, gateway);
  await holding.ask(get('/busy'));
  await eventually('the slot is taken', () => origin.requests.length === 1);
  await holding.ask(get('/queued'));
  await eventually('one waits for a slot', () => gateway.load().queued === 1);
  holding.hold({ bypass: ['/healthz'] });
  await holding.ask(get('/healthz'));
  await eventually('it waits for the slot as well', () => gateway.load().queued === 2);
  (await origin.connection(0)).send(ok());
  await eventually('it is being served', () => origin.requests.length === 2);
  assert.equal(origin.requests[1]!.target, '/healthz');
});

test('a gateway that shuts down refuses whom it holds at once, and holds nothing more (85)', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const clients = await holding.heldInOrder(40);
  const drained = holding.gateway.gateway.drain();
  for (const client of clients) {
    const answer = await client.response();
    assert.equal(answer.status, 503);
    assert.equal(answer.field('connection'), 'close');
  }
  assert.throws(() => holding.hold(), { kind: 'refused' });
  assert.deepEqual(await drained, { finished: 40, cut: 0 });
  assert.deepEqual(origin.targets, []);
});

test('a gateway that is stopped leaves nobody waiting at a gate', async t => {
  const { holding } = await startHolding(t);
  holding.hold({ for: 60_000 });
  const clients = await holding.heldInOrder(3);
  await holding.gateway.gateway.stop();
  for (const client of clients) await client.closed();
  assert.equal((await holding.gateway.ended(3)).length, 3);
});

test('a request that fails while its pool is held is tried again once that is resumed', async t => {
  const failing = await silentBackend(t);
  const good = await Noting.start(t);
  const gateway = await startGateway(t, {
    backends: [failing.url, good.url],
    balance: 'first',
    retry: { on: ['connect', 'reused', 'terminated'] },
  });
  const holding = new Holding(t, gateway);
  const client = await holding.ask(get('/again'));
  await eventually('it is in flight', () => failing.requests.length === 1);
  holding.hold();
  (await failing.connection(0)).close();
  await eventually('it waits for another attempt', () => gateway.load().queued === 1);
  assert.deepEqual(await holding.quiet(), { inFlight: 0, tunnels: 0 });
  assert.deepEqual(good.targets, []);
  holding.resume();
  assert.equal((await client.response()).text, '/again');
});

test('who has waited at a gate keeps a place in the queue while the body is read', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1, queue: { length: 1 } });
  const holding = new Holding(t, gateway);
  const busy = await holding.ask(get('/busy'));
  await eventually('the first is being served', () => origin.requests.length === 1);
  holding.hold();
  const first = await holding.ask('POST /first HTTP/1.1\r\nHost: a.test\r\nContent-Length: 6\r\n\r\nab');
  await eventually('it waits', () => holding.waiting() === 1);
  holding.resume();
  await eventually('it has passed', () => holding.status() === null);
  assert.equal((await (await holding.ask(get('/late'))).response()).status, 503);
  first.send('cdef');
  await eventually('it waits for a slot', () => gateway.load().queued === 1);
  const connection = await origin.connection(0);
  connection.send(ok());
  assert.equal((await busy.response()).status, 200);
  await eventually('it is being served', () => origin.requests.length === 2);
  connection.send(ok());
  assert.equal((await first.response()).status, 200);
  assert.equal(gateway.gateway.pools.byName.get('default')!.waiting, 0);
});

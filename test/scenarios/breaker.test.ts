import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Backend, backend, ok } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

const BREAKER = { errors: 0.5, window: 60_000, minimum: 4, rest: 60_000 };

const ERROR = 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n';

function stateOf(gateway: RunningGateway): string {
  return gateway.gateway.status().pools[0]!.breaker!.state;
}

/** Lets so many requests fail, one after the other. */
async function fail(
  t: Parameters<typeof exchange>[0],
  gateway: RunningGateway,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) assert.ok((await exchange(t, gateway.address, get())).status >= 500);
}

test('a pool whose answers are errors is asked no more, and clients are told when to come again', async t => {
  const origin = await backend(t, connection => connection.always(ERROR));
  const gateway = await startGateway(t, { backends: [origin.url], breaker: BREAKER });
  await fail(t, gateway, 4);
  assert.equal(stateOf(gateway), 'open');
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.status, 503);
  assert.equal(answer.field('retry-after'), '60');
  assert.match(answer.field('proxy-status')!, /error=destination_unavailable/);
  assert.equal(origin.requests.length, 4);
  const records = await gateway.ended(5);
  assert.equal(records.at(-1)!.reason, 'circuit_open');
  assert.match(records.at(-1)!.detail, /4 of 4 answers within 1m were errors/);
});

for (const [what, script] of [
  [
    'reset every connection',
    (connection: Parameters<Parameters<typeof backend>[1]>[0]) => connection.reset(),
  ],
  [
    'break their answers off',
    async (connection: Parameters<Parameters<typeof backend>[1]>[0]) => {
      await connection.request();
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort');
      connection.close();
    },
  ],
] as const) {
  test(`backends that ${what} open it`, async t => {
    const origin = await backend(t, script);
    const gateway = await startGateway(t, {
      backends: [origin.url],
      breaker: BREAKER,
      retry: { attempts: 0 },
    });
    for (let i = 0; i < 4; i++)
      await fetch(`${gateway.address}/`)
        .then(answer => answer.text())
        .catch(() => '');
    await gateway.ended(4);
    assert.equal(stateOf(gateway), 'open');
  });
}

test('what clients do wrong does not open it', async t => {
  const origin = await backend(t, connection => connection.request());
  const gateway = await startGateway(t, { backends: [origin.url], breaker: BREAKER });
  for (let i = 0; i < 6; i++) {
    const client = await connect(t, gateway.address);
    client.send(get());
    await origin.connection(i);
    await eventually('it has arrived', () => origin.requests.length === i + 1);
    client.reset();
  }
  await gateway.ended(6);
  assert.equal(stateOf(gateway), 'closed');
});

test('those who wait for a slot are answered when it opens', async t => {
  const origin = await backend(t, async connection => {
    for (let i = 0; ; i++) {
      await connection.request();
      if (i === 3) await eventually('somebody waits', () => gateway.load().queued === 2);
      connection.send(ERROR);
    }
  });
  const gateway: RunningGateway = await startGateway(t, {
    backends: [origin.url],
    breaker: BREAKER,
    maxConns: 1,
  });
  await fail(t, gateway, 3);
  const clients = await Promise.all([0, 1, 2].map(() => connect(t, gateway.address)));
  for (const client of clients) client.send(get());
  const statuses = await Promise.all(clients.map(async client => (await client.response()).status));
  assert.deepEqual(statuses.toSorted(), [500, 503, 503]);
  assert.equal(origin.requests.length, 4);
});

test('after its rest one request asks, and with the first that goes well all is as before', async t => {
  let well = false;
  let asked: (() => void) | undefined;
  const origin: Backend = await backend(t, async connection => {
    for (;;) {
      await connection.request();
      if (well && asked !== undefined) await new Promise<void>(resolve => (asked = resolve));
      connection.send(well ? ok() : ERROR);
    }
  });
  const gateway = await startGateway(t, { backends: [origin.url], breaker: { ...BREAKER, rest: 30 } });
  await fail(t, gateway, 4);
  well = true;
  asked = () => {};
  const waiting = asked;
  await eventually('its rest is over', () => stateOf(gateway) === 'probing');
  const probe = await connect(t, gateway.address);
  probe.send(get());
  await eventually('the probe is under way', () => asked !== waiting);
  assert.equal((await exchange(t, gateway.address, get())).status, 503);
  asked!();
  asked = undefined;
  assert.equal((await probe.response()).status, 200);
  assert.equal(stateOf(gateway), 'closed');
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
});

test('a client that leaves the probe makes way for another', async t => {
  let well = false;
  const origin = await backend(t, async connection => {
    for (;;) {
      const { target } = await connection.request();
      if (target !== '/hangs') connection.send(well ? ok() : ERROR);
    }
  });
  const gateway = await startGateway(t, { backends: [origin.url], breaker: { ...BREAKER, rest: 30 } });
  await fail(t, gateway, 4);
  well = true;
  await eventually('its rest is over', () => stateOf(gateway) === 'probing');
  const probe = await connect(t, gateway.address);
  probe.send(get('/hangs'));
  await eventually('the probe is under way', () => gateway.load().inFlight === 1);
  probe.reset();
  await eventually('it has been given up', () => gateway.load().inFlight === 0);
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.equal(stateOf(gateway), 'closed');
});

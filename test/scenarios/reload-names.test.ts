import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Operations } from '../../src/operations/operations.ts';
import { makeConfig, type Setting } from '../support/config.ts';
import { dnsServer } from '../support/dns-server.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { Load } from '../support/load.ts';
import { neighbours } from '../support/neighbours.ts';

const ONE = '127.0.0.21';
const TWO = '127.0.0.22';
const THREE = '127.0.0.23';
const { signal: NEVER } = new AbortController();

/** The last parts of the names of the endpoints of the first pool, with their states. */
function members(gateway: RunningGateway): string {
  const [pool] = gateway.gateway.status().pools;
  return pool!.endpoints.map(({ name, state }) => `${name.split('/').at(-1)} ${state}`).join(', ');
}

test('addresses of a name go on through a reload under load, and so do those of one that is added by an order', async t => {
  const dns = await dnsServer(t);
  const places = await neighbours(t, [ONE, TWO, THREE]);
  dns.has('api.test', [ONE, TWO], 0);
  dns.has('more.test', [THREE], 0);
  const resolver = { servers: [dns.place], minTtl: 20, timeout: 2000 };
  const setting: Setting = {
    backends: [`http://api.test:${places.port},expand=addresses`],
    balance: 'round-robin',
    resolver,
  };
  const gateway = await startGateway(t, setting);
  const orders = new Operations(gateway.gateway, {
    reload: () => Promise.reject(new Error('nobody asked for it')),
    upgrade: () => Promise.reject(new Error('nobody asked for it')),
    stop: () => {},
  });
  const clients = new Load(t, gateway.address, 8);
  await eventually(
    'both serve',
    () => places.at(ONE).requests.length > 20 && places.at(TWO).requests.length > 20,
  );
  const opened = places.at(ONE).connections.length;

  await gateway.gateway.reload(makeConfig({ ...setting, maxConns: 50 }));
  assert.equal(members(gateway), `${ONE} up, ${TWO} up`);
  orders.add('default', `http://more.test:${places.port}`);
  await eventually('its address serves', () => places.at(THREE).requests.length > 20);
  assert.equal(members(gateway), `${ONE} up, ${TWO} up, ${THREE} up`);
  assert.deepEqual(gateway.gateway.status().pools[0]!.changes, [`added http://more.test:${places.port}`]);

  await orders.remove(`more.test:${places.port}`, { wait: 60_000 }, NEVER);
  assert.equal(members(gateway), `${ONE} up, ${TWO} up`);
  orders.add('default', `http://more.test:${places.port}`);
  await eventually('it is back', () => members(gateway).includes(THREE));
  await gateway.gateway.reload(makeConfig({ ...setting, resolver: { ...resolver, stale: 5000 } }));
  await eventually('it has left', () => members(gateway) === `${ONE} up, ${TWO} up`);
  await clients.end();
  assert.deepEqual(clients.failures, []);
  assert.equal(places.at(ONE).connections.length, opened, 'what stays keeps its connections');
  assert.deepEqual(
    gateway.gateway.status().names.map(({ name }) => name),
    ['api.test'],
  );
});

test('another DNS server that knows nothing leaves the addresses as they were', async t => {
  const dns = await dnsServer(t);
  const dead = await dnsServer(t);
  const places = await neighbours(t, [ONE, TWO, THREE]);
  dns.has('api.test', [ONE, TWO], 0);
  const resolver = { servers: [dns.place], minTtl: 20, timeout: 200 };
  const setting: Setting = { backends: [`http://api.test:${places.port},expand=addresses`], resolver };
  const gateway = await startGateway(t, setting);
  await gateway.gateway.reload(makeConfig({ ...setting, resolver: { ...resolver, servers: [dead.place] } }));
  await eventually('it was asked', () => dead.questions.length > 2);
  assert.equal(members(gateway), `${ONE} up, ${TWO} up`);
});

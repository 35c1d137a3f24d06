import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointStatus } from '../../src/pool/status.ts';
import { exchange, get } from '../support/client.ts';
import { startDnsmasq } from '../support/dnsmasq.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { Load } from '../support/load.ts';
import { neighbours } from '../support/neighbours.ts';
import { unlessInstalled } from '../support/program.ts';

const options = { skip: unlessInstalled('dnsmasq') };
const ONE = '127.0.0.21';
const TWO = '127.0.0.22';
const THREE = '127.0.0.23';

function endpoints(gateway: RunningGateway): readonly EndpointStatus[] {
  return gateway.gateway.status().pools[0]!.endpoints;
}

/** Addresses of the pool, those that finish what they have included. */
function addresses(gateway: RunningGateway): string {
  return endpoints(gateway)
    .map(({ name }) => name.split('/')[1])
    .join(' ');
}

test('42: a pool follows a name at full load, and no request fails', options, async t => {
  const dns = await startDnsmasq(t, { 'api.test': [ONE, TWO] });
  const places = await neighbours(t, [ONE, TWO, THREE]);
  const gateway = await startGateway(t, {
    backends: [`http://api.test:${places.port},expand=addresses`],
    resolver: { servers: [dns.place] },
  });
  const clients = new Load(t, gateway.address, 16);
  await eventually('both serve', () => [ONE, TWO].every(at => places.at(at).requests.length > 100));
  dns.knows({ 'api.test': [THREE, ONE, TWO] });
  await eventually('three serve', () => places.at(THREE).requests.length > 100);
  dns.knows({ 'api.test': [TWO] });
  await eventually('one is left', () => addresses(gateway) === TWO);
  await eventually('the others have closed', () => places.at(ONE).open + places.at(THREE).open === 0);
  const { answered } = clients;
  await eventually('it serves alone', () => clients.answered > answered + 200);
  await clients.end();
  assert.deepEqual(clients.failures, []);
});

test('42: a name that is gone, and a server that is gone, leave a pool what it was', options, async t => {
  const dns = await startDnsmasq(t, { 'api.test': [ONE, TWO] }, ['--local-ttl=1', '--local=/test/']);
  const places = await neighbours(t, [ONE, TWO]);
  const gateway = await startGateway(t, {
    backends: [`http://api.test:${places.port},expand=addresses`],
    resolver: { servers: [dns.place] },
  });
  dns.knows({});
  const state = () => gateway.gateway.status().names[0]!;
  await eventually('the name is gone', () => state().state === 'stale');
  assert.match(state().reason, /NXDOMAIN/);
  dns.knows({ 'api.test': [TWO] });
  await eventually('it is back with one address', () => addresses(gateway) === TWO);
  await dns.stop();
  await eventually('the server is gone', () => state().state === 'stale');
  assert.equal((await exchange(t, gateway.address, get())).text, TWO);
});

test('200 addresses come by TCP, whole', options, async t => {
  const many = Array.from({ length: 200 }, (_, i) => `127.0.1.${i + 1}`);
  const dns = await startDnsmasq(t, { 'many.test': many });
  const gateway = await startGateway(t, {
    backends: ['http://many.test:80,expand=addresses'],
    resolver: { servers: [dns.place] },
  });
  assert.equal(endpoints(gateway).length, 200);
  assert.equal(addresses(gateway), [...many].sort().join(' '));
});

test('42: a time to live of 0 is a second', options, async t => {
  const dns = await startDnsmasq(t, { 'api.test': [ONE] }, []);
  const gateway = await startGateway(t, {
    backends: ['http://api.test:80,expand=addresses'],
    resolver: { servers: [dns.place] },
  });
  assert.equal(gateway.gateway.status().names[0]!.ttl, 1000);
});

test('SRV records name servers, and chains of names lead to addresses', options, async t => {
  const dns = await startDnsmasq(t, { 'one.test': [ONE], 'two.test': [TWO] }, [
    '--local-ttl=1',
    '--cname=alias.test,two.test',
    '--srv-host=_web._tcp.test,one.test,8001,10,5',
    '--srv-host=_web._tcp.test,alias.test,8002,20,5',
  ]);
  const gateway = await startGateway(t, {
    backends: ['http://_web._tcp.test:0,expand=services,name=web'],
    resolver: { servers: [dns.place] },
  });
  const names = endpoints(gateway).map(({ name }) => name);
  assert.deepEqual(names, [`web/${ONE}:8001`, `web/${TWO}:8002`]);
});

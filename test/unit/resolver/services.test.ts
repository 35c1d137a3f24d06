import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsRecord } from '../../support/dns-message.ts';
import { eventually } from '../../support/eventually.ts';
import { resolving } from './fixture.ts';

const SERVICE = '_web._tcp.test';
const srv = (data: string): DnsRecord => ({ type: 'SRV', data, ttl: 0 });

test('services are the addresses of their targets, with port, priority and a share of the weight', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 60 8001 one.test'), srv('2 0 8002 two.test')]);
  f.dns.has('one.test', ['127.0.0.1', '::1']);
  f.dns.has('two.test', ['127.0.0.2']);
  const { watch, told } = await f.first(SERVICE, 'services');
  assert.deepEqual(watch.places, [
    { address: '127.0.0.1', target: 'one.test', port: 8001, priority: 1, weight: 30 },
    { address: '127.0.0.2', target: 'two.test', port: 8002, priority: 2, weight: 1 },
    { address: '::1', target: 'one.test', port: 8001, priority: 1, weight: 30 },
  ]);
  assert.equal(told.length, 1, 'all at once');
});

test('one address on two ports is two places', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test'), srv('1 1 8002 one.test')]);
  f.dns.has('one.test', ['127.0.0.1']);
  assert.equal((await f.first(SERVICE, 'services')).places, '127.0.0.1:8001 127.0.0.1:8002');
  assert.equal(f.dns.asked('one.test', 'A'), 1);
});

test('records are asked for as often as the addresses of their targets', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test')]);
  f.dns.has('one.test', ['127.0.0.1'], 0);
  const watched = await f.first(SERVICE, 'services');
  assert.equal(f.status(SERVICE).ttl, 20);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8009 one.test')]);
  await eventually('the other port is told', () => watched.places === '127.0.0.1:8009');
});

test('a target that changes its address changes the services', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test')]);
  f.dns.has('one.test', ['127.0.0.1'], 0);
  const watched = await f.first(SERVICE, 'services');
  f.dns.has('one.test', ['127.0.0.2'], 0);
  await eventually('the other address is told', () => watched.places === '127.0.0.2:8001');
});

test('a target that does not resolve keeps nobody from the others', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test'), srv('1 1 8002 nobody.test')]);
  f.dns.has('one.test', ['127.0.0.1']);
  assert.equal((await f.first(SERVICE, 'services')).places, '127.0.0.1:8001');
});

test('new targets take over when they are known, and what was before stays until then', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test')]);
  f.dns.has('one.test', ['127.0.0.1'], 0);
  const watched = await f.first(SERVICE, 'services');
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 two.test')]);
  await f.asked('two.test', 2);
  assert.equal(watched.places, '127.0.0.1:8001');
  f.dns.has('two.test', ['127.0.0.2'], 0);
  await eventually('the new target serves', () => watched.places === '127.0.0.2:8001');
  assert.deepEqual(
    f.resolver.status().map(({ name }) => name),
    [SERVICE, 'two.test.'],
  );
});

test('a target that is the root says that there is no service, at once', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test')]);
  f.dns.has('one.test', ['127.0.0.1'], 0);
  const watched = await f.first(SERVICE, 'services');
  f.dns.says(SERVICE, 'SRV', [srv('0 0 0 .')]);
  await eventually('there is none', () => watched.places === '');
  assert.match(watched.watch.reason, /no such service/);
});

test('records without a host name or a port are left out, and the log says so', async t => {
  const f = await resolving(t);
  const odd = ['1 1 80 one/two.test', '1 1 80 one@two.test', '1 1 0 one.test'];
  f.dns.says(SERVICE, 'SRV', [...odd.map(srv), srv('1 1 80 one.test')]);
  f.dns.has('one.test', ['127.0.0.1']);
  assert.equal((await f.first(SERVICE, 'services')).places, '127.0.0.1:80');
  assert.match(String(f.said('warn')[0]!.facts['reason']), /^SRV records .* left out: 3$/);
  f.dns.says('_odd._tcp.test', 'SRV', odd.map(srv));
  assert.match((await f.first('_odd._tcp.test', 'services')).watch.reason, /^SRV records .* left out: 3$/);
});

test('of more than 256 services the first 256 are used', async t => {
  const f = await resolving(t);
  const ports = Array.from({ length: 300 }, (_, i) => srv(`1 1 ${8000 + i} one.test`));
  f.dns.says(SERVICE, 'SRV', ports);
  f.dns.has('one.test', ['127.0.0.1']);
  assert.equal((await f.first(SERVICE, 'services')).watch.places!.length, 256);
  assert.match(String(f.said('warn')[0]!.facts['reason']), /44 services are left out/);
});

test('a service that is not known at first says why', async t => {
  const f = await resolving(t);
  assert.match((await f.first(SERVICE, 'services')).watch.reason, /NXDOMAIN/);
  f.dns.says('_other._tcp.test', 'SRV', [srv('1 1 80 nobody.test')]);
  assert.match((await f.first('_other._tcp.test', 'services')).watch.reason, /nobody\.test.*NXDOMAIN/);
});

test('records that fail leave the services what they were', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test')]);
  f.dns.has('one.test', ['127.0.0.1'], 0);
  const watched = await f.first(SERVICE, 'services');
  f.dns.fails(SERVICE, 'SERVFAIL');
  await eventually('that is known', () => f.status(SERVICE).state === 'stale');
  assert.deepEqual(watched.told, ['127.0.0.1:8001']);
});

test('nothing is looked up any more when the last who watches a service has gone', async t => {
  const f = await resolving(t);
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test')]);
  f.dns.has('one.test', ['127.0.0.1'], 0);
  (await f.first(SERVICE, 'services')).watch.close();
  assert.deepEqual(f.resolver.status(), []);
});

test('what stays until new targets are known goes when its own has not resolved for too long', async t => {
  const f = await resolving(t, { stale: 50 });
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 one.test')]);
  f.dns.has('one.test', ['127.0.0.1'], 0);
  const watched = await f.first(SERVICE, 'services');
  f.dns.says(SERVICE, 'SRV', [srv('1 1 8001 two.test')]);
  await f.asked('two.test', 2);
  f.dns.fails('one.test', 'SERVFAIL');
  await eventually('it has gone', () => watched.places === '');
  assert.match(watched.reasons.at(-1)!, /^its target \S+ does not resolve: /);
});

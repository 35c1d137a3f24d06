import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { Surroundings } from '../../../src/resolver/name-sources.ts';
import { dnsServer } from '../../support/dns-server.ts';
import { eventually } from '../../support/eventually.ts';
import { type Fixture, resolving } from './fixture.ts';

/** A resolver that was told of no server: it takes that of its resolv.conf, which is the scripted one. */
async function bySystem(
  t: TestContext,
  more = '',
  around: Partial<Surroundings> = {},
): Promise<{ f: Fixture; conf: (text: string) => void }> {
  const dns = await dnsServer(t);
  const dnsPort = Number(dns.place.split(':')[1]);
  const f = await resolving(t, { servers: [] }, { dnsPort, ...around }, dns);
  const conf = (text: string) => writeFileSync(f.resolvConfPath, text);
  conf(`nameserver 127.0.0.1\n${more}`);
  return { f, conf };
}

test('88: the hosts file comes before DNS, also where a DNS server is named', async t => {
  const f = await resolving(t);
  f.hosts('127.0.0.5 api.test\n::1 api.test\n');
  f.dns.has('api.test', ['127.0.0.9']);
  assert.equal((await f.first('api.test')).places, '127.0.0.5 ::1');
  assert.equal(f.status('api.test').source, 'hosts');
  assert.equal(f.dns.questions.length, 0);
});

test('a name of which the hosts file knows the other family only is asked for by DNS', async t => {
  const f = await resolving(t);
  f.hosts('127.0.0.5 api.test\n');
  f.dns.has('api.test', ['::1']);
  assert.equal((await f.first('api.test', 'addresses', 6)).places, '::1');
});

test('88: what changes in the hosts file counts soon', async t => {
  const f = await resolving(t);
  f.hosts('127.0.0.5 api.test\n');
  const watched = await f.first('api.test');
  f.hosts('127.0.0.5 api.test\n127.0.0.6 api.test\n');
  await eventually('the second address is told', () => watched.told.length === 2);
  assert.equal(watched.places, '127.0.0.5 127.0.0.6');
});

test('a hosts file that is gone leaves what is known', async t => {
  const f = await resolving(t);
  f.hosts('127.0.0.5 api.test\n');
  const watched = await f.first('api.test');
  rmSync(f.hostsPath);
  await eventually('that is seen', () => f.status('api.test').state === 'stale');
  assert.equal(watched.places, '127.0.0.5');
});

test('localhost is this machine whatever DNS says', async t => {
  const f = await resolving(t);
  f.dns.has('localhost', ['127.0.0.9']);
  assert.equal((await f.first('localhost')).places, '127.0.0.1 ::1');
  assert.equal((await f.first('app.localhost.')).places, '127.0.0.1 ::1');
});

test('without a server of its own it asks those of resolv.conf, and looks in the search list', async t => {
  const { f } = await bySystem(t, 'search a.test b.test\n');
  f.dns.has('api.b.test', ['127.0.0.7']);
  assert.equal((await f.first('api')).places, '127.0.0.7');
  assert.deepEqual(
    f.dns.questions.filter(({ type }) => type === 'A').map(({ name }) => name),
    ['api.a.test', 'api.b.test'],
  );
});

test('a name of the search list that cannot be asked for is not passed over', async t => {
  const { f } = await bySystem(t, 'search a.test b.test\n');
  f.dns.fails('api.a.test', 'SERVFAIL');
  f.dns.has('api.b.test', ['127.0.0.7']);
  const watched = await f.first('api');
  assert.equal(watched.places, undefined);
  assert.match(watched.watch.reason, /SERVFAIL/);
});

test('the search list is not for a server that was named', async t => {
  const f = await resolving(t);
  writeFileSync(f.resolvConfPath, 'search a.test\n');
  f.dns.has('api.a.test', ['127.0.0.7']);
  await f.first('api');
  assert.deepEqual(new Set(f.dns.questions.map(({ name }) => name)), new Set(['api']));
});

test('88: what changes in resolv.conf counts soon', async t => {
  const { f, conf } = await bySystem(t);
  f.dns.has('api.a.test', ['127.0.0.7']);
  const watched = await f.first('api');
  assert.equal(watched.places, undefined);
  conf('nameserver 127.0.0.1\nsearch a.test\n');
  await eventually('the name is known', () => watched.places === '127.0.0.7');
});

test('88: what DNS does not know is asked of the operating system', async t => {
  const systemLookup = async () => ['127.0.0.8'];
  const { f } = await bySystem(t, '', { systemLookup });
  assert.equal((await f.first('container')).places, '127.0.0.8');
  assert.equal(f.status('container').source, 'system');
  assert.equal(f.status('container').ttl, 5000);
});

test('the operating system is asked where there is no DNS server at all', async t => {
  const systemLookup = async () => ['127.0.0.8'];
  const f = await resolving(t, { servers: [] }, { systemLookup });
  assert.equal((await f.first('container')).places, '127.0.0.8');
});

for (const [why, config] of [
  ['a DNS server was named', {}],
  ['a DNS server fails', { servers: [] }],
] as const) {
  test(`the operating system is not asked where ${why}`, async t => {
    let asked = 0;
    const systemLookup = async () => {
      asked++;
      return ['127.0.0.8'];
    };
    if ('servers' in config) {
      const { f } = await bySystem(t, '', { systemLookup });
      f.dns.fails('api', 'SERVFAIL');
      await f.first('api');
    } else await (await resolving(t, config, { systemLookup })).first('api');
    assert.equal(asked, 0);
  });
}

test('what neither knows is what DNS says', async t => {
  const { f } = await bySystem(t);
  assert.match((await f.first('api')).watch.reason, /NXDOMAIN/);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { BackendConfig } from '../../../src/config/config.ts';
import { Expansion } from '../../../src/pool/expansion.ts';
import { Pool } from '../../../src/pool/pool.ts';
import { afterwards } from '../../support/afterwards.ts';
import type { DnsRecord } from '../../support/dns-message.ts';
import { eventually } from '../../support/eventually.ts';
import { type Fixture, resolving } from '../resolver/fixture.ts';
import { FakeClaim, FakeProtocol, poolConfig, type Setting } from './support.ts';

const API = { name: 'api', host: 'api.test', expand: 'addresses' } as const;

interface Scene {
  readonly f: Fixture;
  readonly pool: Pool;
  readonly expansion: Expansion;
}

/** A pool whose names are looked up by a scripted server; what a name has at first is for `prepare` to say. */
async function scene(
  t: TestContext,
  backends: readonly Partial<BackendConfig>[],
  prepare: (f: Fixture) => void,
  setting: Setting = {},
): Promise<Scene> {
  const f = await resolving(t);
  prepare(f);
  const pool = new Pool(poolConfig({ ...setting, backends }), () => new FakeProtocol(), f.log);
  const expansion = new Expansion(pool, f.resolver, f.log);
  afterwards(t, () => expansion.close());
  return { f, pool, expansion };
}

function names(pool: Pool): string {
  return pool.endpoints.map(({ name }) => name).join(' ');
}

test('each address of a name is an endpoint, called by backend and address', async t => {
  const { pool, expansion } = await scene(t, [{ ...API, port: 3000 }], f =>
    f.dns.has('api.test', ['127.0.0.2', '127.0.0.1', '::1']),
  );
  assert.equal(names(pool), '');
  await expansion.first();
  assert.equal(names(pool), 'api/127.0.0.1 api/127.0.0.2 api/::1');
  assert.deepEqual(
    pool.endpoints.map(({ address, authority }) => [address, authority]),
    [
      ['127.0.0.1:3000', 'api.test:3000'],
      ['127.0.0.2:3000', 'api.test:3000'],
      ['[::1]:3000', 'api.test:3000'],
    ],
  );
});

test('a backend that is a backup is one with all its addresses', async t => {
  const { pool, expansion } = await scene(
    t,
    [
      { ...API, backup: true },
      { name: 'b', host: '127.0.0.1' },
    ],
    f => f.dns.has('api.test', ['127.0.0.1']),
  );
  await expansion.first();
  const claim = new FakeClaim();
  pool.acquire(claim);
  assert.equal(claim.at, 'b');
});

test('endpoints are in the order in which the configuration names their backends, whenever they join', async t => {
  const backends = [API, { name: 'b', host: '127.0.0.1' }];
  const { pool, expansion } = await scene(t, backends, f =>
    f.dns.has('api.test', ['127.0.0.1', '127.0.0.2']),
  );
  await expansion.first();
  assert.equal(names(pool), 'api/127.0.0.1 api/127.0.0.2 b');
});

test('the priority of an SRV record is a tier, and its target goes into the Host field', async t => {
  const srv = (data: string): DnsRecord => ({ type: 'SRV', data, ttl: 0 });
  const { f, pool, expansion } = await scene(
    t,
    [{ name: 'web', host: '_web._tcp.test', expand: 'services', port: 0, weight: 2 }],
    f => {
      f.dns.says('_web._tcp.test', 'SRV', [srv('10 5 8001 one.test'), srv('20 7 8002 two.test')]);
      f.dns.has('one.test', ['127.0.0.1'], 0);
      f.dns.has('two.test', ['127.0.0.2'], 0);
    },
  );
  await expansion.first();
  const [one, two] = pool.endpoints;
  assert.deepEqual([one!.tier, two!.tier], [0, 1]);
  assert.deepEqual([one!.wholeWeight, two!.wholeWeight], [10, 14]);
  assert.deepEqual([one!.authority, two!.authority], ['one.test:8001', 'two.test:8002']);
  f.dns.says('_web._tcp.test', 'SRV', [srv('20 1 8001 one.test'), srv('10 7 8002 two.test')]);
  await eventually('they have changed places', () => one!.tier === 1 && two!.tier === 0);
  assert.deepEqual(pool.endpoints, [one, two], 'they are the same endpoints');
  assert.equal(one!.wholeWeight, 2);
});

test('claims wait for a first lookup, and are refused when it has failed', async t => {
  const { f, pool, expansion } = await scene(t, [API], f => f.dns.fails('api.test', 'silence'));
  const claim = new FakeClaim();
  pool.acquire(claim);
  assert.equal(pool.queued, 1);
  f.dns.fails('api.test', 'NXDOMAIN');
  await expansion.first();
  await eventually('it is refused', () => claim.error !== undefined);
  assert.match(claim.error!.message, /api\.test does not resolve: NXDOMAIN/);
});

test('claims that wait are refused when the last address is given up', async t => {
  const f = await resolving(t, { stale: 50 });
  f.dns.has('api.test', ['127.0.0.1'], 0);
  const pool = new Pool(
    poolConfig({ backends: [API], maxConns: 1, queue: { length: 9, timeout: 60_000 } }),
    () => new FakeProtocol(),
    f.log,
  );
  const expansion = new Expansion(pool, f.resolver, f.log);
  afterwards(t, () => expansion.close());
  await expansion.first();
  const [running, waiting] = [new FakeClaim(), new FakeClaim()];
  for (const claim of [running, waiting]) pool.acquire(claim);
  f.dns.fails('api.test', 'NXDOMAIN');
  await eventually('it is refused', () => waiting.error !== undefined);
  assert.match(waiting.error!.message, /api\.test does not resolve: NXDOMAIN/);
  assert.equal(running.error, undefined);
  running.lease!.release();
  assert.equal(pool.endpoints.length, 0);
});

test('a pool with other endpoints needs no words for a name that is not known', async t => {
  const { pool, expansion } = await scene(t, [API, { name: 'b', host: '127.0.0.1' }], () => {});
  await expansion.first();
  const claim = new FakeClaim();
  pool.acquire(claim);
  assert.equal(claim.at, 'b');
});

test('another configuration keeps the endpoints of names that stay, and follows the new ones', async t => {
  const { f, pool, expansion } = await scene(t, [API], f => {
    f.dns.has('api.test', ['127.0.0.1'], 0);
    f.dns.has('web.test', ['127.0.0.2'], 0);
  });
  await expansion.first();
  const [before] = pool.endpoints;
  const web = { name: 'web', host: 'web.test', expand: 'addresses' } as const;
  pool.configure(poolConfig({ backends: [{ ...API, weight: 5 }, web] }));
  expansion.follow();
  await eventually('the new one has joined', () => names(pool) === 'api/127.0.0.1 web/127.0.0.2');
  assert.equal(pool.endpoints[0], before);
  assert.equal(before!.wholeWeight, 5);
  pool.configure(poolConfig({ backends: [web] }));
  expansion.follow();
  assert.equal(names(pool), 'web/127.0.0.2');
  assert.deepEqual(
    f.resolver.status().map(({ name }) => name),
    ['web.test'],
  );
  f.dns.has('api.test', ['127.0.0.1', '127.0.0.3'], 0);
  await f.asked('web.test', 2);
  assert.equal(names(pool), 'web/127.0.0.2');
});

test('what joins after another configuration goes by that', async t => {
  const { f, pool, expansion } = await scene(t, [API], f => f.dns.has('api.test', ['127.0.0.1'], 0));
  await expansion.first();
  pool.configure(poolConfig({ backends: [{ ...API, weight: 5 }] }));
  expansion.follow();
  f.dns.has('api.test', ['127.0.0.1', '127.0.0.2'], 0);
  await eventually('it has joined', () => pool.endpoints.length === 2);
  assert.equal(pool.endpoints[1]!.wholeWeight, 5);
});

test('a name that two backends have is joined at once by the second', async t => {
  const { pool, expansion } = await scene(t, [API], f => f.dns.has('api.test', ['127.0.0.1']));
  await expansion.first();
  pool.configure(poolConfig({ backends: [API, { ...API, name: 'again', port: 81 }] }));
  expansion.follow();
  assert.equal(names(pool), 'api/127.0.0.1 again/127.0.0.1');
});

test('nothing changes in a pool whose names are followed no more', async t => {
  const { f, pool, expansion } = await scene(t, [API], f => f.dns.has('api.test', ['127.0.0.1'], 0));
  await expansion.first();
  expansion.close();
  assert.deepEqual(f.resolver.status(), []);
  assert.equal(names(pool), 'api/127.0.0.1');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { resolving } from './fixture.ts';

const NAME = 'api.test';

test('a name stands for all its addresses of both families, sorted, each once', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.3', '127.0.0.1', '::1', '127.0.0.3']);
  const watched = await f.first(NAME);
  assert.deepEqual(watched.told, ['127.0.0.1 127.0.0.3 ::1']);
  assert.equal(f.status(NAME).source, 'dns');
  assert.equal(f.status(NAME).state, 'fresh');
});

for (const [family, places] of [
  [4, '127.0.0.1'],
  [6, '::1'],
] as const) {
  test(`only IPv${family} is asked for where nothing else is wanted`, async t => {
    const f = await resolving(t);
    f.dns.has(NAME, ['127.0.0.1', '::1']);
    assert.equal((await f.first(NAME, 'addresses', family)).places, places);
    assert.equal(f.dns.questions.length, 1);
  });
}

test('42: a time to live of 0 is the floor, and what has changed is told once', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1'], 0);
  const watched = await f.first(NAME);
  f.dns.has(NAME, ['127.0.0.1', '127.0.0.2'], 0);
  await eventually('the new address is told', () => watched.told.length === 2);
  await f.asked(NAME, 3);
  assert.deepEqual(watched.told, ['127.0.0.1', '127.0.0.1 127.0.0.2']);
  assert.equal(f.status(NAME).ttl, 20);
});

test('42: a name with a long time to live is not asked for again before the cap', async t => {
  const f = await resolving(t, { maxTtl: 50 });
  f.dns.has(NAME, ['127.0.0.1'], 86_400);
  await f.first(NAME);
  assert.equal(f.status(NAME).ttl, 50);
  await f.asked(NAME, 2);
});

test('44: another order of the same addresses is no change', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1', '127.0.0.2', '127.0.0.3'], 0);
  const watched = await f.first(NAME);
  f.dns.has(NAME, ['127.0.0.3', '127.0.0.1', '127.0.0.2'], 0);
  await f.asked(NAME, 3);
  assert.equal(watched.told.length, 1);
  assert.equal(f.said('info').length, 1);
});

test('the time to live is the shortest along a chain of names', async t => {
  const f = await resolving(t);
  f.dns.says(NAME, 'A', [
    { type: 'CNAME', data: 'real.test', ttl: 3 },
    { type: 'A', owner: 'real.test', data: '127.0.0.9', ttl: 60 },
  ]);
  assert.equal((await f.first(NAME)).places, '127.0.0.9');
  assert.equal(f.status(NAME).ttl, 3000);
});

test('one lookup serves all who watch a name, and who comes later knows at once what is known', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1']);
  const early = [f.watch(NAME), f.watch(NAME.toUpperCase()), f.watch(NAME)];
  await Promise.all(early.map(({ watch }) => watch.first));
  const late = f.watch(NAME);
  assert.equal(late.places, '127.0.0.1');
  assert.deepEqual(
    early.map(({ told }) => told.length),
    [1, 1, 1],
  );
  assert.equal(late.told.length, 0);
  assert.equal(f.dns.asked(NAME, 'A'), 1);
  assert.equal(f.resolver.status().length, 1);
});

test('a name is looked up until the last who watches it has gone', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1'], 0);
  const [one, other] = [await f.first(NAME), await f.first(NAME)];
  one.watch.close();
  f.dns.has(NAME, ['127.0.0.2'], 0);
  await eventually('the other is told', () => other.told.length === 1);
  assert.equal(one.told.length, 1, 'who has gone is told nothing');
  other.watch.close();
  assert.deepEqual(f.resolver.status(), []);
  const { length } = f.dns.questions;
  await f.first('later.test');
  await f.asked('later.test', 2);
  assert.equal(
    f.dns.asked(NAME, 'A'),
    f.dns.questions.slice(0, length).filter(({ name, type }) => name === NAME && type === 'A').length,
  );
});

for (const reply of [
  'NXDOMAIN',
  'SERVFAIL',
  'REFUSED',
  'silence',
  'an empty answer',
  'bytes that are none',
] as const) {
  test(`42: ${reply} leaves a name what it was, and one line says so`, async t => {
    const f = await resolving(t, { timeout: 300 });
    f.dns.has(NAME, ['127.0.0.1', '127.0.0.2'], 0);
    const watched = await f.first(NAME);
    for (const type of ['A', 'AAAA']) f.dns.says(NAME, type, replyOf(reply));
    await eventually('the failure is known', () => f.status(NAME).state === 'stale');
    await f.asked(NAME, 3);
    assert.equal(watched.places, '127.0.0.1 127.0.0.2');
    assert.equal(watched.told.length, 1);
    assert.equal(f.said('warn').length, 1);
    assert.equal(f.said('warn')[0]!.facts['name'], NAME);
    assert.notEqual(f.status(NAME).reason, '');
  });
}

test('42: a name that is back is the old one as long as its addresses are, and one line says so', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1'], 0);
  const watched = await f.first(NAME);
  f.dns.fails(NAME, 'SERVFAIL');
  await eventually('it fails', () => f.status(NAME).state === 'stale');
  f.dns.has(NAME, ['127.0.0.1'], 0);
  await eventually('it is well again', () => f.status(NAME).state === 'fresh');
  assert.equal(watched.told.length, 1);
  assert.deepEqual(
    f.said('info').map(({ message }) => message),
    ['a name resolves', 'a name resolves again'],
  );
});

test('42: the last addresses are given up when they are too old, loudly and once', async t => {
  const f = await resolving(t, { stale: 100 });
  f.dns.has(NAME, ['127.0.0.1'], 0);
  const watched = await f.first(NAME);
  f.dns.fails(NAME, 'NXDOMAIN');
  await eventually('they are given up', () => watched.told.length === 2);
  await f.asked(NAME, 2);
  assert.deepEqual(watched.told, ['127.0.0.1', '']);
  assert.match(watched.reasons[1]!, /NXDOMAIN/);
  assert.match(watched.watch.reason, /NXDOMAIN/);
  assert.equal(f.said('error').length, 1);
  assert.equal(f.status(NAME).state, 'unresolved');
  f.dns.has(NAME, ['127.0.0.2'], 0);
  await eventually('it is back', () => watched.told.length === 3);
  assert.equal(watched.told[2], '127.0.0.2');
});

test('42: a name that is not known at first is told when it is, and its failures are one line', async t => {
  const f = await resolving(t);
  const watched = await f.first(NAME);
  assert.equal(watched.places, undefined);
  assert.match(watched.watch.reason, /NXDOMAIN/);
  assert.equal(f.status(NAME).state, 'unresolved');
  await f.asked(NAME, 3);
  assert.deepEqual(watched.told, []);
  assert.equal(f.said('warn').length, 1);
  f.dns.has(NAME, ['127.0.0.1']);
  await eventually('it is told', () => watched.told.length === 1);
  assert.equal(watched.watch.reason, '');
});

test('while one family cannot be asked for, the other is used, and what it was stays', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1', '::1'], 0);
  const watched = await f.first(NAME);
  f.dns.says(NAME, 'AAAA', 'SERVFAIL');
  f.dns.says(NAME, 'A', [{ type: 'A', data: '127.0.0.2', ttl: 0 }]);
  await eventually('the other family has changed', () => watched.told.length === 2);
  await f.asked(NAME, 2);
  assert.equal(watched.places, '127.0.0.2 ::1');
  assert.equal(f.said('warn').length, 1, 'said once');
  assert.match(String(f.said('warn')[0]!.facts['reason']), /SERVFAIL/);
});

test('a family that never could be asked for keeps nothing from the other', async t => {
  const f = await resolving(t);
  f.dns.says(NAME, 'A', [{ type: 'A', data: '127.0.0.1' }]);
  f.dns.says(NAME, 'AAAA', 'SERVFAIL');
  assert.equal((await f.first(NAME)).places, '127.0.0.1');
  assert.equal(f.status(NAME).state, 'fresh');
});

test('a family for which nobody answers holds the other up for a second only', async t => {
  const f = await resolving(t, { timeout: 120_000 });
  f.dns.has(NAME, ['127.0.0.1']);
  f.dns.says(NAME, 'AAAA', 'silence');
  const watched = f.watch(NAME);
  await eventually('the name is known', () => watched.places === '127.0.0.1');
  assert.match(String(f.said('warn')[0]!.facts['reason']), /only one family could be asked for/);
});

test('a family that is gone by the word of DNS is gone', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1', '::1'], 0);
  const watched = await f.first(NAME);
  f.dns.says(NAME, 'AAAA', []);
  await eventually('it is told', () => watched.told.length === 2);
  assert.equal(watched.places, '127.0.0.1');
});

test('answers that were cut are asked for again by TCP', async t => {
  const f = await resolving(t);
  f.dns.says(NAME, 'A', { cut: [{ type: 'A', data: '127.0.0.1' }] });
  assert.equal((await f.first(NAME)).places, '127.0.0.1');
  assert.ok(f.dns.questions.some(({ transport }) => transport === 'tcp'));
});

test('200 addresses are 200 places', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, addresses(200));
  assert.equal((await f.first(NAME)).watch.places!.length, 200);
});

test('of more than 1024 addresses the first 1024 are used, and the log says so', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, addresses(1100));
  assert.equal((await f.first(NAME)).watch.places!.length, 1024);
  assert.match(
    String(f.said('warn')[0]!.facts['reason']),
    /1100 addresses, of which the first 1024 are used/,
  );
});

test('addresses to which nothing can be sent are left out, and the log says which', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1', '0.0.0.0', '224.0.0.1', '::', 'ff02::1', 'fe80::1']);
  assert.equal((await f.first(NAME)).places, '127.0.0.1');
  const reason = String(f.said('warn')[0]!.facts['reason']);
  for (const bad of ['0.0.0.0 (unspecified)', '224.0.0.1 (multicast)', 'ff02::1 (multicast)'])
    assert.ok(reason.includes(bad));
});

test('a name of which nothing can be used does not resolve', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['0.0.0.0']);
  assert.match((await f.first(NAME)).watch.reason, /0\.0\.0\.0 \(unspecified\)/);
});

test('of a family that this machine does not have only loopback is used', async t => {
  const f = await resolving(t, {}, { reach: () => ({ ipv4: true, ipv6: false }) });
  f.dns.has(NAME, ['192.0.2.1', '2001:db8::1', '::1']);
  assert.equal((await f.first(NAME)).places, '192.0.2.1 ::1');
  f.dns.has('six.test', ['2001:db8::1']);
  assert.match((await f.first('six.test')).watch.reason, /no IPv6 but loopback/);
});

test('a server that does not answer is passed over for the next', async t => {
  const f = await resolving(t);
  const silent = await resolving(t);
  silent.dns.fails(NAME, 'silence');
  f.dns.has(NAME, ['127.0.0.1']);
  const both = await resolving(t, { servers: [silent.dns.place, f.dns.place], timeout: 900 });
  assert.equal((await both.first(NAME)).places, '127.0.0.1');
  assert.equal(both.said('warn').length, 0);
});

test('a resolver that is closed asks nobody any more, and tells nobody', async t => {
  const f = await resolving(t);
  f.dns.fails(NAME, 'silence');
  const watched = f.watch(NAME);
  await f.asked(NAME);
  f.resolver.close();
  await watched.watch.first;
  assert.deepEqual(watched.told, []);
  assert.deepEqual(f.said('warn'), []);
});

test('a name that is doubted is looked up before its time, once however many doubt it', async t => {
  const f = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1'], 600);
  const watched = await f.first(NAME);
  f.dns.has(NAME, ['127.0.0.2'], 600);
  for (let i = 0; i < 100; i++) watched.watch.doubt();
  await eventually('the other address is told', () => watched.places === '127.0.0.2');
  assert.equal(f.dns.asked(NAME, 'A'), 2);
});

test('42: without a time beyond their own, addresses are given up at the first failure, in one line', async t => {
  const f = await resolving(t, { stale: 0 });
  f.dns.has(NAME, ['127.0.0.1'], 0);
  const watched = await f.first(NAME);
  f.dns.fails(NAME, 'SERVFAIL');
  await eventually('they are given up', () => watched.places === '');
  assert.equal(f.said('warn').length + f.said('error').length, 1);
});

test('another configuration counts at once, and leaves what is known until somebody says otherwise', async t => {
  const f = await resolving(t);
  const other = await resolving(t);
  f.dns.has(NAME, ['127.0.0.1'], 600);
  const watched = await f.first(NAME);
  const config = { minTtl: 20, maxTtl: 1000, stale: 60_000, timeout: 2000 };
  f.resolver.configure({ ...config, servers: [other.dns.place] });
  await eventually('the other server was asked', () => f.status(NAME).state === 'stale');
  assert.deepEqual(watched.told, ['127.0.0.1']);
  other.dns.has(NAME, ['127.0.0.2'], 600);
  await eventually('it has answered', () => watched.places === '127.0.0.2');
  assert.equal(f.status(NAME).ttl, 1000);
  const { length } = other.dns.questions;
  f.resolver.configure({ ...config, servers: [other.dns.place] });
  assert.equal(other.dns.questions.length, length, 'the same one again is none');
});

function replyOf(reply: string) {
  if (reply === 'an empty answer') return [];
  if (reply === 'bytes that are none') return Buffer.from('these bytes are no DNS message');
  return reply as 'NXDOMAIN';
}

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `127.1.${i >> 8}.${i & 255}`);
}

test('whoever is asked from now on is not asked less often for the failures of others', async t => {
  const f = await resolving(t);
  f.dns.fails(NAME, 'SERVFAIL');
  const watched = await f.first(NAME);
  for (let maxTtl = 1000; maxTtl < 1012; maxTtl++) {
    const asked = f.asked(NAME);
    f.resolver.configure({
      servers: [f.dns.place],
      minTtl: 20,
      maxTtl,
      stale: Number.POSITIVE_INFINITY,
      timeout: 2000,
    });
    await asked;
  }
  f.dns.has(NAME, ['10.0.0.1']);
  await eventually('it is found', () => watched.places === '10.0.0.1');
});

test('of a series of failures each cause is told once, with what it is', async t => {
  const f = await resolving(t);
  f.dns.fails(NAME, 'NXDOMAIN');
  await f.first(NAME);
  await f.asked(NAME, 2);
  f.dns.fails(NAME, 'SERVFAIL');
  await eventually('the other cause is told', () => f.said('warn').length === 2);
  f.dns.fails(NAME, 'NXDOMAIN');
  await eventually('the first is back', () => f.status(NAME).reason.startsWith('NXDOMAIN'));
  const { message, facts } = f.said('warn')[1]!;
  assert.equal(f.said('warn').length, 2);
  assert.equal(message, 'a name still does not resolve, for another reason');
  assert.match(String(facts!.reason), /^SERVFAIL/);
});

test('servers that nobody reaches are named, and when they are asked again', async t => {
  const places = ['127.0.0.1:1', '127.0.0.2:1', '127.0.0.3:1', '127.0.0.4:1'];
  const f = await resolving(t, { servers: places });
  const { watch } = await f.first(NAME);
  assert.match(watch.reason, /^no DNS server .* \(127.0.0.1:1, 127.0.0.2:1, 127.0.0.3:1 and 1 more\)$/);
  const { nextIn, ttl } = f.status(NAME);
  assert.ok(nextIn === null || nextIn < 1000);
  assert.equal(ttl, 0);
});

test('who urges has failing names looked up at once, though none within a second of the last time', async t => {
  let at = 5000;
  const f = await resolving(t, { minTtl: 60_000 }, { now: () => at, random: () => 0.99 });
  f.dns.has('good.test', ['127.0.0.1'], 600);
  await f.first('good.test');
  await f.first(NAME);
  assert.equal(f.status(NAME).nextIn, 1196);
  f.resolver.urge();
  assert.equal(f.status(NAME).nextIn, 1000);
  at += 1000;
  f.resolver.urge();
  assert.equal(f.status(NAME).nextIn, null, 'it is being asked');
  assert.notEqual(f.status('good.test').nextIn, null, 'what is known is not asked for');
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { statusOf } from '../../src/admin/status.ts';
import { connect, exchange, get } from '../support/client.ts';
import { makeConfig, type Setting } from '../support/config.ts';
import { type DnsServer, dnsServer } from '../support/dns-server.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { Load } from '../support/load.ts';
import { type Neighbours, neighbours, type ScriptOf } from '../support/neighbours.ts';

const ONE = '127.0.0.11';
const TWO = '127.0.0.12';
const THREE = '127.0.0.13';
const NAME = 'api.test';

interface Scene {
  readonly dns: DnsServer;
  readonly places: Neighbours;
  readonly gateway: RunningGateway;
}

/** A gateway in front of a name, and backends on three addresses, of which the name has some. */
async function scene(
  t: TestContext,
  addresses: readonly string[],
  setting: Setting = {},
  scriptOf?: ScriptOf,
  expand = 'addresses',
): Promise<Scene> {
  const dns = await dnsServer(t);
  const places = await neighbours(t, [ONE, TWO, THREE], scriptOf);
  if (addresses.length > 0) dns.has(NAME, addresses, 0);
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:${places.port},expand=${expand}`],
    balance: 'round-robin',
    ...setting,
    resolver: { servers: [dns.place], minTtl: 20, timeout: 2000, ...setting.resolver },
  });
  return { dns, places, gateway };
}

/** The addresses of the endpoints of the first pool that have not been told to leave. */
function members(gateway: RunningGateway): string {
  const [pool] = gateway.gateway.status().pools;
  return pool!.endpoints
    .filter(({ state }) => state !== 'leaving')
    .map(({ name }) => name.split('/')[1])
    .join(' ');
}

test('a name that scales from 2 to 3 to 1 under full load loses no request', async t => {
  const { dns, places, gateway } = await scene(t, [ONE, TWO]);
  const clients = new Load(t, gateway.address, 32);
  const more = async (count: number) => {
    const goal = clients.answered + count;
    await eventually(`${count} more are answered`, () => clients.answered >= goal);
  };
  await more(500);
  dns.has(NAME, [THREE, TWO, ONE], 0);
  await eventually('the third gets requests', () => places.at(THREE).requests.length > 0);
  await more(500);
  dns.has(NAME, [TWO], 0);
  await eventually('two have left', () => members(gateway) === TWO);
  const gone = () => places.at(ONE).requests.length + places.at(THREE).requests.length;
  const before = gone();
  await more(500);
  await clients.end();
  assert.deepEqual(clients.failures, []);
  assert.ok(gone() - before <= 32, 'they got no more than what was on its way to them');
});

test('an address that is gone finishes what it has, closes its idle connections, and gets nothing new', async t => {
  const slow: (() => void)[] = [];
  const { dns, places, gateway } = await scene(t, [ONE, TWO], {}, address =>
    address === ONE
      ? async connection => {
          for (;;) {
            const { target } = await connection.request();
            if (target === '/slow') await new Promise<void>(resolve => slow.push(resolve));
            connection.send(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone`);
          }
        }
      : undefined,
  );
  const clients = await Promise.all([1, 2, 3].map(() => connect(t, gateway.address)));
  const both = await Promise.all([0, 1].map(i => clients[i]!.send(get('/')).response()));
  assert.equal(both.filter(({ text }) => text === 'done').length, 1);
  // Round robin: one of two goes to the address that is about to go.
  for (const client of clients) client.send(get('/slow'));
  await eventually('a request is under way there', () =>
    places.at(ONE).requests.some(({ target }) => target === '/slow'),
  );
  dns.has(NAME, [TWO], 0);
  await eventually('it has left', () => members(gateway) === TWO);
  const { length } = places.at(ONE).requests;
  for (let i = 0; i < 5; i++) assert.equal((await exchange(t, gateway.address, get())).text, TWO);
  assert.equal(places.at(ONE).requests.length, length);
  for (const finish of slow) finish();
  await eventually('it has closed', () => places.at(ONE).open === 0);
  const answers = await Promise.all(clients.map(client => client.response()));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal(gateway.gateway.status().pools[0]!.endpoints.length, 1, 'it is forgotten');
});

test('an address that stays keeps its connections and its counters while others come and go', async t => {
  const { dns, places, gateway } = await scene(t, [ONE]);
  await exchange(t, gateway.address, get());
  for (const addresses of [[ONE, TWO], [TWO, THREE, ONE], [ONE]]) {
    dns.has(NAME, addresses, 0);
    await eventually('the pool has followed', () => members(gateway).split(' ').length === addresses.length);
  }
  await exchange(t, gateway.address, get());
  assert.equal(places.at(ONE).connections.length, 1);
  assert.equal(places.at(ONE).requests.length, 2);
});

test('a name that nobody knows at the start is 503 with the reason, and served as soon as it is known', async t => {
  const { dns, gateway } = await scene(t, []);
  const refused = await exchange(t, gateway.address, get());
  assert.equal(refused.status, 503);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'no_endpoint');
  assert.match(record!.detail, /api\.test does not resolve: NXDOMAIN.*\(tried \d+ s ago\)/);
  const why = () => gateway.gateway.status().pools[0]!.why;
  assert.match(why(), /^api\.test does not resolve: NXDOMAIN/);
  dns.has(NAME, [ONE], 0);
  await eventually('it has joined', () => members(gateway) === ONE);
  assert.equal(why(), '');
  assert.equal((await exchange(t, gateway.address, get())).text, ONE);
});

test('requests wait while a name is looked up for the first time', async t => {
  const dns = await dnsServer(t);
  const places = await neighbours(t, [ONE]);
  dns.fails(NAME, 'silence');
  const starting = startGateway(t, {
    backends: [`http://${NAME}:${places.port},expand=addresses`],
    resolver: { servers: [dns.place], minTtl: 20, timeout: 9000 },
  });
  const gateway = await starting;
  const client = (await connect(t, gateway.address)).send(get());
  await eventually('it waits', () => gateway.load().queued === 1);
  dns.has(NAME, [ONE]);
  assert.equal((await client.response()).text, ONE);
});

test('requests that waited for a first lookup are refused as soon as it has failed', async t => {
  const dns = await dnsServer(t);
  dns.fails(NAME, 'silence');
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:80,expand=addresses`],
    resolver: { servers: [dns.place], minTtl: 20, timeout: 9000 },
  });
  const client = (await connect(t, gateway.address)).send(get());
  await eventually('it waits', () => gateway.load().queued === 1);
  dns.fails(NAME, 'NXDOMAIN');
  assert.equal((await client.response()).status, 503);
});

test('a DNS server that ends after the start changes nothing', async t => {
  const { dns, gateway } = await scene(t, [ONE, TWO]);
  dns.fails(NAME, 'silence');
  await dns.close();
  await eventually('that is known', () => gateway.gateway.status().names[0]!.state === 'stale');
  for (let i = 0; i < 4; i++) assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.equal(members(gateway), `${ONE} ${TWO}`);
});

test('a name is looked up once however many pools and backends have it', async t => {
  const dns = await dnsServer(t);
  dns.has(NAME, [ONE], 3600);
  const backend = (port: number) => `http://${NAME}:${port},expand=addresses`;
  const gateway = await startGateway(t, {
    backends: [backend(80), backend(81)],
    pools: { other: [backend(80)], third: [backend(82)] },
    resolver: { servers: [dns.place] },
  });
  const { pools, names } = gateway.gateway.status();
  assert.deepEqual(
    pools.map(({ endpoints }) => endpoints.length),
    [2, 1, 1],
  );
  assert.equal(names.length, 1);
  assert.deepEqual([dns.asked(NAME, 'A'), dns.asked(NAME, 'AAAA')], [1, 1]);
});

test('a limit of connections is for each address', async t => {
  const dns = await dnsServer(t);
  const silent: ScriptOf = () => async connection => {
    for (;;) await connection.request();
  };
  const places = await neighbours(t, [ONE, TWO], silent);
  dns.has(NAME, [ONE, TWO]);
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:${places.port},expand=addresses,max-conns=1`],
    resolver: { servers: [dns.place] },
  });
  for (let i = 0; i < 3; i++) (await connect(t, gateway.address)).send(get());
  await eventually('two are served and one waits', () => gateway.load().queued === 1);
  assert.equal(gateway.load().inFlight, 2);
});

test('a backend sees the name in Host where the client gave none, and the log sees the address', async t => {
  const { places, gateway } = await scene(t, [ONE]);
  await exchange(t, gateway.address, 'GET / HTTP/1.0\r\n\r\n');
  assert.equal(places.at(ONE).requests[0]!.field('host'), `${NAME}:${places.port}`);
  assert.match((await gateway.ended(1))[0]!.attempts[0]!.endpoint, /\/127\.0\.0\.11$/);
});

test('SRV records say host, port, weight and order', async t => {
  const dns = await dnsServer(t);
  const places = await neighbours(t, [ONE, TWO, THREE]);
  const srv = (words: string) => ({ type: 'SRV', data: words, ttl: 0 }) as const;
  dns.has('one.test', [ONE], 0);
  dns.has('two.test', [TWO], 0);
  dns.has('three.test', [THREE], 0);
  dns.says('_web._tcp.test', 'SRV', [
    srv(`1 3 ${places.port} one.test`),
    srv(`1 1 ${places.port} two.test`),
    srv(`2 1 ${places.port} three.test`),
  ]);
  const gateway = await startGateway(t, {
    backends: ['http://_web._tcp.test:0,expand=services,name=web'],
    balance: 'round-robin',
    resolver: { servers: [dns.place], minTtl: 20 },
  });
  const tiers = gateway.gateway.status().pools[0]!.endpoints.map(({ tier }) => tier);
  assert.deepEqual(tiers, [0, 0, 1]);
  const answers = [];
  for (let i = 0; i < 8; i++) answers.push((await exchange(t, gateway.address, get())).text);
  assert.equal(answers.filter(text => text === ONE).length, 6);
  assert.equal(answers.filter(text => text === TWO).length, 2);
  dns.says('_web._tcp.test', 'SRV', [srv(`2 1 ${places.port} three.test`)]);
  await eventually('the last has come to serve', () => members(gateway) === `${THREE}:${places.port}`);
  assert.equal((await exchange(t, gateway.address, get())).text, THREE);
});

test('a name that is not to be split is one endpoint, which is reached by the first of its addresses that answers', async t => {
  const dns = await dnsServer(t);
  const places = await neighbours(t, [TWO]);
  dns.has(NAME, [ONE, TWO], 0);
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:${places.port},expand=no`],
    keepalive: { connections: 0 },
    resolver: { servers: [dns.place], minTtl: 3_600_000 },
  });
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get())).text, TWO);
  assert.equal(gateway.gateway.status().pools[0]!.endpoints.length, 1);
  assert.equal(dns.asked(NAME, 'A'), 1, 'it is not asked for at each connect');
});

test('a name that is one endpoint and not known is 503 with the reason, and served as soon as it is known', async t => {
  const { dns, gateway } = await scene(t, [], {}, undefined, 'no');
  dns.fails(NAME, 'SERVFAIL');
  await eventually('it fails', () => gateway.gateway.status().names[0]!.reason.startsWith('SERVFAIL'));
  assert.equal((await exchange(t, gateway.address, get())).status, 503);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'no_endpoint');
  assert.match(record!.detail, /api\.test does not resolve: SERVFAIL.*\(tried \d+ s ago\)/);
  assert.equal(record!.attempts.length, 0);
  const pool = () => gateway.gateway.status().pools[0]!;
  assert.match(pool().why, /^api\.test does not resolve: SERVFAIL/);
  assert.equal(pool().endpoints[0]!.state, 'absent');
  assert.equal(pool().endpoints[0]!.why, 'api.test does not resolve');
  dns.has(NAME, [ONE], 0);
  await eventually('it is up', () => pool().endpoints[0]!.state === 'up');
  assert.equal(pool().endpoints[0]!.why, 'api.test resolves');
  assert.equal((await exchange(t, gateway.address, get())).text, ONE);
});

test('a name that is one endpoint is passed over while it is not known, where there is another', async t => {
  const dns = await dnsServer(t);
  const places = await neighbours(t, [TWO]);
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:${places.port},expand=no`, `http://${TWO}:${places.port}`],
    balance: 'first',
    resolver: { servers: [dns.place] },
  });
  assert.equal((await exchange(t, gateway.address, get())).text, TWO);
  const [record] = await gateway.ended(1);
  assert.equal(record!.attempts.length, 1);
  assert.equal(gateway.gateway.status().pools[0]!.why, '');
});

test('a connection that waits for the first lookup of its name is made once, and its request told why that has failed', async t => {
  const dns = await dnsServer(t);
  dns.fails(NAME, 'silence');
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:80,expand=no`],
    resolver: { servers: [dns.place], minTtl: 20, timeout: 9000 },
  });
  const client = (await connect(t, gateway.address)).send(get());
  await eventually('it waits', () => gateway.load().inFlight === 1);
  dns.fails(NAME, 'SERVFAIL');
  assert.equal((await client.response()).status, 503);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'no_endpoint');
  assert.match(record!.detail, /SERVFAIL/);
  assert.deepEqual(
    record!.attempts.map(({ reason }) => reason),
    ['dns_error'],
  );
});

test('a reload has names asked for again whose lookups fail', async t => {
  const dns = await dnsServer(t);
  const setting: Setting = {
    backends: [`http://${NAME}:80,expand=addresses`],
    resolver: { servers: [dns.place], minTtl: 20 },
  };
  const gateway = await startGateway(t, setting);
  const nextIn = () => gateway.gateway.status().names[0]!.nextIn ?? 0;
  await eventually('it rests for long', () => nextIn() > 1200);
  await gateway.gateway.reload(makeConfig(setting));
  assert.ok(nextIn() <= 1000);
});

test('the status of a pool has its names alone, and the servers that their records name', async t => {
  const dns = await dnsServer(t);
  dns.has(NAME, [ONE]);
  dns.has('one.test', [ONE]);
  dns.says('_web._tcp.test', 'SRV', [{ type: 'SRV', data: '1 1 80 one.test', ttl: 9 }]);
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:80,expand=addresses`],
    pools: {
      other: ['http://_web._tcp.test:0,expand=services,name=web', `http://${NAME}:81,expand=no`],
      third: [`http://${NAME}:82,expand=addresses`, 'http://third.test:80,expand=no'],
    },
    resolver: { servers: [dns.place] },
  });
  const namesOf = (pool: string) => statusOf(gateway.gateway.status(), pool).names.map(({ name }) => name);
  assert.deepEqual(namesOf('default'), [NAME]);
  assert.deepEqual(namesOf('other').sort(), ['_web._tcp.test', NAME, 'one.test.']);
  assert.deepEqual(namesOf('third').sort(), [NAME, 'third.test']);
});

test('an address that refuses connections is named in the log, and rests alone', async t => {
  const dns = await dnsServer(t);
  const places = await neighbours(t, [TWO]);
  dns.has(NAME, [ONE, TWO]);
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:${places.port},expand=addresses`],
    balance: 'first',
    resolver: { servers: [dns.place] },
  });
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get())).status, 200);
  const { endpoints } = gateway.gateway.status().pools[0]!;
  assert.deepEqual(
    endpoints.map(({ state }) => state),
    ['ejected', 'up'],
  );
  assert.deepEqual(
    endpoints.map(({ address }) => address),
    [`${ONE}:${places.port}`, `${TWO}:${places.port}`],
  );
});

test('a name is looked up at once when nobody is found at its address, however long its answer was to be believed', async t => {
  const dns = await dnsServer(t);
  const places = await neighbours(t, [TWO]);
  dns.has(NAME, [ONE], 600);
  const gateway = await startGateway(t, {
    backends: [`http://${NAME}:${places.port},expand=addresses`],
    resolver: { servers: [dns.place], minTtl: 20 },
  });
  dns.has(NAME, [TWO], 600);
  assert.equal((await exchange(t, gateway.address, get())).status, 502);
  await eventually('the pool has followed', () => members(gateway) === TWO);
  assert.equal((await exchange(t, gateway.address, get())).text, TWO);
  assert.equal(dns.asked(NAME, 'A'), 2);
});

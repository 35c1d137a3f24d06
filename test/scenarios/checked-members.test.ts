import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { dnsServer } from '../support/dns-server.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { neighbours } from '../support/neighbours.ts';
import { supervise } from '../support/supervised.ts';

const OFTEN = { path: '/health', interval: 20, timeout: 1000, rise: 1, fall: 1 };

const ONE = '127.0.0.21';
const TWO = '127.0.0.22';

test('addresses that a name comes to have are checked, start slowly, and are checked no more when they are gone', async t => {
  const dns = await dnsServer(t);
  let well = false;
  const places = await neighbours(
    t,
    [ONE, TWO],
    address => connection =>
      connection.always(({ target }) =>
        address === TWO && target === '/health' && !well
          ? 'HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'
          : ok(address),
      ),
  );
  dns.has('api.test', [ONE], 0);
  const gateway = await startGateway(t, {
    backends: [`http://api.test:${places.port},expand=addresses`],
    balance: 'round-robin',
    health: { slowStart: 60_000 },
    check: OFTEN,
    resolver: { servers: [dns.place], minTtl: 20, timeout: 2000 },
  });
  const endpoint = (address: string) =>
    gateway.gateway.status().pools[0]!.endpoints.find(({ name }) => name.endsWith(address));
  await eventually('the first has passed a check', () => endpoint(ONE)?.check?.passed === true);
  dns.has('api.test', [ONE, TWO], 0);
  await eventually('the second has failed one', () => endpoint(TWO)?.state === 'down');
  for (let i = 0; i < 4; i++) assert.equal((await exchange(t, gateway.address, get())).text, ONE);
  assert.equal(places.at(TWO).requests[0]!.field('host'), `api.test:${places.port}`);
  well = true;
  await eventually('it is up', () => endpoint(TWO)?.state === 'up');
  assert.equal(endpoint(TWO)!.ramp, 0.1);
  dns.has('api.test', [ONE], 0);
  await eventually('it is gone', () => endpoint(TWO) === undefined);
  await eventually('what was under way has ended', () => places.at(TWO).open === 0);
  const { length } = places.at(TWO).requests;
  const before = places.at(ONE).requests.length;
  await eventually('the other is checked on', () => places.at(ONE).requests.length > before + 5);
  assert.equal(places.at(TWO).requests.length, length);
});

test('processes that the gateway starts are checked for as long as they run', async t => {
  const g = await supervise(t, { min: 1, max: 2 }, { check: OFTEN });
  const first = () => g.gateway.status().pools[0]!.endpoints;
  await eventually('the first process has passed a check', () => first()[0]!.check?.passed === true);
  assert.equal(first()[1]!.check, null, 'nobody checks what does not run');
  assert.equal(first()[1]!.state, 'absent');
  const agoMs = () => first()[0]!.check!.agoMs;
  await g.gateway.restartApplications();
  await eventually('the new process is checked', () => agoMs() < 200 && first()[0]!.check!.passed);
  assert.ok(!g.log.messages.some(({ message }) => message === 'endpoint down'));
});

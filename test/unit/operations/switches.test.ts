import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { Subject } from './support.ts';

const TWO = { backends: ['http://a:1', 'http://b:1'], balance: 'first' } as const;
const HOUR = 3_600_000;
const { signal: NEVER } = new AbortController();

test('a drain resolves when the last request has ended, and nothing new has come meanwhile (85)', async () => {
  const s = new Subject(TWO);
  const claims = [s.claim(), s.claim()];
  const drained = s.orders.drain('a:1', { wait: HOUR }, NEVER);
  assert.equal(s.claim().at, 'b:1');
  claims[0]!.lease!.release();
  assert.equal(s.claim().at, 'b:1');
  claims[1]!.lease!.release();
  assert.deepEqual(await drained, { inFlight: 0, tunnels: 0 });
});

test('a drain says what is left when its time is up, tunnels apart (85)', async () => {
  const s = new Subject(TWO);
  s.claim();
  s.claim().lease!.becomeTunnel({ abandon() {} });
  assert.deepEqual(await s.orders.drain('a:1', { wait: 0 }, NEVER), { inFlight: 2, tunnels: 1 });
  assert.deepEqual(await s.orders.drain('a:1', { wait: 1 }, NEVER), { inFlight: 2, tunnels: 1 });
});

test('who waits for a drain may stop waiting, and it goes on', async () => {
  const s = new Subject(TWO);
  s.claim();
  const waiting = new AbortController();
  const drained = s.orders.drain('a:1', { wait: HOUR }, waiting.signal);
  waiting.abort();
  assert.deepEqual(await drained, { inFlight: 1, tunnels: 0 });
  assert.equal(s.claim().at, 'b:1');
});

test('an endpoint that is enabled while it drains tells who waits for that', async () => {
  const s = new Subject(TWO);
  s.claim();
  const drained = s.orders.drain('a:1', { wait: HOUR }, NEVER);
  s.orders.enable('a:1');
  await assert.rejects(drained, { kind: 'refused', message: /a:1 was enabled before it had finished/ });
  assert.equal(s.claim().at, 'a:1');
});

test('a drain after that waits anew', async () => {
  const s = new Subject(TWO);
  s.orders.enable('a:1');
  const claim = s.claim();
  const drained = s.orders.drain('a:1', { wait: HOUR }, NEVER);
  claim.lease!.release();
  assert.deepEqual(await drained, { inFlight: 0, tunnels: 0 });
});

test('what is disabled gets nothing, not even as the last resort, until it is enabled', () => {
  const s = new Subject(TWO);
  s.orders.disable('a:1');
  s.orders.disable('b:1');
  assert.equal(s.claim().error?.kind, 'no_endpoint');
  s.orders.enable('b:1');
  assert.equal(s.claim().at, 'b:1');
});

test('enable forgets failures', () => {
  const s = new Subject(TWO);
  const [a] = s.pool().present;
  a!.failed('connection_refused');
  assert.equal(s.claim().at, 'b:1');
  s.orders.enable('a:1');
  assert.equal(s.claim().at, 'a:1');
});

test('that nothing else is enabled is a warning', async () => {
  const s = new Subject(TWO);
  const warnings = ['nothing else of the pool default is enabled: requests get 503'];
  assert.deepEqual(s.orders.disable('a:1'), {});
  assert.deepEqual(await s.orders.drain('b:1', { wait: 0 }, NEVER), { inFlight: 0, tunnels: 0, warnings });
  assert.deepEqual(s.orders.disable('a:1'), { warnings });
  const told = s.log.messages.map(({ level, message }) => `${level} ${message}`);
  assert.deepEqual(told, [
    'info endpoint is disabled',
    'warn endpoint drains: it finishes what it has and gets nothing new; nothing else of the pool default is enabled: requests get 503',
  ]);
});

test('an order that is repeated changes nothing and says nothing', async () => {
  const s = new Subject(TWO);
  s.orders.disable('a:1');
  s.orders.disable('a:1');
  s.orders.enable('b:1');
  await s.orders.drain('b:1', { wait: 0 }, NEVER);
  await s.orders.drain('b:1', { wait: 0 }, NEVER);
  assert.equal(s.log.messages.length, 2);
});

function named(): Subject {
  const s = new Subject({ backends: ['http://n:80,expand=addresses', 'http://b:1'], balance: 'round-robin' });
  const [n] = s.pool().config.backends;
  for (const host of ['10.0.0.1', '10.0.0.2'])
    s.pool().join(n!, { name: `n:80/${host}`, host, port: 80, tier: 0, weight: 1 });
  return s;
}

test('the name of a backend stands for all endpoints that it has now', async () => {
  const s = named();
  const claims = [s.claim(), s.claim(), s.claim()];
  const drained = s.orders.drain('n:80', { wait: HOUR }, NEVER);
  const states = () => s.pool().present.map(({ name, standing }) => `${name} ${standing.state.state}`);
  assert.deepEqual(states(), ['n:80/10.0.0.1 draining', 'n:80/10.0.0.2 draining', 'b:1 up']);
  for (const claim of claims) claim.lease!.release();
  assert.deepEqual(await drained, { inFlight: 0, tunnels: 0 });
  s.orders.disable('default/n:80');
  s.orders.enable('10.0.0.2');
  assert.deepEqual(states(), ['n:80/10.0.0.1 disabled', 'n:80/10.0.0.2 up', 'b:1 up']);
  s.orders.enable('n:80');
  assert.deepEqual(states(), ['n:80/10.0.0.1 up', 'n:80/10.0.0.2 up', 'b:1 up']);
});

test('one endpoint of a backend that is enabled ends the wait for all of them', async () => {
  const s = named();
  for (let i = 0; i < 3; i++) s.claim();
  const drained = s.orders.drain('n:80', { wait: HOUR }, NEVER);
  s.orders.enable('n:80/10.0.0.1');
  await assert.rejects(drained, { kind: 'refused', message: /n:80 was enabled before it had finished/ });
});

test('the name of a backend that has no endpoint is refused', async () => {
  const s = new Subject({ backends: ['http://n:80,expand=addresses', 'http://b:1'] });
  const refused = { kind: 'refused', message: /n:80 has no endpoint at present/ };
  await assert.rejects(s.orders.drain('n:80', { wait: 0 }, NEVER), refused);
  assert.throws(() => s.orders.disable('n:80'), refused);
});

/** A claim whose connection is a tunnel that counts how often it is cut. */
function tunnelOf(s: Subject): { cut: number } {
  const { lease } = s.claim();
  const tunnel = {
    cut: 0,
    abandon: () => {
      tunnel.cut++;
      lease!.release();
    },
  };
  lease!.becomeTunnel(tunnel);
  return tunnel;
}

test('tunnels are cut when their own time is up, requests never (85)', async () => {
  const s = new Subject(TWO);
  const tunnels = Array.from({ length: 200 }, () => tunnelOf(s));
  const request = s.claim();
  const outcome = await s.orders.drain('a:1', { wait: 1, tunnels: 5 }, NEVER);
  assert.deepEqual(outcome, { inFlight: 1, tunnels: 0, cut: 200 });
  assert.ok(tunnels.every(({ cut }) => cut === 1));
  assert.equal(request.lease!.released, false);
  const [told] = s.log.messages.filter(({ message }) => message.startsWith('tunnels were cut'));
  assert.deepEqual(told!.facts, { pool: 'default', endpoint: 'a:1', tunnels: 200 });
});

test('tunnels of what is removed are cut as well', async () => {
  const s = new Subject(TWO);
  tunnelOf(s);
  const outcome = await s.orders.remove('a:1', { wait: 0, tunnels: 0 }, NEVER);
  assert.deepEqual(outcome, { inFlight: 0, tunnels: 0, cut: 1 });
});

test('tunnels are cut even if nobody waits for that any more, unless the endpoint is enabled', async () => {
  const s = new Subject(TWO);
  const waiting = new AbortController();
  const tunnel = tunnelOf(s);
  const drained = s.orders.drain('a:1', { wait: HOUR, tunnels: 20 }, waiting.signal);
  waiting.abort();
  assert.deepEqual(await drained, { inFlight: 1, tunnels: 1, cut: 0 });
  await eventually('it is cut', () => tunnel.cut === 1);
  s.orders.enable('a:1');
  const [kept, other] = [tunnelOf(s), tunnelOf(s)];
  const [first, second] = [5, 6].map(tunnels => s.orders.drain('a:1', { wait: HOUR, tunnels }, NEVER));
  s.orders.enable('a:1');
  await assert.rejects(first!);
  await assert.rejects(second!);
  s.orders.disable('a:1');
  const later = tunnelOf(s);
  await s.orders.drain('b:1', { wait: 0, tunnels: 30 }, NEVER);
  assert.deepEqual([kept.cut, other.cut, later.cut], [0, 0, 1]);
});

test('who has no tunnel waits no longer than for requests', async () => {
  const s = new Subject(TWO);
  s.claim();
  assert.deepEqual(await s.orders.drain('a:1', { wait: 1, tunnels: HOUR }, NEVER), {
    inFlight: 1,
    tunnels: 0,
    cut: 0,
  });
});

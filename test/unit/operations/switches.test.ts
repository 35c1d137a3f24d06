import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Subject } from './support.ts';

const TWO = { backends: ['http://a:1', 'http://b:1'], balance: 'first' } as const;
const HOUR = 3_600_000;
const { signal: NEVER } = new AbortController();

test('a drain resolves when the last request has ended, and nothing new has come meanwhile (85)', async () => {
  const s = new Subject(TWO);
  const claims = [s.claim(), s.claim()];
  const drained = s.orders.drain('a:1', HOUR, NEVER);
  assert.equal(s.claim().at, 'b:1');
  claims[0]!.lease!.release();
  assert.equal(s.claim().at, 'b:1');
  claims[1]!.lease!.release();
  assert.deepEqual(await drained, { inFlight: 0, tunnels: 0 });
});

test('a drain says what is left when its time is up, tunnels apart (85)', async () => {
  const s = new Subject(TWO);
  s.claim();
  s.claim().lease!.becomeTunnel();
  assert.deepEqual(await s.orders.drain('a:1', 0, NEVER), { inFlight: 2, tunnels: 1 });
  assert.deepEqual(await s.orders.drain('a:1', 1, NEVER), { inFlight: 2, tunnels: 1 });
});

test('who waits for a drain may stop waiting, and it goes on', async () => {
  const s = new Subject(TWO);
  s.claim();
  const waiting = new AbortController();
  const drained = s.orders.drain('a:1', HOUR, waiting.signal);
  waiting.abort();
  assert.deepEqual(await drained, { inFlight: 1, tunnels: 0 });
  assert.equal(s.claim().at, 'b:1');
});

test('an endpoint that is enabled while it drains tells who waits for that', async () => {
  const s = new Subject(TWO);
  s.claim();
  const drained = s.orders.drain('a:1', HOUR, NEVER);
  s.orders.enable('a:1');
  await assert.rejects(drained, { kind: 'refused', message: /a:1 was enabled before it had finished/ });
  assert.equal(s.claim().at, 'a:1');
});

test('a drain after that waits anew', async () => {
  const s = new Subject(TWO);
  s.orders.enable('a:1');
  const claim = s.claim();
  const drained = s.orders.drain('a:1', HOUR, NEVER);
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
  assert.deepEqual(await s.orders.drain('b:1', 0, NEVER), { inFlight: 0, tunnels: 0, warnings });
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
  await s.orders.drain('b:1', 0, NEVER);
  await s.orders.drain('b:1', 0, NEVER);
  assert.equal(s.log.messages.length, 2);
});

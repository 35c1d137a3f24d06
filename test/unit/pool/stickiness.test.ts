import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Visitor } from '../../../src/cookies/own-cookies.ts';
import { Signer } from '../../../src/cookies/signer.ts';
import { BYPASS } from '../../../src/pool/claim.ts';
import { stick } from '../../../src/pool/stickiness.ts';
import { given, visitorWith } from '../../support/cookies.ts';
import { FakeClaim, Fixture, poolConfig, type Setting, seeded, settled } from './support.ts';

const SIGNER = new Signer(Buffer.alloc(32, 1));

function sticky(t: TestContext, setting: Setting = {}, signer = SIGNER): Fixture {
  const fixture = new Fixture(t, { sticky: { cookie: 'own' }, ...setting });
  stick(fixture.pool, signer, fixture.log);
  return fixture;
}

type Client = Visitor & { readonly id: string };

function client(cookie?: string): Client {
  return { ...visitorWith(cookie), id: 'x1' };
}

/** What leads a client to an endpoint. */
function cookieFor(fixture: Fixture, name: string): string {
  const visitor = client();
  fixture.pool.sticky!.answered(visitor, new FakeClaim(), fixture.endpoint(name));
  return given(visitor);
}

function ask({ pool }: Fixture, cookie: string | undefined, ...tried: string[]): FakeClaim {
  const claim = new FakeClaim('claim');
  claim.home = pool.sticky!.aliasOf(client(cookie));
  claim.tried = pool.endpoints.filter(({ name }) => tried.includes(name));
  pool.acquire(claim);
  return claim;
}

/** The cookie that a client is given with an answer by the endpoint that it got; undefined: none. */
function told({ pool }: Fixture, claim: FakeClaim): string | undefined {
  const visitor = client();
  pool.sticky!.answered(visitor, claim, claim.lease!.endpoint);
  return visitor.ownFields === '' ? undefined : given(visitor);
}

test('a client comes to the endpoint that it came to first, whatever the balancer says', t => {
  const f = sticky(t);
  const cookie = cookieFor(f, 'b');
  assert.equal(ask(f, undefined).at, 'a');
  assert.equal(ask(f, cookie).at, 'b');
  assert.equal(told(f, ask(f, cookie)), undefined, 'it has its cookie already');
});

test('a cookie holds for another process with the same key, and shows neither pool nor endpoint', t => {
  const cookie = cookieFor(sticky(t, { backends: ['secret-a', 'secret-b'] }), 'secret-b');
  assert.match(cookie, /^own=[\w-]{11}\.[\w-]{22}$/);
  assert.equal(ask(sticky(t, { backends: ['secret-a', 'secret-b'] }), cookie).at, 'secret-b');
  const other = sticky(t, { backends: ['secret-a', 'secret-b'] }, new Signer(Buffer.alloc(32, 2)));
  assert.equal(ask(other, cookie).at, 'secret-a');
});

test('whatever is changed in a cookie, it leads nowhere, and a new one is given without a word', t => {
  const f = sticky(t);
  const cookie = cookieFor(f, 'b');
  for (let i = 'own='.length; i < cookie.length; i++) {
    const forged = cookie.slice(0, i) + (cookie[i] === 'A' ? 'B' : 'A') + cookie.slice(i + 1);
    assert.equal(ask(f, forged).at, 'a', forged);
    assert.equal(ask(f, cookie.slice(0, i)).at, 'a');
  }
  assert.equal(told(f, ask(f, `${cookie}x`)), cookieFor(f, 'a'));
  assert.deepEqual(f.log.messages, []);
});

test('a cookie of another pool with the same name leads nowhere', t => {
  const f = sticky(t, { name: 'p' });
  assert.equal(ask(f, cookieFor(sticky(t, { name: 'q' }), 'b')).at, 'a');
});

for (const [what, take] of [
  ['drained', f => (f.endpoint('b').draining = true)],
  ['disabled', f => (f.endpoint('b').disabled = true)],
  ['without a process', f => (f.endpoint('b').absent = true)],
  ['ejected', f => f.endpoint('b').failed('connection_refused')],
  ['down', f => f.endpoint('b').health.fall('a check failed', 3)],
  ['gone', f => f.pool.leave(f.endpoint('b'), 'gone')],
] as [string, (f: Fixture) => void][]) {
  test(`from an endpoint that is ${what} a client goes elsewhere, for good, and the log says so`, t => {
    const f = sticky(t);
    const cookie = cookieFor(f, 'b');
    take(f);
    const claim = ask(f, cookie);
    assert.equal(claim.at, 'a');
    const next = told(f, claim);
    assert.equal(next, cookieFor(f, 'a'));
    const lines = f.log.messages.filter(({ message }) => message === 'a session goes on elsewhere');
    assert.deepEqual(
      lines.map(({ level, facts }) => [level, facts]),
      [['info', { id: 'x1', pool: 'p', from: 'b', to: 'a' }]],
    );
    assert.equal(ask(f, next).at, 'a');
  });
}

test('an endpoint that is back has those clients again that have not been elsewhere', t => {
  const f = sticky(t);
  const cookie = cookieFor(f, 'b');
  f.endpoint('b').draining = true;
  f.endpoint('b').draining = false;
  assert.equal(ask(f, cookie).at, 'b');
  f.pool.configure(poolConfig({ sticky: { cookie: 'own' }, backends: ['a'] }));
  f.pool.configure(poolConfig({ sticky: { cookie: 'own' }, backends: ['a', 'b'] }));
  assert.equal(ask(f, cookie).at, 'b');
});

test('an endpoint that has failed this exchange is not tried again while there is another', t => {
  const f = sticky(t);
  const cookie = cookieFor(f, 'b');
  const claim = ask(f, cookie, 'b');
  assert.equal(claim.at, 'a');
  assert.equal(told(f, claim), cookieFor(f, 'a'));
});

test('while nothing is up each client stays with its own endpoint, as the last resort', t => {
  const f = sticky(t, { backends: ['a', 'b', 'c'] });
  const cookie = cookieFor(f, 'b');
  for (const { health } of f.pool.endpoints) health.fall('a check failed', 3);
  const claim = ask(f, cookie);
  assert.equal(claim.at, 'b');
  assert.equal(told(f, claim), undefined);
  f.endpoint('b').draining = true;
  assert.notEqual(ask(f, cookie).at, 'b', 'but not with one that was taken out');
  const g = sticky(t, { health: { allDown: 'fail' } });
  for (const { health } of g.pool.endpoints) health.fall('a check failed', 3);
  assert.equal(ask(g, cookieFor(g, 'b')).error?.kind, 'no_endpoint');
});

test('an endpoint whose rest is over is tried by the clients that are its own', async t => {
  const f = sticky(t);
  const cookie = cookieFor(f, 'b');
  f.endpoint('b').failed('connection_refused');
  await f.clock.pass(2000);
  assert.equal(ask(f, cookie).at, 'b');
});

test('who waits for its own endpoint is in nobody else’s way, and goes first when a slot there is free', async t => {
  const f = sticky(t, { maxConns: 1 });
  const cookie = cookieFor(f, 'b');
  const first = ask(f, cookie);
  const second = ask(f, cookie);
  const third = ask(f, cookie);
  assert.deepEqual([first.at, second.at, f.pool.queued], ['b', undefined, 2]);
  const other = ask(f, undefined);
  assert.equal(other.at, 'a', 'it goes past those who wait');
  const late = ask(f, undefined);
  assert.equal(late.at, undefined, 'nothing is free');
  other.lease!.release();
  await settled();
  assert.deepEqual([late.at, second.at], ['a', undefined], 'those who wait stay where they are');
  first.lease!.release();
  await settled();
  assert.deepEqual([second.at, third.at], ['b', undefined]);
  assert.equal(told(f, second), undefined);
});

test('who waits for its own endpoint goes elsewhere as soon as that is out', async t => {
  const f = sticky(t, { maxConns: 1 });
  const cookie = cookieFor(f, 'b');
  ask(f, cookie);
  const waiting = ask(f, cookie);
  f.endpoint('b').draining = true;
  await settled();
  assert.equal(waiting.at, 'a');
});

test('who waits for its own endpoint waits no longer than others', async t => {
  const f = sticky(t, { maxConns: 1 });
  const cookie = cookieFor(f, 'b');
  ask(f, cookie);
  const waiting = [ask(f, cookie), ask(f, cookie)];
  ask(f, undefined);
  await f.clock.pass(1000);
  assert.deepEqual(
    waiting.map(({ error }) => error?.kind),
    ['queue_timeout', 'queue_timeout'],
  );
});

test('slots go to who came first, whether one waits for its own endpoint or for any', async t => {
  const f = sticky(t, { maxConns: 1, backends: ['a'] });
  const cookie = cookieFor(f, 'a');
  const first = ask(f, cookie);
  const waiting: FakeClaim[] = [];
  for (const brought of [cookie, undefined, cookie, cookie, undefined]) {
    waiting.push(ask(f, brought));
    await f.clock.pass(1);
  }
  let working = first;
  for (const next of waiting) {
    assert.equal(next.at, undefined);
    working.lease!.release();
    await settled();
    assert.equal(next.at, 'a');
    working = next;
  }
});

test('what passes a hold waits for no endpoint', t => {
  const f = sticky(t, { maxConns: 1 });
  const cookie = cookieFor(f, 'b');
  ask(f, cookie);
  const claim = new FakeClaim('check', BYPASS);
  claim.home = f.pool.sticky!.aliasOf(client(cookie));
  f.pool.acquire(claim);
  assert.equal(claim.at, 'a');
});

test('who waits for its own endpoint is served and refused with the others', async t => {
  const f = sticky(t, { maxConns: 1 });
  const cookie = cookieFor(f, 'b');
  ask(f, undefined);
  const working = ask(f, cookie);
  const waiting = [ask(f, cookie), ask(f, undefined), ask(f, cookie)];
  f.pool.config = poolConfig({ maxConns: 1 });
  stick(f.pool, SIGNER, f.log);
  working.lease!.release();
  await settled();
  assert.deepEqual(
    waiting.map(({ at }) => at),
    ['b', undefined, undefined],
    'though no cookie leads anywhere any more',
  );
  f.pool.close('it is over');
  assert.deepEqual(
    waiting.map(({ error }) => error?.kind),
    [undefined, 'shutting_down', 'shutting_down'],
  );
  assert.equal(f.pool.queued, 0);
});

for (const [what, end] of [
  ['closed', ({ pool }) => pool.close('it is over')],
  ['broken', ({ pool }) => pool.refuseQueued('shutting_down')],
  ['held, and what it holds is refused', ({ pool }) => pool.refuseHeld(pool.overdue, 9)],
] as [string, (f: Fixture) => unknown][]) {
  test(`who waits for its own endpoint is refused when the pool is ${what}`, t => {
    const f = sticky(t, { maxConns: 1 });
    const cookie = cookieFor(f, 'b');
    ask(f, cookie);
    const waiting = [ask(f, cookie), ask(f, cookie)];
    ask(f, undefined);
    end(f);
    assert.ok(waiting.every(({ error }) => error !== undefined));
    assert.equal(f.pool.queued, 0);
  });
}

test('a claim that waits for its own endpoint can be withdrawn', async t => {
  const f = sticky(t, { maxConns: 1 });
  const cookie = cookieFor(f, 'b');
  const working = ask(f, cookie);
  const [gone, next] = [ask(f, cookie), ask(f, cookie)];
  ask(f, undefined);
  assert.equal(f.pool.withdraw(gone), true);
  assert.equal(f.pool.withdraw(gone), false);
  working.lease!.release();
  await settled();
  assert.deepEqual([gone.at, next.at, f.pool.queued], [undefined, 'b', 0]);
});

test('a retry that has failed at its own endpoint does not wait for it', async t => {
  const f = sticky(t, { maxConns: 1 });
  const cookie = cookieFor(f, 'b');
  const [atA, atB] = [ask(f, undefined), ask(f, cookie)];
  const again = ask(f, cookie, 'b');
  assert.equal(again.at, undefined);
  atA.lease!.release();
  await settled();
  assert.equal(again.at, 'a');
  atB.lease!.release();
});

test('where nobody may wait a client goes elsewhere for once, and keeps its cookie', t => {
  const f = sticky(t, { maxConns: 1, queue: { length: 0, timeout: 1000 } });
  const cookie = cookieFor(f, 'b');
  ask(f, cookie);
  const second = ask(f, cookie);
  assert.equal(second.at, 'a');
  assert.equal(told(f, second), undefined);
});

test('when many clients move at once the log tells of some, and how many more there were', async t => {
  const f = sticky(t);
  const cookie = cookieFor(f, 'b');
  f.endpoint('b').draining = true;
  for (let i = 0; i < 50; i++) told(f, ask(f, cookie));
  const told10 = f.log.messages.filter(({ message }) => message === 'a session goes on elsewhere');
  assert.equal(told10.length, 10);
});

test('no cookie leads anywhere any more when the setting is taken back', t => {
  const f = sticky(t);
  f.pool.configure(poolConfig({ sticky: undefined }));
  stick(f.pool, SIGNER, f.log);
  assert.equal(f.pool.sticky, null);
});

for (const seed of [1, 2, 3]) {
  test(`whatever comes, fails and goes, nobody waits while his endpoint is free, and nobody is forgotten (${seed})`, async t => {
    const random = seeded(seed);
    const f = sticky(t, { maxConns: 2, backends: ['a', 'b', 'c'], queue: { length: 50, timeout: 400 } });
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const cookies = [undefined, undefined, ...['a', 'b', 'c'].map(name => cookieFor(f, name))];
    const claims: FakeClaim[] = [];
    const working = () => claims.filter(({ lease }) => lease?.released === false);
    const waiting = () => claims.filter(({ place }) => place !== null);
    for (let step = 0; step < 600; step++) {
      const dice = random();
      if (dice < 0.5) claims.push(ask(f, pick(cookies)));
      else if (dice < 0.85) pick(working())?.lease?.release();
      else if (dice < 0.9 && waiting().length > 0) f.pool.withdraw(pick(waiting()));
      else if (dice < 0.95) f.endpoint(pick(['a', 'b'])).draining = random() < 0.3;
      else await f.clock.pass(20);
      await settled();
      assert.equal(f.pool.queued, waiting().length);
      for (const claim of waiting()) {
        const home = f.pool.sticky!.homeOf(claim);
        const free = f.pool.endpoints.filter(each => !each.draining && each.free);
        assert.equal(home === undefined ? free.length > 0 : home.free, false, `step ${step}`);
      }
    }
    for (const name of ['a', 'b']) f.endpoint(name).draining = false;
    for (let left = working(); left.length > 0; left = working()) {
      for (const { lease } of left) lease!.release();
      await settled();
    }
    assert.deepEqual([f.pool.queued, f.pool.inFlight], [0, 0]);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, DISABLED, EJECTED, Ledger, PROBING } from '../../../src/pool/ledger.ts';
import { Standing } from '../../../src/pool/standing.ts';
import { Fixture } from './support.ts';

function standing() {
  const ledger = new Ledger(1);
  const index = ledger.open();
  let at = 500;
  const made = new Standing(ledger, index, () => at);
  const pass = (milliseconds: number) => {
    at += milliseconds;
  };
  return { ledger, index, standing: made, pass };
}

test('a state has the moment at which it began and the words that came with it', () => {
  const { standing: s, pass } = standing();
  assert.deepEqual(s.state, { state: 'up', at: 500, why: '' });
  pass(10);
  s.set(EJECTED, 'connection_refused');
  pass(10);
  assert.deepEqual(s.state, { state: 'ejected', at: 510, why: 'connection_refused' });
});

test('what is said again keeps its moment and takes the newer words, if there are any', () => {
  const { standing: s, pass } = standing();
  s.set(EJECTED, 'once');
  pass(10);
  s.set(EJECTED, 'twice');
  assert.deepEqual(s.state, { state: 'ejected', at: 500, why: 'twice' });
  s.set(EJECTED, '');
  assert.equal(s.state.why, 'twice');
});

test('of several states the one is told that is most worth knowing, the others come to light after it', () => {
  const { standing: s, pass } = standing();
  s.set(EJECTED, 'failures');
  pass(10);
  s.set(ABSENT, 'no process');
  pass(10);
  s.set(DISABLED, 'by an operator');
  assert.deepEqual(s.state, { state: 'disabled', at: 520, why: 'by an operator' });
  s.clear(DISABLED, '');
  assert.deepEqual(s.state, { state: 'absent', at: 510, why: 'no process' });
  s.clear(ABSENT, '');
  assert.deepEqual(s.state, { state: 'ejected', at: 500, why: 'failures' });
});

test('it is up since the last thing ended that kept it from that, for that reason', () => {
  const { standing: s, pass } = standing();
  s.set(EJECTED, 'failures');
  s.set(DISABLED, 'by an operator');
  pass(10);
  s.clear(EJECTED, 'its probe succeeded');
  pass(10);
  s.clear(DISABLED, 'by an operator');
  assert.deepEqual(s.state, { state: 'up', at: 520, why: 'by an operator' });
  pass(10);
  s.clear(DISABLED, 'nothing ends twice');
  assert.equal(s.state.at, 520);
});

test('a probe belongs to the rest that it may end', () => {
  const { standing: s, ledger, index, pass } = standing();
  s.set(EJECTED, 'failures');
  pass(10);
  ledger.setState(index, PROBING);
  assert.deepEqual(s.state, { state: 'probing', at: 500, why: 'failures' });
});

test('an ejection says what happened and how often, and a probe that succeeds says so', async t => {
  const f = new Fixture(t, { health: { maxFails: 2 } });
  f.endpoint('b').failed('http_response_timeout');
  f.endpoint('b').failed('connection_refused');
  await f.clock.pass(2000);
  const status = () => f.pool.status().endpoints[1]!;
  assert.equal(status().why, 'connection_refused, 2 failures in a row');
  assert.equal(status().stateMs, 2000);
  const { lease } = f.claim('claim', 0, 'a');
  f.endpoint('b').succeeded(1);
  lease!.release();
  assert.deepEqual([status().state, status().why], ['up', 'its probe succeeded']);
  assert.deepEqual([status().attempts.ejections, status().attempts.restorations], [1, 1]);
});

test('what operators and configurations do to an endpoint is told in their name', t => {
  const f = new Fixture(t);
  f.claim();
  f.endpoint('b').draining = true;
  f.pool.leave(f.endpoint('a'), 'its name does not resolve to it any more');
  const [a, b] = f.pool.status().endpoints;
  assert.deepEqual([a!.state, a!.why], ['leaving', 'its name does not resolve to it any more']);
  assert.deepEqual([b!.state, b!.why], ['draining', 'by an operator']);
});

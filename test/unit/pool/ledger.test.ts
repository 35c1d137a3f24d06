import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DISABLED, DRAINING, EJECTED, Ledger } from '../../../src/pool/ledger.ts';

/** A ledger with so many rows that are somebody's. */
function opened(rows: number): Ledger {
  const ledger = new Ledger(rows);
  for (let i = 0; i < rows; i++) ledger.open();
  return ledger;
}

test('rows do not touch each other', () => {
  const ledger = opened(3);
  ledger.enter(1);
  ledger.setState(1, EJECTED | DRAINING);
  ledger.setWeight(1, 7);
  ledger.setFails(1, 4);
  ledger.observe(1, 900, 5);
  for (const index of [0, 2]) {
    assert.deepEqual(
      [ledger.inFlight(index), ledger.state(index), ledger.weight(index), ledger.fails(index)],
      [0, 0, 0, 0],
    );
    assert.equal(ledger.latency(index, 5), 0);
  }
  assert.equal(ledger.poolInFlight, 1);
});

test('state bits are set and cleared one by one', () => {
  const ledger = opened(2);
  ledger.setState(0, EJECTED);
  ledger.setState(0, DISABLED);
  ledger.clearState(0, EJECTED);
  assert.equal(ledger.state(0), DISABLED);
  assert.equal(ledger.othersUp(1), false);
  assert.equal(ledger.othersUp(0), true);
  assert.equal(ledger.anyEnabled(), true);
  ledger.setState(1, DRAINING);
  assert.equal(ledger.anyEnabled(), false);
});

test('a worse latency counts in full, a better one by and by', () => {
  const ledger = opened(1);
  ledger.observe(0, 1000, 0);
  ledger.observe(0, 5000, 100);
  assert.equal(ledger.latency(0, 100), 5000);
  ledger.observe(0, 1000, 10_100);
  assert.ok(Math.abs(ledger.latency(0, 10_100) - (1000 + 4000 / Math.E)) < 1);
});

test('many samples with next to no time between them move the figure as far as few do', () => {
  const [many, few] = [opened(1), opened(1)];
  for (const ledger of [many, few]) ledger.observe(0, 10_000, 0);
  for (let i = 1; i <= 200_000; i++) many.observe(0, 5000, i / 10);
  for (let i = 1; i <= 20; i++) few.observe(0, 5000, i * 1000);
  const difference = many.latency(0, 20_000) - few.latency(0, 20_000);
  assert.ok(Math.abs(difference) < 10, String(difference));
});

test('a figure without new samples decays, so that a shunned endpoint is tried again', () => {
  const ledger = opened(1);
  ledger.observe(0, 10_000, 0);
  assert.ok(Math.abs(ledger.latency(0, 10_000) - 10_000 / Math.E) < 1);
  assert.ok(ledger.latency(0, 120_000) < 1);
});

test('a sample is at least a microsecond, so that it is told from none', () => {
  const ledger = opened(1);
  ledger.observe(0, 0, 0);
  assert.equal(ledger.latency(0, 0), 1);
});

test('moments beyond 32 bits are told apart from those before', () => {
  const ledger = opened(1);
  const late = 2 ** 31 - 5;
  ledger.observe(0, 1000, late);
  assert.ok(Math.abs(ledger.latency(0, late + 10_000) - 1000 / Math.E) < 1);
});

test('a figure from before half of what 32 bits count is worth nothing', () => {
  const ledger = opened(1);
  ledger.observe(0, 1000, 0);
  assert.equal(ledger.latency(0, 2 ** 31 + 10), 0);
});

test('a row that is given back is the next to be had, and all zero', () => {
  const ledger = opened(3);
  ledger.setWeight(1, 7);
  ledger.setState(1, EJECTED);
  ledger.vacate(1);
  assert.equal(ledger.members, 2);
  assert.equal(ledger.open(), 1);
  assert.deepEqual([ledger.state(1), ledger.weight(1), ledger.members], [0, 0, 3]);
});

test('vacant rows are nobody who is up or enabled', () => {
  const ledger = new Ledger(4);
  assert.equal(ledger.anyEnabled(), false);
  assert.equal(ledger.open(), 0);
  assert.equal(ledger.othersUp(0), false);
});

test('a ledger grows with what is in it', () => {
  const ledger = opened(2);
  ledger.enter(1);
  ledger.observe(1, 900, 5);
  assert.deepEqual([ledger.open(), ledger.open(), ledger.open()], [2, 3, 4]);
  assert.deepEqual([ledger.inFlight(1), ledger.latency(1, 5), ledger.poolInFlight], [1, 900, 1]);
  assert.equal(ledger.members, 5);
});

test('a ledger on memory of its owner does not grow beyond that', () => {
  const ledger = new Ledger(1, new SharedArrayBuffer(Ledger.bytes(1)));
  ledger.open();
  assert.throws(() => ledger.open(), /no room for another endpoint/);
});

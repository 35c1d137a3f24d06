import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Turn, Turns } from '../../../../src/client/tls/turns.ts';
import { now } from '../../../../src/clock.ts';
import { eventually } from '../../../support/eventually.ts';

/** One that notes what becomes of it. */
class Visitor implements Turn {
  state = 'waits';
  readonly #turns: Turns;
  /** Whether it is over as soon as it begins. */
  readonly #brief: boolean;

  constructor(turns: Turns, brief = false) {
    this.#turns = turns;
    this.#brief = brief;
    turns.take(this);
  }

  begin(): void {
    this.state = 'began';
    if (this.#brief) this.leave();
  }

  giveWay(): void {
    this.state = 'gave way';
    this.#turns.leave(this);
  }

  leave(): void {
    this.#turns.leave(this);
  }
}

test('no more begin than may, and the others follow', () => {
  now();
  const turns = new Turns(2);
  const visitors = Array.from({ length: 4 }, () => new Visitor(turns));
  const states = () => visitors.map(({ state }) => state).join(' ');
  assert.equal(states(), 'began began waits waits');
  visitors[1]!.leave();
  assert.equal(states(), 'began began began waits');
  visitors[3]!.leave();
  visitors[0]!.leave();
  visitors[2]!.leave();
  assert.deepEqual([turns.underWay, turns.waiting, visitors[3]!.state], [0, 0, 'waits']);
});

test('who has waited longest and who has come last begin alternately, and nobody is left behind', () => {
  now();
  const turns = new Turns(1);
  const first = new Visitor(turns);
  const visitors = Array.from({ length: 5_000 }, () => new Visitor(turns));
  const began = (i: number) => visitors.at(i)!.state === 'began';
  let present = first;
  const order: number[] = [];
  for (let i = 0; i < visitors.length; i++) {
    present.leave();
    const at = i % 2 === 0 ? i / 2 : -(i + 1) / 2;
    assert.ok(began(at), `at ${at}`);
    order.push(at);
    present = visitors.at(at)!;
  }
  assert.deepEqual(order.slice(0, 4), [0, -1, 1, -2]);
  assert.equal(turns.waiting, 0);
});

test('many that are over as soon as they begin leave nobody behind', () => {
  now();
  const turns = new Turns(1);
  const first = new Visitor(turns);
  const many = Array.from({ length: 20_000 }, () => new Visitor(turns, true));
  first.leave();
  assert.ok(many.every(({ state }) => state === 'began'));
  assert.deepEqual([turns.underWay, turns.waiting], [0, 0]);
});

test('one that takes long gives way to who waits, and keeps its turn while nobody does', async () => {
  now();
  const turns = new Turns(1);
  const slow = new Visitor(turns);
  const next = new Visitor(turns);
  assert.equal(next.state, 'waits');
  await eventually('it gives way', () => slow.state === 'gave way');
  assert.equal(next.state, 'began');
  assert.equal(turns.deadline, Infinity, 'nobody waits: it has all the time there is');
});

test('a higher limit lets more begin with the next that comes', () => {
  now();
  const turns = new Turns(1);
  const visitors = [new Visitor(turns), new Visitor(turns)];
  turns.limit = 3;
  visitors.push(new Visitor(turns));
  assert.deepEqual(
    visitors.map(({ state }) => state),
    ['began', 'began', 'began'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryBudget } from '../../../src/pool/retry-budget.ts';

/** A budget on a clock that stands where it is put. */
function budgetOf(share: number) {
  const clock = { at: 500_000 };
  const budget = new RetryBudget(share, () => clock.at);
  return { clock, budget };
}

function requests(budget: RetryBudget, count: number): void {
  for (let i = 0; i < count; i++) budget.request();
}

/** How many retries it allows in a row, a thousand asked for. */
function retries(budget: RetryBudget): number {
  let allowed = 0;
  for (let i = 0; i < 1000; i++) if (budget.tryRetry()) allowed++;
  return allowed;
}

test('retries are a share of the requests in the window', () => {
  const { budget } = budgetOf(0.2);
  requests(budget, 1000);
  assert.equal(retries(budget), 200);
});

test('thirty retries in ten seconds are allowed whatever the traffic', () => {
  const { budget } = budgetOf(0.2);
  requests(budget, 10);
  assert.equal(retries(budget), 30);
});

test('a share of 0 allows no retry', () => {
  const { budget } = budgetOf(0);
  requests(budget, 1000);
  assert.equal(budget.allows(), false);
  assert.equal(retries(budget), 0);
});

test('asking whether a retry is allowed does not spend it', () => {
  const { budget } = budgetOf(0.2);
  for (let i = 0; i < 100; i++) assert.equal(budget.allows(), true);
  assert.equal(budget.retries, 0);
});

test('what happened more than ten seconds ago no longer counts', () => {
  const { clock, budget } = budgetOf(0.2);
  requests(budget, 1000);
  assert.equal(retries(budget), 200);
  clock.at += 9999;
  assert.equal(budget.allows(), false);
  clock.at += 1;
  assert.deepEqual([budget.requests, budget.retries], [0, 0]);
  assert.equal(retries(budget), 30);
});

test('the window slides second by second', () => {
  const { clock, budget } = budgetOf(0.2);
  for (let second = 0; second < 20; second++) {
    requests(budget, 100);
    clock.at += 1000;
  }
  assert.equal(budget.requests, 900);
});

test('a long silence empties the window', () => {
  const { clock, budget } = budgetOf(0.2);
  requests(budget, 1000);
  clock.at += 3_600_000;
  assert.equal(budget.requests, 0);
});

test('a moment given by the caller counts as well as the clock', () => {
  const { clock, budget } = budgetOf(0.2);
  budget.request(clock.at + 3000);
  clock.at += 12_000;
  assert.equal(budget.requests, 1);
  clock.at += 1000;
  assert.equal(budget.requests, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Column, Row } from '../../../bench/measurement.ts';
import { summarize } from '../../../bench/summary.ts';

const COLUMNS: readonly Column[] = [
  { key: 'rate', title: 'requests/s', digits: 0, ratio: true },
  { key: 'p99', title: 'p99 ms', digits: 1, ratio: false },
];

function row(peer: string, rates: readonly number[]): Row {
  const rounds = rates.map(rate => ({ figures: { rate, p99: rate / 10 }, errors: [] }));
  return { scenario: 'small', peer, rounds };
}

test('figures are medians over the rounds', () => {
  const { medians } = summarize(row('a', [10, 30, 20]), undefined, COLUMNS);
  assert.deepEqual(medians, { rate: 20, p99: 2 });
});

test('a ratio is the median of the ratios of each round, not the ratio of the medians', () => {
  const { ratios } = summarize(row('a', [10, 30, 90]), row('nginx', [10, 10, 100]), COLUMNS);
  assert.deepEqual(ratios, { rate: 1 });
});

test('without a reference there is no ratio', () => {
  assert.ok(Number.isNaN(summarize(row('a', [10]), undefined, COLUMNS).ratios['rate']));
});

test('a round in which the reference failed gives no ratio', () => {
  const reference = row('nginx', [10, 10]);
  const rounds = [{ figures: { rate: 1 }, errors: ['fell'] }, reference.rounds[1]!];
  const { ratios } = summarize(row('a', [20, 30]), { ...reference, rounds }, COLUMNS);
  assert.equal(ratios['rate'], 3);
});

test('an error of any round is kept, each once', () => {
  const failed = { figures: {}, errors: ['2 timeouts'] };
  const { errors } = summarize({ ...row('a', []), rounds: [failed, failed] }, undefined, COLUMNS);
  assert.deepEqual(errors, ['2 timeouts']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonReport, markdownReport, placeReport, type Run } from '../../../bench/report.ts';
import { SCENARIOS } from '../../../bench/scenarios/index.ts';

const SCENARIO = SCENARIOS.filter(scenario => scenario.name === 'http-small');

const RUN: Run = {
  measuredAt: '2026-03-04T05:06:07.000Z',
  machine: 'a machine',
  rounds: 1,
  seconds: 6,
  versions: { nginx: '1.2.3', sluice: '0.1.0' },
  rows: [
    { scenario: 'http-small', peer: 'nginx', rounds: [{ figures: { rate: 100, cpu: 20 }, errors: [] }] },
    { scenario: 'http-small', peer: 'sluice', rounds: [{ figures: { rate: 150, cpu: 10 }, errors: [] }] },
  ],
};

test('the report says when, where and with which versions', () => {
  const [first] = markdownReport(RUN, SCENARIO).split('\n');
  assert.equal(first, 'Measured 2026-03-04: a machine. 1 round, 6 s each. nginx 1.2.3, sluice 0.1.0.');
});

test('the JSON holds every round with medians and ratios', () => {
  const { rows } = JSON.parse(jsonReport(RUN, SCENARIO));
  assert.deepEqual(rows[1].rounds, RUN.rows[1]!.rounds);
  assert.equal(rows[1].medians.rate, 150);
  assert.deepEqual(rows[1].ratios, { rate: 1.5, cpu: 0.5 });
});

test('a report takes the place between the marks and leaves the rest', () => {
  const text = 'before\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nafter\n';
  const placed = placeReport(text, 'new\n');
  assert.equal(placed, 'before\n<!-- figures: begin -->\nnew\n<!-- figures: end -->\nafter\n');
  assert.equal(placeReport(placed, 'new\n'), placed);
});

test('without marks the report is the whole file', () => {
  assert.equal(placeReport('anything', 'new\n'), 'new\n');
});

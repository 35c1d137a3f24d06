import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measurement, Row } from '../../../bench/measurement.ts';
import { formatFigure, markdownTable } from '../../../bench/table.ts';

const SUBJECT = {
  name: 'small',
  title: 'GET of little',
  columns: [
    { key: 'rate', title: 'requests/s', digits: 0, ratio: true },
    { key: 'p99', title: 'p99 ms', digits: 2, ratio: false },
  ],
};

function row(peer: string, rate: number, errors: string[] = []): Row {
  const round: Measurement = { figures: { rate, p99: 1 }, errors };
  return { scenario: 'small', peer, rounds: [round] };
}

test('a table has a heading, a column for each figure and then the ratios', () => {
  const lines = markdownTable(SUBJECT, [row('nginx', 50_000), row('sluice', 60_000)]).split('\n');
  assert.deepEqual(lines, [
    '### small: GET of little',
    '',
    '| gateway | requests/s | p99 ms | requests/s ÷ nginx |',
    '| --- | ---: | ---: | ---: |',
    '| nginx | 50,000 | 1.00 | 1.00 |',
    '| sluice | 60,000 | 1.00 | 1.20 |',
    '',
  ]);
});

test('an invalid row shows its reason and no figure, and keeps the width of the table', () => {
  const table = markdownTable(SUBJECT, [row('nginx', 50_000, ['3 timeouts', 'a | b'])]);
  assert.equal(table.split('\n')[4], '| nginx | invalid: 3 timeouts; a \\| b |  |  |');
  assert.ok(!table.includes('50,000'));
});

test('what was not measured is a dash', () => {
  assert.equal(formatFigure(undefined, 1), '–');
  assert.equal(formatFigure(Number.NaN, 1), '–');
  assert.equal(formatFigure(1234.56, 1), '1,234.6');
});

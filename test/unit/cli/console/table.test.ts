import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, shortened, table } from '../../../../src/cli/console/table.ts';

interface Row {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', align: 'left', rank: 9, most: 12, text: ({ name }) => name },
  { title: 'COUNT', align: 'right', rank: 5, text: ({ count }) => String(count) },
  { title: 'TWICE', align: 'right', rank: 1, text: ({ count }) => String(2 * count) },
];

const ROWS: readonly Row[] = [
  { name: 'a', count: 1 },
  { name: 'backend-17.internal', count: 100 },
];

test('names stand at the left, figures at the right, and long names lose their middle', () => {
  assert.deepEqual(table(COLUMNS, ROWS, 80), [
    'NAME          COUNT  TWICE',
    'a                 1      2',
    'backe..ernal    100    200',
  ]);
});

test('the least important columns go where there is no room, the name never', () => {
  assert.equal(table(COLUMNS, ROWS, 25)[0], 'NAME          COUNT');
  assert.equal(table(COLUMNS, ROWS, 10)[0], 'NAME');
});

test('colours change no widths', () => {
  const lines = table(COLUMNS, ROWS, 80, (text, { title }) => (title === 'NAME' ? `<${text}>` : text));
  assert.equal(lines[1], '<a           >      1      2');
});

test('a shortened text has no more letters than it may have', () => {
  assert.deepEqual(
    [0, 3, 5, 10, 19, 20].map(most => shortened('backend-17.internal', most)),
    ['', 'bac', 'b..al', 'back..rnal', 'backend-17.internal', 'backend-17.internal'],
  );
});

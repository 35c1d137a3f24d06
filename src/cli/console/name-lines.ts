import { age, time } from './figures.ts';
import { type Paper, painted, wrapped } from './paper.ts';
import type { NameStatus } from './shapes.ts';
import { type Column, table } from './table.ts';

const INDENT = '  ';

const COLUMNS: readonly Column<NameStatus>[] = [
  { title: 'NAME', align: 'left', rank: 9, most: 40, text: ({ name }) => name },
  { title: 'STATE', align: 'left', rank: 8, text: ({ state }) => state },
  { title: 'STANDS FOR', align: 'right', rank: 7, text: ({ places }) => String(places.length) },
  { title: 'UNCHANGED', align: 'right', rank: 6, text: ({ unchangedFor }) => orDash(unchangedFor, age) },
  { title: 'ASKED', align: 'right', rank: 5, text: ({ triedBefore }) => orDash(triedBefore, age) },
  { title: 'TTL', align: 'right', rank: 4, text: ({ ttl }) => (ttl === 0 ? '-' : time(ttl)) },
  { title: 'SOURCE', align: 'left', rank: 3, text: ({ source }) => source },
];

/** The names behind pools, one a line, each followed by what it stands for, and by what is wrong. */
export function nameLines(names: readonly NameStatus[], paper: Paper): string[] {
  if (names.length === 0) return [];
  const [title, ...lines] = table(COLUMNS, names, paper.width - INDENT.length);
  return [
    '',
    painted('names', 'title', paper),
    INDENT + painted(title!, 'faint', paper),
    ...lines.flatMap((line, i) => [INDENT + line, ...detailLines(names[i]!, paper)]),
  ];
}

function detailLines({ state, places, reason, nextIn }: NameStatus, paper: Paper): string[] {
  const indent = INDENT + INDENT;
  const again =
    state === 'fresh' ? [] : [nextIn === null ? 'is being asked' : `asked again in ${time(nextIn)}`];
  const wrong = reason === '' ? [] : wrapped([reason, ...again], indent, paper);
  return [
    ...wrong.map(line => painted(line, state === 'fresh' ? 'doubtful' : 'bad', paper)),
    ...wrapped(places, indent, paper).map(line => painted(line, 'faint', paper)),
  ];
}

function orDash(milliseconds: number | null, words: (milliseconds: number) => string): string {
  return milliseconds === null ? '-' : words(milliseconds);
}

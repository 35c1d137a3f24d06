import type { Column, Row } from './measurement.ts';
import { type Summary, summarize } from './summary.ts';

/** The peer that the others are compared with. */
export const REFERENCE = 'nginx';

/** What a table says about: one scenario. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
}

/** The rows of one scenario as a Markdown section: heading, then a line for each peer. */
export function markdownTable(subject: Subject, rows: readonly Row[]): string {
  const reference = rows.find(row => row.peer === REFERENCE);
  const titles = headings(subject.columns);
  const lines = rows.map(row => cells(row.peer, subject.columns, summarize(row, reference, subject.columns)));
  return [
    `### ${subject.name}: ${subject.title}`,
    '',
    tableLine(['gateway', ...titles]),
    tableLine(['---', ...titles.map(() => '---:')]),
    ...lines.map(tableLine),
    '',
  ].join('\n');
}

/** A number with thousands separated and a fixed count of decimals; a dash if there is none. */
export function formatFigure(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function headings(columns: readonly Column[]): string[] {
  const ratios = columns.filter(column => column.ratio);
  return [...columns.map(column => column.title), ...ratios.map(column => `${column.title} ÷ ${REFERENCE}`)];
}

function cells(peer: string, columns: readonly Column[], summary: Summary): string[] {
  const width = headings(columns).length;
  if (summary.errors.length > 0) {
    return [peer, `invalid: ${escapeCell(summary.errors.join('; '))}`, ...Array<string>(width - 1).fill('')];
  }
  const figures = columns.map(column => formatFigure(summary.medians[column.key], column.digits));
  const ratios = columns
    .filter(column => column.ratio)
    .map(column => formatFigure(summary.ratios[column.key], 2));
  return [peer, ...figures, ...ratios];
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

function tableLine(row: readonly string[]): string {
  return `| ${row.join(' | ')} |`;
}

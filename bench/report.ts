import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Row } from './measurement.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { summarize } from './summary.ts';
import { markdownTable, REFERENCE } from './table.ts';

/** A finished run. */
export interface Run {
  readonly measuredAt: string;
  readonly machine: string;
  readonly rounds: number;
  readonly seconds: number;
  /** Version by peer. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

const BEGIN = '<!-- figures: begin -->';
const END = '<!-- figures: end -->';

/** The run as Markdown: where and when, versions, then a table for each scenario. */
export function markdownReport(run: Run, scenarios: readonly Scenario[]): string {
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  const tables = scenarios.map(scenario =>
    markdownTable(
      scenario,
      run.rows.filter(row => row.scenario === scenario.name),
    ),
  );
  const rounds = `${run.rounds} ${run.rounds === 1 ? 'round' : 'rounds'}, ${run.seconds} s each`;
  return [
    `Measured ${run.measuredAt.slice(0, 10)}: ${run.machine}. ${rounds}. ${versions.join(', ')}.`,
    '',
    ...tables,
  ].join('\n');
}

/** The run as JSON: every round, with the medians and ratios of each row. */
export function jsonReport(run: Run, scenarios: readonly Scenario[]): string {
  const rows = run.rows.map(row => {
    const columns = scenarios.find(scenario => scenario.name === row.scenario)?.columns ?? [];
    const reference = run.rows.find(other => other.scenario === row.scenario && other.peer === REFERENCE);
    return { ...row, ...summarize(row, reference, columns) };
  });
  return `${JSON.stringify({ ...run, rows }, null, 2)}\n`;
}

/** The text with what stands between the two marks replaced by the report; without marks the report alone. */
export function placeReport(text: string, report: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) return report;
  return `${text.slice(0, begin + BEGIN.length)}\n${report}${text.slice(end)}`;
}

/** Writes the report into a file, between its marks if it has them. */
export function writeMarkdown(file: string, report: string): void {
  writeFileSync(file, placeReport(existsSync(file) ? readFileSync(file, 'utf8') : '', report));
}

import type { Column, Figures, Row } from './measurement.ts';
import { median } from './statistics.ts';

/** What the rounds of a row come to. */
export interface Summary {
  /** Median of each figure over the rounds. */
  readonly medians: Figures;
  /** Median over the rounds of the figure divided by the reference's in the same round; NaN without a reference. */
  readonly ratios: Figures;
  /** Each different error once; if there is any, the row does not count. */
  readonly errors: readonly string[];
}

/** The medians of a row, and its ratios to a reference row of the same scenario. */
export function summarize(row: Row, reference: Row | undefined, columns: readonly Column[]): Summary {
  const medians: Record<string, number> = {};
  const ratios: Record<string, number> = {};
  for (const { key, ratio } of columns) {
    medians[key] = median(finite(row.rounds.map(round => round.figures[key])));
    if (ratio) ratios[key] = median(finite(ratiosByRound(row, reference, key)));
  }
  return { medians, ratios, errors: [...new Set(row.rounds.flatMap(round => round.errors))] };
}

function ratiosByRound(row: Row, reference: Row | undefined, key: string): (number | undefined)[] {
  return row.rounds.map((round, index) => {
    const base = reference?.rounds[index];
    if (base === undefined || base.errors.length > 0) return undefined;
    return round.figures[key]! / base.figures[key]!;
  });
}

function finite(values: readonly (number | undefined)[]): number[] {
  return values.filter((value): value is number => value !== undefined && Number.isFinite(value));
}

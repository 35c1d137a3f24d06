import type { CheckConfig } from './config.ts';
import { expected } from './misread.ts';

type Range = CheckConfig['statuses'][number];

/** Ranges of statuses, each a number, a class such as `2xx`, or two numbers: a list, or a text with commas; throws Misread. */
export const parseStatuses = parseStatusesIn(
  2,
  'statuses from 200 to 599, such as 200, 2xx, 200-399 or 200,204',
);

/** The reader of ranges of statuses from so many hundreds to 599; what it expects is said in `what`. It throws Misread. */
export function parseStatusesIn(hundreds: number, what: string): (value: unknown) => readonly Range[] {
  return value => {
    const parts = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
    if (parts.length === 0) throw expected(what, undefined);
    return parts.map(part => {
      const range = rangeOf(part);
      if (range === undefined || !(range[0] >= hundreds * 100 && range[1] <= 599 && range[0] <= range[1])) {
        throw expected(what, typeof part === 'number' ? String(part) : part);
      }
      return range;
    });
  };
}

function rangeOf(value: unknown): Range | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const [, hundreds] = /^\s*([2-5])xx\s*$/i.exec(text) ?? [];
  if (hundreds !== undefined) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99];
  const [, first, last] = /^\s*(\d{3})(?:-(\d{3}))?\s*$/.exec(text) ?? [];
  return first === undefined ? undefined : [Number(first), Number(last ?? first)];
}

/** Ranges of statuses as `parseStatuses` reads them. */
export function formatStatuses(statuses: CheckConfig['statuses']): string {
  return statuses.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

import type { CheckConfig } from './config.ts';
import { expected } from './misread.ts';

type Range = CheckConfig['statuses'][number];

const WHAT = 'statuses from 200 to 599, such as 200, 2xx, 200-399 or 200,204';

/** Ranges of statuses, each a number, a class such as `2xx`, or two numbers: a list, or a text with commas; throws Misread. */
export function parseStatuses(value: unknown): CheckConfig['statuses'] {
  const parts = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
  if (parts.length === 0) throw expected(WHAT, undefined);
  return parts.map(parseRange);
}

function parseRange(value: unknown): Range {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw expected(WHAT, value);
  const [, hundreds] = /^\s*([2-5])xx\s*$/i.exec(text) ?? [];
  if (hundreds !== undefined) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99];
  const [, first, last] = /^\s*(\d{3})(?:-(\d{3}))?\s*$/.exec(text) ?? [];
  const from = Number(first);
  const to = Number(last ?? first);
  if (!(from >= 200 && to <= 599 && from <= to)) throw expected(WHAT, text);
  return [from, to];
}

/** Ranges of statuses as `parseStatuses` reads them. */
export function formatStatuses(statuses: CheckConfig['statuses']): string {
  return statuses.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

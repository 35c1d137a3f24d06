import type { GatewayStatus } from '../../gateway-status.ts';
import { type Paper, painted } from './paper.ts';
import { printable } from './printable.ts';

const DAY = 86_400_000;

/** So many days before its end a certificate stands out. */
const NOTICE = 14;

/** With more names than that behind the first, a certificate goes by the first. */
const MOST = 2;

/** The certificates that listeners show, each once, with the day on which they end. */
export function certificateLines(
  listeners: GatewayStatus['listeners'],
  paper: Paper,
  now = Date.now(),
): string[] {
  const shown = listeners.flatMap(({ tls }) => tls?.certificates ?? []);
  const lines = shown.map(({ file, names, notAfter }) => {
    const days = Math.floor((Date.parse(notAfter) - now) / DAY);
    const subject = names.length === 0 ? file : inBrief(names);
    const text = `  certificate for ${printable(subject)}: ${endOf(days, notAfter.slice(0, 10))}`;
    return days < NOTICE ? painted(text, 'doubtful', paper) : text;
  });
  return [...new Set(lines)];
}

function endOf(days: number, date: string): string {
  if (days < 0) return `expired on ${date}`;
  return `until ${date} (${days === 1 ? '1 day' : `${days} days`})`;
}

function inBrief([first = '', ...others]: readonly string[]): string {
  return others.length > MOST ? `${first} and ${others.length} more` : [first, ...others].join(', ');
}

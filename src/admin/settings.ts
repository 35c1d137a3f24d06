import { expected, Misread, show } from '../config/misread.ts';

const MOST = 20;

/** Settings of an order, by their names: texts as flags are written, or numbers. Throws Misread. */
export function parseSettings(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw expected('a mapping such as {"max-conns": "16"}', value);
  }
  const entries = Object.entries(value);
  if (entries.length === 0) throw new Misread('expected at least one setting such as "max-conns": "16"');
  if (entries.length > MOST) throw new Misread(`expected at most ${MOST} settings`);
  return Object.fromEntries(entries.map(([name, text]) => [name, settingText(name, text)]));
}

function settingText(name: string, value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && value.length <= 1000) return value;
  throw new Misread(`${show(name)}: expected a text as the flag is written; got ${show(value)}`);
}

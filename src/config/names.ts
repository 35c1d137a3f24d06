import { expected } from './misread.ts';

/** The reader of names: a list, or a text with commas, each counted once; `off`: none. It throws Misread. */
export function parseNames(parse: (value: unknown) => string): (value: unknown) => readonly string[] {
  return value => {
    if (value === 'off' || value === false) return [];
    const names: unknown = typeof value === 'string' ? value.split(',').map(name => name.trim()) : value;
    if (!Array.isArray(names) || names.length === 0) throw expected('names with commas, or off', value);
    return [...new Set(names.map(parse))];
  };
}

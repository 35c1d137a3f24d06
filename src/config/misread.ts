/** A value that is not what it should be; the message says what was expected and what came instead. */
export class Misread extends Error {}

const SHOWN = 80;

/** A value as an error message shows it: texts quoted and cut at 80 characters, the rest in words. */
export function show(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}..` : value);
}

/** The error for a value, in the form `expected <what>; got <value>`. */
export function expected(what: string, got: unknown): Misread {
  return new Misread(`expected ${what}; got ${show(got)}`);
}

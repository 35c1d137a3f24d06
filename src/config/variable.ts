import { toByteText } from './byte-text.ts';
import { expected, Misread, show } from './misread.ts';

const WHAT = 'NAME=VALUE such as APP_ENV=production';

/** A variable of an application: its name, and its value as bytes in latin1. */
export type Variable = readonly [name: string, value: string];

/** A variable written `NAME=VALUE`; throws Misread. */
export function parseVariable(value: unknown): Variable {
  const equals = typeof value === 'string' ? value.indexOf('=') : -1;
  if (equals < 1) throw expected(WHAT, value);
  const text = value as string;
  return toVariable(text.slice(0, equals), text.slice(equals + 1));
}

/** Variables as a mapping from names to values; throws Misread. */
export function parseVariables(value: unknown): readonly Variable[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw expected('a mapping from names to values, such as { APP_ENV: production }', value);
  }
  return Object.entries(value).map(([name, given]) => {
    const text = given === null ? '' : given;
    if (typeof text === 'object') throw expected(`a text for the variable ${name}`, text);
    return toVariable(name, String(text));
  });
}

function toVariable(name: string, value: string): Variable {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name)) {
    throw expected('a variable with a name of capital letters, digits and "_"', name);
  }
  if (name === 'CONTENT_LENGTH' || name === 'SCGI') {
    throw new Misread(`the variable ${name} belongs to the protocol: it cannot be set`);
  }
  if (/[\0\r\n]/.test(value)) {
    throw new Misread(`the value of the variable ${name} has a line end or a NUL byte: ${show(value)}`);
  }
  return [name, toByteText(value)];
}

/** Variables as name, value, name, value; of two with one name the later counts. */
export function joinVariables(...lists: readonly (readonly Variable[])[]): readonly string[] {
  return [...new Map(lists.flat())].flat();
}

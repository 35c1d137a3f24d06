import { parseInteger } from './integer.ts';
import { expected, Misread } from './misread.ts';
import { unknownWord } from './nearest.ts';

/** What may follow a backend URL after commas. */
export interface BackendOptions {
  readonly weight: number;
  /** undefined: the pool's setting. */
  readonly maxConns: number | undefined;
  readonly backup: boolean;
  /** undefined: the URL gives the name. */
  readonly name: string | undefined;
}

const NAMES = ['weight', 'max-conns', 'backup', 'name'];
const parseWeight = parseInteger(1, 1000);
const parseMaxConns = parseInteger(1, 1_000_000);

/** The options of a backend, each at most once; throws Misread. */
export function parseBackendOptions(options: readonly string[]): BackendOptions {
  const given = new Map<string, string | undefined>();
  for (const option of options) {
    const equals = option.indexOf('=');
    const name = equals < 0 ? option : option.slice(0, equals);
    if (!NAMES.includes(name)) throw new Misread(unknownWord('backend option', name, NAMES));
    if (given.has(name)) throw new Misread(`the backend option ${name} is given twice`);
    given.set(name, equals < 0 ? undefined : option.slice(equals + 1));
  }
  return {
    weight: given.has('weight') ? parseOption('weight', given.get('weight'), parseWeight) : 1,
    maxConns: given.has('max-conns')
      ? parseOption('max-conns', given.get('max-conns'), parseMaxConns)
      : undefined,
    backup: given.has('backup') && parseBackup(given.get('backup')),
    name: given.has('name') ? parseName(given.get('name')) : undefined,
  };
}

function parseOption<T>(name: string, text: string | undefined, parse: (value: unknown) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof Misread ? new Misread(`${name}: ${error.message}`) : error;
  }
}

function parseBackup(text: string | undefined): true {
  if (text !== undefined) throw new Misread('the backend option backup takes no value');
  return true;
}

function parseName(text: string | undefined): string {
  if (text === undefined || !/^[\x21-\x7e]{1,64}$/.test(text)) {
    throw expected('name= with 1 to 64 printable characters without a space', text);
  }
  return text;
}

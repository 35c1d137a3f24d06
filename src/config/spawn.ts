import { parseCommand } from './command-words.ts';
import type { SpawnConfig } from './config.ts';
import { expected, Misread } from './misread.ts';
import { parsePoolName } from './pool-name.ts';

/** What an application that the gateway starts may speak. */
export const SPAWN_PROTOCOLS = ['fcgi', 'scgi', 'uwsgi', 'http'] as const;

/** An application as a flag names it: its pool, what it speaks, and its command. */
export interface SpawnFlag {
  readonly pool: string;
  readonly protocol: SpawnConfig['protocol'];
  readonly command: readonly string[];
}

const WHAT = "'POOL=COMMAND' or 'POOL=PROTOCOL:COMMAND', such as 'php=php-cgi'";

/** An application written `POOL=[PROTOCOL:]COMMAND ARGS`; throws Misread. */
export function parseSpawn(value: unknown): SpawnFlag {
  const match = typeof value === 'string' ? /^\s*([^=\s'"]+)=\s*(.*)$/s.exec(value) : null;
  if (match === null) throw expected(WHAT, value);
  const [, name, rest] = match as unknown as [string, string, string];
  const [, word, command] = /^([a-z]+):(?!\/\/)(.*)$/s.exec(rest) ?? [undefined, 'fcgi', rest];
  const protocol = SPAWN_PROTOCOLS.find(known => known === word);
  if (protocol === undefined) {
    throw expected(`one of ${SPAWN_PROTOCOLS.join(', ')} before the colon`, word);
  }
  return { pool: parsePoolName(name), protocol, command: parseCommand(command) };
}

/** The environment of an application: a mapping from names to values; throws Misread. */
export function parseEnvironment(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw expected('a mapping from names to values, such as { LANG: C.UTF-8 }', value);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw expected('the name of a variable', name);
      const text = given === null ? '' : given;
      if (typeof text === 'object') throw expected(`a text for the variable ${name}`, text);
      if (String(text).includes('\0')) throw new Misread(`the variable ${name} has a NUL byte`);
      return [name, String(text)];
    }),
  );
}

/** The name or number of a user or a group; throws Misread. */
export function parseOwner(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return String(value);
  if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(value)) return value;
  throw expected('the name of a user or a group', value);
}

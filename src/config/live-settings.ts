import { parseWeight } from './backend-options.ts';
import type { BalanceConfig } from './config.ts';
import { formatDuration } from './duration.ts';
import { formatBalance } from './format-balance.ts';
import { formatCount } from './format-value.ts';
import { Misread } from './misread.ts';
import { unknownWord } from './nearest.ts';
import { settings } from './settings.ts';

/** What may be set of a pool that runs, by the names of the flags; a limit that is off is Infinity, a time-out in milliseconds. */
export type PoolSetting =
  | { readonly name: 'max-conns' | 'pool-max-conns' | 'queue' | 'queue-timeout'; readonly value: number }
  | { readonly name: 'balance'; readonly value: BalanceConfig };

/** What may be set of an endpoint that runs; a limit that is off is Infinity. */
export interface EndpointSetting {
  readonly name: 'weight' | 'max-conns';
  readonly value: number;
}

const OF_A_POOL = ['max-conns', 'pool-max-conns', 'balance', 'queue', 'queue-timeout'] as const;
const OF_AN_ENDPOINT = ['weight', 'max-conns'] as const;

/** A setting of a pool, read as its flag is; throws Misread, also for one that cannot be set while the gateway runs. */
export function parsePoolSetting(name: string, text: string): PoolSetting {
  const known = knownName('a pool', OF_A_POOL, name);
  return { name: known, value: readFlag(known, text) } as PoolSetting;
}

/** A setting of an endpoint, read as an option of a backend is, or `off` for no limit; throws Misread. */
export function parseEndpointSetting(name: string, text: string): EndpointSetting {
  const known = knownName('an endpoint', OF_AN_ENDPOINT, name);
  const value = known === 'weight' ? named(known, () => parseWeight(text)) : readFlag(known, text);
  return { name: known, value } as EndpointSetting;
}

/** The value of a setting as it is written. */
export function formatSetting({ name, value }: PoolSetting | EndpointSetting): string {
  if (name === 'balance') return formatBalance(value);
  return name === 'queue-timeout' ? formatDuration(value) : formatCount(value);
}

function knownName<const T extends string>(subject: string, known: readonly T[], name: string): T {
  const found = known.find(one => one === name);
  if (found === undefined) throw new Misread(unknownWord(`setting of ${subject}`, name, known));
  return found;
}

function readFlag(name: (typeof OF_A_POOL)[number], text: string): unknown {
  const read = settings[name].safeParse(text);
  if (read.success) return read.data;
  throw new Misread(`${name}: ${read.error.issues[0]!.message}`);
}

function named<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof Misread ? new Misread(`${name}: ${error.message}`) : error;
  }
}

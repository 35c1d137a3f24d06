import { parseNetwork, UNIX } from './cidr.ts';
import { expected } from './misread.ts';

/** A network in CIDR notation, one address, or `unix`, whose word is believed; throws Misread. */
export function parseTrusted(value: unknown): string {
  if (typeof value === 'string' && (value === UNIX || parseNetwork(value) !== undefined)) return value;
  throw expected('a network such as 10.0.0.0/8, fd00::/8, an address such as 127.0.0.1, or unix', value);
}

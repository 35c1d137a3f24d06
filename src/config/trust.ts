import { parseNetwork } from './cidr.ts';
import { expected } from './misread.ts';

/** A network in CIDR notation, or one address, whose word is believed; throws Misread. */
export function parseTrusted(value: unknown): string {
  if (typeof value === 'string' && parseNetwork(value) !== undefined) return value;
  throw expected('a network such as 10.0.0.0/8, fd00::/8 or an address such as 127.0.0.1', value);
}

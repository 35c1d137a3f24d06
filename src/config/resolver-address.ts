import { isIP, isIPv6 } from 'node:net';
import { parseDuration } from './duration.ts';
import { joinHostPort, parseHostPort } from './host-port.ts';
import { expected, Misread } from './misread.ts';

const WHAT = 'the address of a DNS server, such as 127.0.0.53, 10.0.0.2:5353 or [::1]:53';
const DNS_PORT = 53;

/** A DNS server as `ADDRESS:PORT`, IPv6 in brackets; throws Misread, also for a name: who would look it up? */
export function parseResolver(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw expected(WHAT, value);
  if (isIPv6(value)) return joinHostPort(value, DNS_PORT);
  const scheme = /^([a-z]+):\/\//i.exec(value);
  if (scheme !== null) throw new Misread(`${expected(WHAT, value).message}: leave ${scheme[0]} out`);
  const { host, port } = parseHostPort(value, 1);
  if (isIP(host) === 0) throw new Misread(`${expected(WHAT, value).message}: a name is what it is asked for`);
  return joinHostPort(host, port ?? DNS_PORT);
}

/** How long an answer is used beyond its time: a duration, 0 for `off`, Infinity for `forever`. Throws Misread. */
export function parseStale(value: unknown): number {
  if (value === 'off') return 0;
  if (value === 'forever') return Number.POSITIVE_INFINITY;
  if (typeof value !== 'string') throw expected('a duration such as 1h, off, or forever', value);
  try {
    return parseDuration(value);
  } catch (error) {
    if (!(error instanceof Misread) || /^\d/.test(value)) throw error;
    throw expected('a duration such as 1h, off, or forever', value);
  }
}

/** The longest time that an answer is believed, at least a second; throws Misread. */
export function parseMaxTtl(value: unknown): number {
  const milliseconds = parseDuration(value);
  if (milliseconds < 1000) throw expected('a duration of at least 1s', value);
  return milliseconds;
}

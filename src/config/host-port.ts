import { isIPv4, isIPv6 } from 'node:net';
import { expected, Misread, show } from './misread.ts';

/** Where a listener or a backend is: a name or an address (IPv6 without brackets), and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number | undefined;
}

/** Labels of letters, digits and hyphens (RFC 1123, 2.1), and of underscores, which container names and SRV records have. */
const NAME = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;

/** What the resolver of a system reads as an address of its own kind, such as 0x7f000001 or 127.1. */
const NUMBER_AT_END = /(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/i;

/** The port in a text of digits; throws Misread. */
export function parsePort(text: string, least: number): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < least || port > 65535) throw expected(`a port from ${least} to 65535`, text);
  return port;
}

/** A host name, an IPv4 address, or an IPv6 address without brackets; throws Misread. */
export function parseHost(text: string): string {
  if (isIPv4(text) || isIPv6(text)) return text;
  if (/^[\d.]+$/.test(text)) throw expected('an IPv4 address such as 127.0.0.1', text);
  if (/[^\x20-\x7e]/.test(text)) throw expected('a host name in ASCII (xn--.. for other letters)', text);
  if (!NAME.test(text)) throw expected('a host name or address', text);
  if (NUMBER_AT_END.test(text)) throw expected('a host name whose last part is no number', text);
  checkLengths(text);
  return text;
}

/** RFC 1035, 2.3.4; the dot at the end of a name is not counted. */
function checkLengths(name: string): void {
  const bare = name.replace(/\.$/, '');
  if (bare.length > 253) throw new Misread(`a host name has at most 253 characters; got ${show(name)}`);
  const long = bare.split('.').find(label => label.length > 63);
  if (long !== undefined)
    throw new Misread(`between two dots a host name has at most 63 characters; got ${show(long)}`);
}

/** `host:port`, `host`, `[::1]:port` or `[::1]`; throws Misread. The least port is 0 for a listener, 1 for a backend. */
export function parseHostPort(text: string, leastPort: number): HostPort {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const host = bracketed[1]!;
    if (!isIPv6(host)) throw expected('an IPv6 address between the brackets', host);
    return { host, port: portOrNone(bracketed[2], leastPort) };
  }
  if (isIPv6(text)) throw new Misread(`an IPv6 address needs brackets: write [${text}]`);
  const [host, port, ...more] = text.split(':');
  if (more.length > 0) throw new Misread(`expected HOST:PORT or [IPV6]:PORT; got ${show(text)}`);
  return { host: parseHost(host!), port: portOrNone(port, leastPort) };
}

/** Host and port as one text, an IPv6 address in brackets. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function portOrNone(text: string | undefined, least: number): number | undefined {
  return text === undefined ? undefined : parsePort(text, least);
}

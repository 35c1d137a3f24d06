import { isIPv4, isIPv6 } from 'node:net';
import { expected, Misread, show } from './misread.ts';

/** Where a listener or a backend is: a name or an address (IPv6 without brackets), and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number | undefined;
}

const NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;

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
  return text;
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

import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { Asking, ConnectionEnds } from '../protocol.ts';

/** What a header of version 2 begins with. */
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** Version 2 and the command: the connection is the gateway's own, or made for a client. */
const LOCAL = 0x20;
const PROXY = 0x21;

/** The address family and the transport, a stream. */
const UNSPECIFIED = 0x00;
const INET = 0x11;
const INET6 = 0x21;

/** A header of the PROXY protocol for the connection that is made for a request. */
export type ProxyHeaderOf = (request: Asking) => Buffer;

/** In words (version 1): the client's address and the one that it came to; UNKNOWN where it came by a unix socket. */
export const proxyHeaderV1: ProxyHeaderOf = request => {
  const ends = passedOn(request);
  if (ends === null) return localHeaderV1();
  const { remoteAddress: from, remotePort, localAddress: to, localPort } = ends;
  const family = isIPv4(from) && isIPv4(to) ? 'TCP4' : 'TCP6';
  const [source, target] = family === 'TCP4' ? [from, to] : [asIPv6(from), asIPv6(to)];
  return Buffer.from(`PROXY ${family} ${source} ${target} ${remotePort} ${localPort}\r\n`, 'latin1');
};

/** In bytes (version 2), likewise; a client that came by a unix socket has no address there. */
export const proxyHeaderV2: ProxyHeaderOf = request => {
  const ends = passedOn(request);
  if (ends === null) return binary(PROXY, UNSPECIFIED, []);
  const { remoteAddress: from, remotePort, localAddress: to, localPort } = ends;
  const ports = [remotePort >> 8, remotePort & 255, localPort >> 8, localPort & 255];
  if (isIPv4(from) && isIPv4(to)) return binary(PROXY, INET, [...bytesV4(from), ...bytesV4(to), ...ports]);
  return binary(PROXY, INET6, [...bytesV6(from), ...bytesV6(to), ...ports]);
};

/** In words, for a connection that nobody but the gateway wants, such as that of a check. */
export function localHeaderV1(): Buffer {
  return Buffer.from('PROXY UNKNOWN\r\n', 'latin1');
}

/** In bytes, likewise. */
export function localHeaderV2(): Buffer {
  return binary(LOCAL, UNSPECIFIED, []);
}

/**
 * Both addresses, plain ones of IPv4 where they are such; null: the client has none. Of a client that a trusted proxy named the
 * port is not known (0), and neither is the address that it came to where the proxy came by a unix socket.
 */
function passedOn({ client, ends }: Asking): ConnectionEnds | null {
  const remoteAddress = plain(client);
  if (remoteAddress === '') return null;
  const remotePort = remoteAddress === plain(ends.remoteAddress) ? ends.remotePort : 0;
  const nowhere = isIPv4(remoteAddress) ? '0.0.0.0' : '::';
  return {
    remoteAddress,
    remotePort,
    localAddress: plain(ends.localAddress) || nowhere,
    localPort: ends.localPort,
  };
}

/** Empty if it is no address. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) return mapped;
  const unzoned = mapped.split('%', 1)[0]!;
  return isIPv6(unzoned) ? new SocketAddress({ address: unzoned, family: 'ipv6' }).address : '';
}

function asIPv6(address: string): string {
  return isIPv4(address) ? `::ffff:${address}` : address;
}

function bytesV4(address: string): number[] {
  return address.split('.').map(Number);
}

function bytesV6(address: string): number[] {
  if (isIPv4(address)) return [...new Array<number>(10).fill(0), 255, 255, ...bytesV4(address)];
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text =
    dotted === null ? address : `${dotted[1]}${pair(dotted[2]!, dotted[3]!)}:${pair(dotted[4]!, dotted[5]!)}`;
  const [front = '', back] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16));
  const head = groups(front);
  const tail = groups(back ?? '');
  const zeros = new Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail].flatMap(group => [group >> 8, group & 255]);
}

function pair(high: string, low: string): string {
  return ((Number(high) << 8) | Number(low)).toString(16);
}

function binary(command: number, family: number, addresses: readonly number[]): Buffer {
  return Buffer.concat([SIGNATURE, Buffer.from([command, family, 0, addresses.length, ...addresses])]);
}

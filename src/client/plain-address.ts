import { isIPv4, isIPv6, SocketAddress } from 'node:net';

const MAPPED = '::ffff:';

/** An address in the notation that the gateway uses: IPv4 that is mapped into IPv6 as IPv4. */
export function unmapped(address: string): string {
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address;
}

/**
 * The one notation of an address (RFC 5952 for IPv6), so that equal addresses are equal texts; empty for a text that is
 * no address, or that has a zone, which means nothing on another host.
 */
export function plainAddress(text: string): string {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes('%')) return '';
  return unmapped(new SocketAddress({ address: text, family: 'ipv6' }).address);
}

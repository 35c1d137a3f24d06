import { isIPv4, isIPv6, SocketAddress } from 'node:net';

const MAPPED = '::ffff:';

/** The longest that an IPv6 address can be: six groups and an IPv4 address. */
const LONGEST = 45;

/** As many texts are remembered: most clients come again, and to read one takes longer than all the rest. */
const MOST_KNOWN = 2048;
const known = new Map<string, string>();

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
  if (text.length > LONGEST || !text.includes(':')) return '';
  let address = known.get(text);
  if (address !== undefined) return address;
  address = plainV6(text);
  if (known.size === MOST_KNOWN) known.clear();
  known.set(text, address);
  return address;
}

function plainV6(text: string): string {
  if (!isIPv6(text) || text.includes('%')) return '';
  return unmapped(new SocketAddress({ address: text, family: 'ipv6' }).address);
}

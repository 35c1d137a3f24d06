import { isIP, isIPv4, SocketAddress } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Families of which a machine has an address that others can reach. */
export interface Reach {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** The one way to write an address; IPv4 inside IPv6 becomes IPv4. Undefined: it is none. */
export function canonical(text: string): string | undefined {
  const version = isIP(text);
  if (version === 0 || text.includes('%')) return undefined;
  if (version === 4) return text;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? [];
  return mapped ?? address;
}

/** What this machine can reach at present. */
export function reachOfMachine(): Reach {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  const outer = addresses.filter(({ internal, address }) => !internal && !isLinkLocal6(address));
  return {
    ipv4: outer.some(({ family }) => family === 'IPv4'),
    ipv6: outer.some(({ family }) => family === 'IPv6'),
  };
}

/** Why nothing can be sent to an address, whoever sends it; empty: it can be. */
export function unusable(address: string): string {
  if (isIPv4(address)) {
    const first = Number(address.split('.')[0]);
    if (first === 0) return 'unspecified';
    if (address === '255.255.255.255') return 'broadcast';
    return first >= 224 && first < 240 ? 'multicast' : '';
  }
  if (address === '::') return 'unspecified';
  if (isLinkLocal6(address)) return 'link-local without an interface';
  return /^ff[0-9a-f]{2}:/.test(address) ? 'multicast' : '';
}

/** Whether this machine can reach an address of that family, loopback addresses always. */
export function reachable(address: string, { ipv4, ipv6 }: Reach): boolean {
  if (isIPv4(address)) return ipv4 || address.startsWith('127.');
  return ipv6 || address === '::1';
}

function isLinkLocal6(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address);
}

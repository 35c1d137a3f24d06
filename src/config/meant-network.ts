import { type Network, parseNetwork } from './cidr.ts';

/** The network that a text in CIDR notation stands for, if it has bits behind its prefix, which do not count; undefined: it has none. */
export function meantNetwork(text: string): string | undefined {
  const network = parseNetwork(text);
  if (network === undefined) return undefined;
  const size = network.groups.length === 1 ? 32 : 16;
  const groups = network.groups.map((group, i) => leading(group, network.prefix - size * i, size));
  if (groups.every((group, i) => group === network.groups[i])) return undefined;
  return `${addressOf(groups)}/${network.prefix}`;
}

/** A group without its bits behind the first `bits`. */
function leading(group: number, bits: number, size: number): number {
  if (bits >= size) return group;
  if (bits <= 0) return 0;
  const rest = 2 ** (size - bits);
  return Math.floor(group / rest) * rest;
}

function addressOf(groups: Network['groups']): string {
  if (groups.length > 1) {
    const text = groups.map(group => group.toString(16)).join(':');
    return text.replace(/(?:(?:^|:)0)+$/, '::');
  }
  return [24, 16, 8, 0].map(shift => Math.floor(groups[0]! / 2 ** shift) % 256).join('.');
}

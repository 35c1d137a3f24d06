/** A block of addresses: the first ones, as 32-bit or 16-bit groups, and how many leading bits count. */
export interface Network {
  /** One group of 32 bits for IPv4, eight of 16 bits for IPv6. */
  readonly groups: readonly number[];
  readonly prefix: number;
}

/** What stands for peers on unix sockets among networks. */
export const UNIX = 'unix';

/** A set of networks that answers whether an address is in one of them. IPv4-mapped IPv6 addresses count as IPv4. */
export class Networks {
  readonly #v4: readonly Network[];
  readonly #v6: readonly Network[];
  readonly #unix: boolean;

  /** Takes CIDR notation, single addresses, or `unix` for peers on a unix socket; anything else throws RangeError. */
  constructor(cidrs: readonly string[]) {
    this.#unix = cidrs.includes(UNIX);
    const networks = cidrs
      .filter(cidr => cidr !== UNIX)
      .map(cidr => {
        const network = parseNetwork(cidr);
        if (network === undefined) throw new RangeError(`not a network in CIDR notation: ${cidr}`);
        return network;
      });
    this.#v4 = networks.filter(network => network.groups.length === 1);
    this.#v6 = networks.filter(network => network.groups.length === 8);
  }

  /** Whether a peer on a unix socket belongs to it. */
  get containsUnix(): boolean {
    return this.#unix;
  }

  /** Whether the address lies in one of the networks; false for a text that is no address. */
  contains(address: string): boolean {
    if (this.#v4.length === 0 && this.#v6.length === 0) return false;
    // How a dual-stack listener names IPv4 clients: a short cut past the general parser.
    const v4 = parseIPv4(address.startsWith('::ffff:') ? address.slice(7) : address);
    if (v4 >= 0) return this.#containsV4(v4);
    // What stands for IPv4 begins with a zero or a colon, however it is written: no need to read any other.
    if (this.#v6.length === 0 && !/^[0:]/.test(address)) return false;
    const groups = parseIPv6(address);
    if (groups === undefined) return false;
    return isMapped(groups) ? this.#containsV4(mapped(groups)) : this.#containsV6(groups);
  }

  #containsV4(address: number): boolean {
    for (const { groups, prefix } of this.#v4) if (sameBits(groups[0]!, address, prefix, 32)) return true;
    return false;
  }

  #containsV6(address: readonly number[]): boolean {
    for (const { groups, prefix } of this.#v6) {
      let i = 0;
      while (i < 8 && sameBits(groups[i]!, address[i]!, prefix - 16 * i, 16)) i++;
      if (i === 8) return true;
    }
    return false;
  }
}

/** The network of `10.0.0.0/8`, `fd00::/8` or a single address; undefined for anything else. Bits behind the prefix do not count. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const digits = slash < 0 ? undefined : text.slice(slash + 1);
  if (digits !== undefined && !/^\d{1,3}$/.test(digits)) return undefined;
  const v4 = parseIPv4(address);
  const groups = v4 >= 0 ? [v4] : parseIPv6(address);
  if (groups === undefined) return undefined;
  const bits = groups.length === 1 ? 32 : 128;
  const prefix = digits === undefined ? bits : Number(digits);
  if (prefix > bits) return undefined;
  if (bits === 128 && prefix >= 96 && isMapped(groups))
    return { groups: [mapped(groups)], prefix: prefix - 96 };
  return { groups, prefix };
}

/** Whether two groups agree in as many of their leading bits as the prefix covers. */
function sameBits(a: number, b: number, prefix: number, size: number): boolean {
  if (prefix >= size) return a === b;
  if (prefix <= 0) return true;
  const rest = 2 ** (size - prefix);
  return Math.floor(a / rest) === Math.floor(b / rest);
}

function isMapped(groups: readonly number[]): boolean {
  for (let i = 0; i < 5; i++) if (groups[i] !== 0) return false;
  return groups[5] === 0xffff;
}

function mapped(groups: readonly number[]): number {
  return groups[6]! * 65536 + groups[7]!;
}

/** A dotted address as a number, -1 if the text is none. Leading zeros are refused: some read them as octal. */
function parseIPv4(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let address = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i <= text.length; i++) {
    const digit = i === text.length ? -2 : text.charCodeAt(i) - 48;
    if (digit === -2) {
      if (octet < 0 || ++octets > 4) return -1;
      address = address * 256 + octet;
      octet = -1;
    } else {
      if (digit < 0 || digit > 9 || octet === 0) return -1;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return -1;
    }
  }
  return octets === 4 ? address : -1;
}

/** The eight groups of an IPv6 address, a zone left out; undefined if the text is none. */
function parseIPv6(text: string): number[] | undefined {
  const zone = text.indexOf('%');
  const [head, tail, ...more] = (zone < 0 ? text : text.slice(0, zone)).split('::');
  if (more.length > 0) return undefined;
  const before = parseGroups(head!);
  if (before === undefined) return undefined;
  if (tail === undefined) return before.length === 8 ? before : undefined;
  const after = parseGroups(tail);
  if (after === undefined || before.length + after.length > 7) return undefined;
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** Groups between colons, the last of which may be a dotted IPv4 address; undefined if one is malformed. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    const v4 = i === parts.length - 1 ? parseIPv4(part) : -1;
    if (v4 >= 0) groups.push(Math.floor(v4 / 65536), v4 % 65536);
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

import { crc32c } from '../../src/client/crc32c.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const FAMILIES = { unspecified: 0x00, tcp4: 0x11, udp4: 0x12, tcp6: 0x21, udp6: 0x22, unix: 0x31 };

/** What is to be in a header of version 2. */
export interface HeaderParts {
  readonly command?: 'local' | 'proxy';
  readonly family?: keyof typeof FAMILIES | number;
  /** Addresses and ports as they are sent. */
  readonly addresses?: Buffer;
  /** Behind the addresses. */
  readonly extensions?: readonly Buffer[];
  /** In place of the true one. */
  readonly length?: number;
}

/** A header of version 2 of the PROXY protocol. */
export function headerV2({ command = 'proxy', family = 'unspecified', ...parts }: HeaderParts): Buffer {
  const rest = Buffer.concat([parts.addresses ?? Buffer.alloc(0), ...(parts.extensions ?? [])]);
  const start = Buffer.alloc(16);
  start.write(SIGNATURE, 'hex');
  start[12] = 0x20 | (command === 'proxy' ? 1 : 0);
  start[13] = typeof family === 'number' ? family : FAMILIES[family];
  start.writeUInt16BE(parts.length ?? rest.length, 14);
  return Buffer.concat([start, rest]);
}

/** The addresses of a header for IPv4, with their ports. */
export function addressesV4(source: string, destination: string, ports: readonly [number, number]): Buffer {
  return Buffer.concat([octets(source), octets(destination), portBytes(ports)]);
}

/** The addresses of a header for IPv6, each as 32 hexadecimal digits, with their ports. */
export function addressesV6(source: string, destination: string, ports: readonly [number, number]): Buffer {
  return Buffer.concat([Buffer.from(source + destination, 'hex'), portBytes(ports)]);
}

/** An extension (TLV). */
export function extension(type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, value.length >> 8, value.length & 255]), value]);
}

/** The header with its checksum, which stands in an extension of its own at the end, put in; `wrong` by so much. */
export function withChecksum(header: Buffer, wrong = 0): Buffer {
  const whole = Buffer.from(header);
  whole.writeUInt32BE((crc32c(whole) ^ wrong) >>> 0, whole.length - 4);
  return whole;
}

function octets(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function portBytes(ports: readonly [number, number]): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(ports[0], 0);
  bytes.writeUInt16BE(ports[1], 2);
  return bytes;
}

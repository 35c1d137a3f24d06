import { readFileSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import type { Place } from './passed-socket.ts';

/** What the system says of a socket of this process. */
export interface SocketEntry {
  readonly kind: Place['kind'];
  /** As in PassedSocket. */
  readonly address: string;
  readonly listening: boolean;
}

/** TCP_LISTEN, as the tables of proc(5) show it. */
const TCP_LISTENS = '0A';

/** Of a unix socket: SOCK_STREAM, and __SO_ACCEPTCON among its flags. */
const STREAM = '0001';
const ACCEPTS = 0x10000;

/** What an open descriptor is; undefined: no socket, or one that the system does not tell about, such as one of another network namespace. */
export function describeSocket(descriptor: number): SocketEntry | undefined {
  const inode = /^socket:\[(\d+)\]$/.exec(linkOf(descriptor))?.[1];
  if (inode === undefined) return undefined;
  const ofInternet = ['tcp', 'tcp6', 'udp', 'udp6'] as const;
  for (const table of ofInternet) {
    const entry = ofTable(table, inode);
    if (entry !== undefined) return entry;
  }
  return ofUnix(inode);
}

/** What kind of file a descriptor is, in the system's words such as `/dev/null` or `socket:[1]`; empty: not open. */
export function linkOf(descriptor: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}

function rowsOf(table: string): string[][] {
  try {
    const lines = readFileSync(`/proc/self/net/${table}`, 'utf8').split('\n').slice(1);
    return lines.map(line => line.trim().split(/\s+/));
  } catch {
    return [];
  }
}

function ofUnix(inode: string): SocketEntry | undefined {
  const row = rowsOf('unix').find(columns => columns[6] === inode);
  if (row === undefined) return undefined;
  const accepts = (Number.parseInt(row[3]!, 16) & ACCEPTS) !== 0;
  return { kind: 'unix', address: row.slice(7).join(' '), listening: accepts && row[4] === STREAM };
}

function ofTable(table: 'tcp' | 'tcp6' | 'udp' | 'udp6', inode: string): SocketEntry | undefined {
  const row = rowsOf(table).find(columns => columns[9] === inode);
  if (row === undefined) return undefined;
  const [address = '', port = ''] = row[1]!.split(':');
  return {
    kind: 'tcp',
    address: `${textOf(bytesOf(address))}:${Number.parseInt(port, 16)}`,
    listening: table.startsWith('tcp') && row[3] === TCP_LISTENS,
  };
}

/** The tables show addresses as words of 32 bits in the order of the machine. */
function bytesOf(hex: string): Buffer {
  const bytes = Buffer.from(hex, 'hex');
  return endianness() === 'LE' ? bytes.swap32() : bytes;
}

function textOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  // The URL parser knows the one short form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname;
}

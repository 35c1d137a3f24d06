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

/** What an open descriptor is; undefined: no stream socket, or one that this system does not tell about. */
export function describeSocket(descriptor: number): SocketEntry | undefined {
  const inode = /^socket:\[(\d+)\]$/.exec(linkOf(descriptor))?.[1];
  if (inode === undefined) return undefined;
  return ofUnix(inode) ?? ofTcp('tcp', inode) ?? ofTcp('tcp6', inode);
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
  const row = rowsOf('unix').find(([, , , , type, , at]) => type === STREAM && at === inode);
  if (row === undefined) return undefined;
  const flags = Number.parseInt(row[3]!, 16);
  return { kind: 'unix', address: row.slice(7).join(' '), listening: (flags & ACCEPTS) !== 0 };
}

function ofTcp(table: 'tcp' | 'tcp6', inode: string): SocketEntry | undefined {
  const row = rowsOf(table).find(columns => columns[9] === inode);
  if (row === undefined) return undefined;
  const [address = '', port = ''] = row[1]!.split(':');
  return {
    kind: 'tcp',
    address: `${textOf(bytesOf(address))}:${Number.parseInt(port, 16)}`,
    listening: row[3] === TCP_LISTENS,
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

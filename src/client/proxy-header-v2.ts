import { crc32c } from './crc32c.ts';
import { plainAddress } from './plain-address.ts';
import type { HeaderFault, ProxyHeader } from './proxy-header.ts';

/** What a header of version 2 begins with. */
export const SIGNATURE_V2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** The bytes up to the addresses, of which the last two say how many follow. */
export const HEADER_V2_START = 16;

/** As many may follow; the protocol allows more, and nobody has use for them. */
const MOST = 4096;

const LOCAL = 0;
const PROXY = 1;

/** A transport other than a stream makes no sense here: its addresses are not used. */
const STREAM = 1;
const UNSPECIFIED = 0;
const INET = 1;
const UNIX = 3;

/** The bytes of both addresses, and of both ports, by family; 2 is IPv6. */
const ADDRESS_BYTES = [0, 12, 36, 216];

const CRC32C = 0x03;

/** Its first byte is a set of bits, of which the lowest says that the client came by TLS; four more bytes have to follow. */
const SSL = 0x20;
const SSL_BYTES = 5;

const NOT_NAMED = { remoteAddress: '', remotePort: 0, localAddress: '', localPort: 0 };

/** The length of a header by its first bytes, or what is wrong with them. */
export function lengthV2(start: Buffer): number | HeaderFault {
  const command = start[12]!;
  if (command >>> 4 !== 2) return { detail: `it is of version ${command >>> 4}; 1 and 2 are understood` };
  if ((command & 15) > PROXY) return { detail: `it has the unknown command ${command & 15}` };
  const family = start[13]! >>> 4;
  const transport = start[13]! & 15;
  // The proxy's own connection is its own whatever else is said of it.
  if ((command & 15) === PROXY && (family > UNIX || transport > 2))
    return { detail: `it has the unknown family 0x${start[13]!.toString(16)}` };
  const length = start.readUInt16BE(14);
  if (length > MOST) return { detail: `it says that ${length} bytes follow; more than ${MOST} are refused` };
  return HEADER_V2_START + length;
}

/** What a complete header says, or what is wrong with it. */
export function readV2(header: Buffer): ProxyHeader | HeaderFault {
  if ((header[12]! & 15) === LOCAL) return { kind: 'local', ends: NOT_NAMED, secure: false };
  const family = header[13]! >>> 4;
  const rest = HEADER_V2_START + ADDRESS_BYTES[family]!;
  if (header.length < rest) return { detail: `it is too short for the addresses of its family, ${family}` };
  const secure = readExtensions(header, rest);
  if (typeof secure !== 'boolean') return secure;
  if (family === UNSPECIFIED || (header[13]! & 15) !== STREAM)
    return { kind: 'unknown', ends: NOT_NAMED, secure };
  if (family === UNIX) return { kind: 'unix', ends: NOT_NAMED, secure };
  return { kind: 'addresses', ends: family === INET ? endsV4(header) : endsV6(header), secure };
}

function endsV4(header: Buffer): ProxyHeader['ends'] {
  return {
    remoteAddress: header.subarray(16, 20).join('.'),
    localAddress: header.subarray(20, 24).join('.'),
    remotePort: header.readUInt16BE(24),
    localPort: header.readUInt16BE(26),
  };
}

function endsV6(header: Buffer): ProxyHeader['ends'] {
  return {
    remoteAddress: addressV6(header.subarray(16, 32)),
    localAddress: addressV6(header.subarray(32, 48)),
    remotePort: header.readUInt16BE(48),
    localPort: header.readUInt16BE(50),
  };
}

function addressV6(bytes: Buffer): string {
  return plainAddress(bytes.toString('hex').replace(/.{4}(?=.)/g, '$&:'));
}

/** Whether the extensions (TLV) behind the addresses say that the client came by TLS, or what is wrong with them. */
function readExtensions(header: Buffer, from: number): boolean | HeaderFault {
  let secure = false;
  for (let at = from; at < header.length; ) {
    const value = at + 3;
    const end = value > header.length ? value : value + header.readUInt16BE(at + 1);
    if (end > header.length) return { detail: 'it has an extension that is longer than the header' };
    if (header[at] === CRC32C && !isChecksum(header, value, end))
      return { detail: 'it has a wrong checksum' };
    if (header[at] === SSL) {
      if (end - value < SSL_BYTES) return { detail: 'its extension about TLS is too short' };
      secure = (header[value]! & 1) === 1;
    }
    at = end;
  }
  return secure;
}

/** Whether these bytes are the CRC32c of the header, in which they count as zeros. */
function isChecksum(header: Buffer, from: number, to: number): boolean {
  if (to - from !== 4) return false;
  const blank = Buffer.from(header).fill(0, from, to);
  return crc32c(blank) === header.readUInt32BE(from);
}

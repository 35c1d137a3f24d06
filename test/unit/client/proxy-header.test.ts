import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from '../../../src/client/crc32c.ts';
import { ProxyHeaderParser } from '../../../src/client/proxy-header.ts';
import { addressesV4, addressesV6, extension, headerV2, withChecksum } from '../../support/proxy-header.ts';

const BEHIND = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'latin1');

/** Reads like a socket that has everything, or no more than so many bytes at once. */
function read(bytes: Buffer | string, atOnce = Infinity) {
  const parser = new ProxyHeaderParser();
  const all = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
  let at = 0;
  while (parser.room.length > 0 && at < all.length) {
    const count = Math.min(parser.room.length, atOnce, all.length - at);
    all.copy(parser.room, 0, at, at + count);
    parser.filled(count);
    at += count;
  }
  return { header: parser.header, fault: parser.fault?.detail, used: at, wanted: parser.room.length };
}

function ends(bytes: Buffer | string) {
  const { header, fault } = read(bytes);
  assert.equal(fault, undefined);
  const { remoteAddress, remotePort, localAddress, localPort } = header!.ends;
  return [header!.kind, remoteAddress, remotePort, localAddress, localPort];
}

const V4 = addressesV4('192.0.2.7', '198.51.100.1', [40_000, 443]);
const V6 = addressesV6(`20010db8${'0'.repeat(23)}7`, `fd${'0'.repeat(29)}1`, [40_000, 443]);
const CRC = extension(3, Buffer.alloc(4));
const NONE = ['', 0, '', 0];

const GOOD: readonly [string, Buffer | string, readonly unknown[]][] = [
  [
    'TCP4',
    'PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n',
    ['addresses', '192.0.2.7', 40000, '198.51.100.1', 443],
  ],
  ['the shortest TCP4', 'PROXY TCP4 1.1.1.1 2.2.2.2 0 1\r\n', ['addresses', '1.1.1.1', 0, '2.2.2.2', 1]],
  [
    'TCP6',
    'PROXY TCP6 2001:DB8:0::7 fd00::1 40000 443\r\n',
    ['addresses', '2001:db8::7', 40000, 'fd00::1', 443],
  ],
  ['the shortest TCP6', 'PROXY TCP6 :: :: 1 2\r\n', ['addresses', '::', 1, '::', 2]],
  ['a mapped address', 'PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n', ['addresses', '192.0.2.7', 1, '::1', 2]],
  ['UNKNOWN', 'PROXY UNKNOWN\r\n', ['unknown', ...NONE]],
  ['UNKNOWN and more', `PROXY UNKNOWN ${'f'.repeat(91)}\r\n`, ['unknown', ...NONE]],
  [
    'v2 for IPv4',
    headerV2({ family: 'tcp4', addresses: V4 }),
    ['addresses', '192.0.2.7', 40000, '198.51.100.1', 443],
  ],
  [
    'v2 for IPv6',
    headerV2({ family: 'tcp6', addresses: V6 }),
    ['addresses', '2001:db8::7', 40000, 'fd00::1', 443],
  ],
  ['v2 for unix', headerV2({ family: 'unix', addresses: Buffer.alloc(216) }), ['unix', ...NONE]],
  ['v2 for datagrams', headerV2({ family: 'udp4', addresses: V4 }), ['unknown', ...NONE]],
  ['v2 without addresses', headerV2({}), ['unknown', ...NONE]],
  ['v2 LOCAL', headerV2({ command: 'local' }), ['local', ...NONE]],
  [
    'v2 LOCAL of a family that nobody knows',
    headerV2({ command: 'local', family: 0x77 }),
    ['local', ...NONE],
  ],
  [
    'v2 LOCAL with a block',
    headerV2({ command: 'local', family: 'tcp4', addresses: V4 }),
    ['local', ...NONE],
  ],
  [
    'v2 with extensions',
    headerV2({
      family: 'tcp4',
      addresses: V4,
      extensions: [extension(2, BEHIND), extension(4, Buffer.alloc(300))],
    }),
    ['addresses', '192.0.2.7', 40000, '198.51.100.1', 443],
  ],
  [
    'v2 with a checksum',
    withChecksum(headerV2({ family: 'tcp4', addresses: V4, extensions: [CRC] })),
    ['addresses', '192.0.2.7', 40000, '198.51.100.1', 443],
  ],
];

for (const [what, header, expected] of GOOD) {
  test(`a PROXY header, ${what}, says who the client is`, () => {
    assert.deepEqual(ends(header), expected);
  });

  test(`of a PROXY header, ${what}, the same is read however it is split, and no byte behind it`, () => {
    const whole = Buffer.concat([Buffer.from(header as string, 'latin1'), BEHIND]);
    const length = whole.length - BEHIND.length;
    for (const atOnce of [1, 2, 3, 5, 7, 11, Infinity]) {
      const { header: found, used } = read(whole, atOnce);
      assert.equal(used, length, `${atOnce} at once`);
      assert.equal(found?.kind, expected[0]);
    }
    for (let cut = 1; cut < length; cut++) {
      const { header: found, fault, wanted } = read(whole.subarray(0, cut));
      assert.deepEqual([found, fault], [null, undefined]);
      assert.ok(wanted > 0 && wanted <= length - cut, `after ${cut} bytes it wants ${wanted}`);
    }
  });
}

for (const [bits, secure] of [
  [0, false],
  [1, true],
  [7, true],
  [6, false],
] as const) {
  test(`a PROXY header with the bits ${bits} in its extension about TLS says ${secure ? 'https' : 'http'}`, () => {
    const about = extension(0x20, Buffer.concat([Buffer.from([bits, 0, 0, 0, 0]), extension(0x21, BEHIND)]));
    const { header } = read(
      headerV2({ family: 'tcp4', addresses: V4, extensions: [extension(4, BEHIND), about] }),
    );
    assert.equal(header?.secure, secure);
  });
}

const BAD: readonly [string, Buffer | string, RegExp][] = [
  ['a request', 'GET / HTTP/1.1\r\n\r\n', /^$/],
  ['a TLS hello', Buffer.from('16030100', 'hex'), /^$/],
  ['a request that looks alike', 'PROPFIND / HTTP/1.1\r\n', /^$/],
  ['another case', 'proxy TCP4 1.1.1.1 2.2.2.2 1 1\r\n', /^$/],
  ['a signature that is not whole', Buffer.from('0d0a0d0a000d0a515549550a', 'hex'), /^$/],
  ['an unknown protocol', 'PROXY TCP5 1.1.1.1 2.2.2.2 1 1\r\n', /no line of version 1/],
  ['a word of every object', 'PROXY constructor 1.1.1.1 2.2.2.2\r\n', /no line of version 1/],
  ['two blanks', 'PROXY TCP4  1.1.1.1 2.2.2.2 1 1\r\n', /no line of version 1/],
  ['a word too many', 'PROXY TCP4 1.1.1.1 2.2.2.2 1 1 1\r\n', /no line of version 1/],
  ['a word too few', 'PROXY TCP4 1.1.1.1 2.2.2.2 11111\r\n', /no line of version 1/],
  ['a name', 'PROXY TCP4 a.example 2.2.2.2 1 1\r\n', /no line of version 1/],
  ['half an address', 'PROXY TCP4 1.1.1 2.2.2.22 1 1\r\n', /no address of IPv4/],
  ['an octet too large', 'PROXY TCP4 1.1.1.256 2.2.2.2 1 1\r\n', /no address of IPv4/],
  ['an address of the other family', 'PROXY TCP6 1.1.1.1 2.2.2.2 1 1\r\n', /no address of IPv6/],
  ['IPv6 as IPv4', 'PROXY TCP4 fd00::1 fd00::2 1 1\r\n', /no address of IPv4/],
  ['a zone', 'PROXY TCP6 fe80::1%lo fd00::2 1 1\r\n', /no line of version 1/],
  ['a port too large', 'PROXY TCP4 1.1.1.1 2.2.2.2 65536 1\r\n', /no port/],
  ['a port with a zero in front', 'PROXY TCP4 1.1.1.1 2.2.2.2 01 1\r\n', /no port/],
  ['a line feed alone', 'PROXY TCP4 1.1.1.1 2.2.2.2 1 1\nGET / HTTP/1.1', /byte that has no place/],
  ['a carriage return alone', 'PROXY UNKNOWN \rxxx', /byte that has no place/],
  ['NUL', 'PROXY TCP4 1.1.1.1\0 2.2.2.2 1 1\r\n', /byte that has no place/],
  ['a line without an end', `PROXY UNKNOWN ${'f'.repeat(300)}`, /no end within 107 bytes/],
  ['addresses without an end', `PROXY TCP6 ${'1'.repeat(300)}`, /no end within 107 bytes/],
  ['another version', patched(12, 0x31), /version 3/],
  ['an unknown command', patched(12, 0x22), /unknown command 2/],
  ['an unknown family', patched(13, 0x41), /unknown family 0x41/],
  ['an unknown transport', patched(13, 0x13), /unknown family 0x13/],
  ['too many bytes to follow', headerV2({ length: 4097 }), /4097 bytes follow/],
  ['too few bytes for its family', headerV2({ family: 'tcp6', addresses: V4 }), /too short/],
  [
    'an extension longer than the header',
    headerV2({ family: 'tcp4', addresses: V4, extensions: [Buffer.from([4, 0, 9, 0])] }),
    /extension that is longer/,
  ],
  [
    'half an extension',
    headerV2({ family: 'tcp4', addresses: V4, extensions: [Buffer.from([4, 0])] }),
    /extension that is longer/,
  ],
  [
    'half of what belongs to TLS',
    headerV2({ family: 'tcp4', addresses: V4, extensions: [extension(0x20, Buffer.from([1, 0, 0, 0]))] }),
    /about TLS is too short/,
  ],
  [
    'a wrong checksum',
    withChecksum(headerV2({ family: 'tcp4', addresses: V4, extensions: [CRC] }), 1),
    /wrong checksum/,
  ],
  [
    'a checksum of another length',
    headerV2({ family: 'tcp4', addresses: V4, extensions: [extension(3, Buffer.alloc(2))] }),
    /wrong checksum/,
  ],
];

for (const [what, header, words] of BAD) {
  test(`${what} where a PROXY header belongs is a fault with words`, () => {
    for (const atOnce of [1, Infinity]) {
      const { header: found, fault, wanted } = read(header, atOnce);
      assert.equal(found, null);
      assert.match(fault!, words);
      assert.equal(wanted, 0);
    }
  });
}

test('the checksum is CRC32c', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe306_9283);
});

/** A header of version 2 with another byte in one place. */
function patched(at: number, byte: number): Buffer {
  const header = headerV2({ family: 'tcp4', addresses: V4 });
  header[at] = byte;
  return header;
}

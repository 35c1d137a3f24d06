import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { believe } from '../../src/client/belief.ts';
import { Doubts } from '../../src/client/doubts.ts';
import { parseForwarded } from '../../src/client/forwarded.ts';
import { Hearsay } from '../../src/client/hearsay.ts';
import { introduce } from '../../src/client/introduction.ts';
import { ProxyHeaderParser } from '../../src/client/proxy-header.ts';
import { Networks } from '../../src/config/cidr.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { addressesV4, addressesV6, extension, headerV2, withChecksum } from '../support/proxy-header.ts';
import { mutant } from './mutate.ts';
import { Prng } from './prng.ts';

const CASES = 4000;
const LONGEST = 16 + 4096;

const V4 = addressesV4('192.0.2.7', '198.51.100.1', [40_000, 443]);
const V6 = addressesV6('20010db8'.padEnd(32, '0'), 'fd'.padEnd(32, '1'), [1, 2]);

const HEADERS = [
  'PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n',
  'PROXY TCP6 2001:db8::7 fd00::1 40000 443\r\n',
  'PROXY UNKNOWN\r\n',
  'PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n',
  ...[
    headerV2({ family: 'tcp4', addresses: V4 }),
    headerV2({ family: 'tcp6', addresses: V6, extensions: [extension(2, Buffer.from('a.example'))] }),
    headerV2({ family: 'unix', addresses: Buffer.alloc(216, 47) }),
    headerV2({ command: 'local' }),
    withChecksum(headerV2({ family: 'tcp4', addresses: V4, extensions: [extension(3, Buffer.alloc(4))] })),
  ].map(bytes => bytes.toString('latin1')),
];

/** What is read of bytes that come in pieces of a length that is drawn anew for each; 0: all that is asked for. */
function read(bytes: Buffer, pieces: () => number) {
  const parser = new ProxyHeaderParser();
  let used = 0;
  while (parser.room.length > 0 && used < bytes.length) {
    const count = Math.min(pieces() || Infinity, parser.room.length, bytes.length - used);
    bytes.copy(parser.room, 0, used, used + count);
    parser.filled(count);
    used += count;
  }
  return { header: parser.header, fault: parser.fault !== null, used: parser.fault === null ? used : 0 };
}

test('mutated PROXY headers are read in one way, however they are split, and never beyond their end', () => {
  let accepted = 0;
  for (let seed = 1; seed <= CASES; seed++) {
    const random = new Prng(seed);
    const bytes = Buffer.concat([mutant(random, HEADERS), Buffer.from('GET / HTTP/1.1\r\n\r\n')]);
    const whole = read(bytes, () => 0);
    const text = `seed ${seed}: ${JSON.stringify(bytes.toString('latin1'))}`;
    assert.deepEqual(
      read(bytes, () => 1),
      whole,
      text,
    );
    assert.deepEqual(
      read(bytes, () => 1 + random.below(20)),
      whole,
      text,
    );
    assert.ok(whole.used <= LONGEST, text);
    if (whole.header === null) continue;
    accepted++;
    // What stands before its end is what it was read from: without the last byte it is none yet.
    assert.equal(read(bytes.subarray(0, whole.used - 1), () => 0).header, null, text);
    const { remoteAddress, localAddress } = whole.header.ends;
    if (whole.header.kind === 'addresses') assert.ok(isIP(remoteAddress) && isIP(localAddress), text);
  }
  assert.ok(accepted > CASES / 10, `only ${accepted} of ${CASES} headers were accepted`);
});

const FORWARDED = [
  'for=192.0.2.60;proto=http;by=203.0.113.43',
  'for=192.0.2.43, for="[2001:db8:cafe::17]:4711";host="a.example:80"',
  'For="_gazonk";secret="a\\"b, c;d=\\\\"',
  'for=unknown, for=10.0.0.1;proto=https;host=b',
];
const LISTS = ['192.0.2.1', '192.0.2.1:80, [::1]:9, 10.0.0.1', '2001:db8::1, unknown', '::ffff:10.0.0.1,,'];
const TRUSTED = new Networks(['10.0.0.0/8']);
const PEER = {
  address: '10.0.0.1',
  trusted: true,
  scheme: 'http' as const,
  tls: null,
  remoteAddress: '10.0.0.1',
  remotePort: 1,
  localAddress: '10.0.0.2',
  localPort: 2,
};
const VALUE = /^[\t -~\x80-\xff]*$/;

/** A mutant as it may stand in a field: heads with other bytes are refused before. */
function value(random: Prng, corpus: readonly string[]): string {
  return mutant(random, corpus)
    .toString('latin1')
    .replace(/[^\t -~\x80-\xff]/g, '')
    .slice(0, 2000);
}

test('whatever proxies say, the client is an address or unknown, and what is passed on can be read again', () => {
  const doubts = new Doubts(new MemoryLog());
  let read = 0;
  for (let seed = 1; seed <= CASES; seed++) {
    const random = new Prng(seed);
    const heard = Object.assign(new Hearsay(), {
      forwarded: random.below(3) === 0 ? '' : value(random, FORWARDED),
      forwardedFor: random.below(3) === 0 ? '' : value(random, LISTS),
      proto: random.pick(['', 'https', 'http', 'https, http', 'x']),
      host: random.pick(['', 'a.example', '"', 'b:81']),
    });
    const text = `seed ${seed}: ${JSON.stringify(heard)}`;
    const account = believe(heard, PEER.address, TRUSTED, doubts);
    assert.ok(isIP(account.client) || account.client === 'unknown', `${account.client}, ${text}`);
    const lines = introduce(account, PEER, 'h', 'both', '').split('\r\n').slice(0, -1);
    for (const line of lines) assert.match(line, VALUE, text);
    const forwarded = lines.find(line => line.startsWith('Forwarded: '))!.slice('Forwarded: '.length);
    const elements = parseForwarded(forwarded);
    assert.deepEqual(elements?.at(-1)?.node, PEER.address, `${forwarded}, ${text}`);
    if (heard.forwarded !== '' && parseForwarded(heard.forwarded) !== undefined) read++;
    // The next one on the way, who trusts this one as well, comes to the same client.
    const next = Object.assign(new Hearsay(), { forwarded });
    assert.equal(believe(next, PEER.address, TRUSTED, doubts).client, account.client, text);
  }
  assert.ok(read > CASES / 10, `only ${read} of ${CASES} Forwarded fields could be read`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { believe } from '../../../src/client/belief.ts';
import { Doubts } from '../../../src/client/doubts.ts';
import { Hearsay } from '../../../src/client/hearsay.ts';
import { Networks } from '../../../src/config/cidr.ts';
import { MemoryLog } from '../../support/memory-log.ts';

const TRUSTED = new Networks(['10.0.0.0/8', 'fd00::/8']);
const PEER = '10.0.0.1';

type Heard = Partial<Pick<Hearsay, 'forwardedFor' | 'proto' | 'host' | 'port' | 'forwarded'>>;

function belief(heard: Heard) {
  const log = new MemoryLog();
  const account = believe(Object.assign(new Hearsay(), heard), PEER, TRUSTED, new Doubts(log));
  return { ...account, words: log.messages.map(({ message }) => message) };
}

for (const [forwardedFor, client] of [
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1, 10.0.0.2', '192.0.2.1'],
  ['198.51.100.9, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
  ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['192.0.2.1,, 10.0.0.2', '192.0.2.1'],
  ['', PEER],
  [' , ', PEER],
  ['192.0.2.1:5678', '192.0.2.1'],
  ['192.0.2.1, 10.0.0.2:80', '192.0.2.1'],
  ['2001:DB8::0:1', '2001:db8::1'],
  ['[2001:db8::1]:80, [fd00::1]:81', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['192.0.2.1, ::ffff:10.0.0.2', '192.0.2.1'],
  // What is no address ends the way: nothing left of it is believed, and nobody becomes the proxy.
  ['192.0.2.1, unknown', 'unknown'],
  ['192.0.2.1, _hidden, 10.0.0.2', 'unknown'],
  ['192.0.2.1, 10.0.0.2, evil', 'unknown'],
  ['192.0.2.1 10.0.0.2', 'unknown'],
  ['192.0.2.1, 10.0.0.256', 'unknown'],
  ['192.0.2.1, 010.0.0.2', 'unknown'],
  ['192.0.2.1, fe80::1%eth0', 'unknown'],
  ['"192.0.2.1"', 'unknown'],
] as const) {
  test(`the client behind X-Forwarded-For: ${forwardedFor} is ${client} (10)`, () => {
    assert.equal(belief({ forwardedFor }).client, client);
  });
}

for (const [forwarded, client] of [
  ['for=192.0.2.1', '192.0.2.1'],
  ['for=198.51.100.9, for=192.0.2.1, for=10.0.0.2', '192.0.2.1'],
  ['for="[2001:db8::1]:80", for="[fd00::1]"', '2001:db8::1'],
  ['for=10.0.0.3, for=10.0.0.2', '10.0.0.3'],
  ['for=192.0.2.1, for=unknown', 'unknown'],
  ['for=192.0.2.1, for=_proxy, for=10.0.0.2', 'unknown'],
  ['for=192.0.2.1, proto=http', PEER],
  ['for=192.0.2.1, for="10.0.0.2', 'unknown'],
  ['for=6.6.6.6\nfor=192.0.2.1\nfor=10.0.0.2', '192.0.2.1'],
  // A field that a client has broken takes nothing from what the proxy says in its own.
  ['for="6.6.6.6\nfor=192.0.2.1', '192.0.2.1'],
  ['for="6.6.6.6\nfor="[2001:db8::1]"', '2001:db8::1'],
  ['for="\nfor=10.0.0.2', 'unknown'],
  ['for=192.0.2.1\n"', 'unknown'],
  ['for=192.0.2.1\n', '192.0.2.1'],
  ['', PEER],
] as const) {
  test(`the client behind Forwarded: ${forwarded.replaceAll('\n', ' | ')} is ${client} (10)`, () => {
    assert.equal(belief({ forwarded }).client, client);
  });
}

const UNREADABLE = /cannot be read/;
const CONTRADICTION = /contradict each other/;

for (const [what, heard, client, proto, words] of [
  ['the same in both', { forwardedFor: '192.0.2.1', forwarded: 'for=192.0.2.1' }, '192.0.2.1', '', []],
  [
    'a client that is a trusted proxy in one of them',
    { forwardedFor: '192.0.2.1', forwarded: 'for=10.0.0.9' },
    '192.0.2.1',
    '',
    [CONTRADICTION],
  ],
  [
    'the same the other way round',
    { forwardedFor: '10.0.0.9', forwarded: 'for=192.0.2.1' },
    '192.0.2.1',
    '',
    [CONTRADICTION],
  ],
  [
    'a client that is hidden in one of them',
    { forwardedFor: '192.0.2.1', forwarded: 'for=_hidden' },
    '192.0.2.1',
    '',
    [CONTRADICTION],
  ],
  [
    'a client that is farther in one of them',
    { forwardedFor: '192.0.2.1, 10.0.0.2', forwarded: 'for=198.51.100.1' },
    '198.51.100.1',
    '',
    [CONTRADICTION],
  ],
  [
    'two clients at the same distance',
    { forwardedFor: '192.0.2.1', forwarded: 'for=198.51.100.1' },
    '192.0.2.1',
    '',
    [CONTRADICTION],
  ],
  [
    'https in one and http in the other',
    { forwardedFor: '192.0.2.1', proto: 'https', forwarded: 'for=192.0.2.1;proto=http' },
    '192.0.2.1',
    'http',
    [CONTRADICTION],
  ],
  [
    'the same the other way round',
    { forwardedFor: '192.0.2.1', proto: 'http', forwarded: 'for=192.0.2.1;proto=https' },
    '192.0.2.1',
    'http',
    [CONTRADICTION],
  ],
  [
    'the address in one and the scheme in the other',
    { forwardedFor: '192.0.2.1', forwarded: 'proto=https' },
    '192.0.2.1',
    '',
    [],
  ],
  [
    'the address in both and the scheme in the one that is not believed',
    { forwardedFor: '192.0.2.1', forwarded: 'for=192.0.2.1;proto=https' },
    '192.0.2.1',
    '',
    [],
  ],
  [
    'another client and https',
    { forwardedFor: '192.0.2.1', forwarded: 'for=192.0.2.5;proto=https' },
    '192.0.2.1',
    'http',
    [CONTRADICTION],
  ],
  [
    'nobody and https',
    { forwardedFor: '192.0.2.1', forwarded: 'for=unknown;proto=https' },
    '192.0.2.1',
    'http',
    [CONTRADICTION],
  ],
  [
    'two clients that came by https',
    { forwardedFor: '192.0.2.1', proto: 'https', forwarded: 'for=192.0.2.5;proto=https' },
    '192.0.2.1',
    'https',
    [CONTRADICTION],
  ],
  ['the scheme alone', { forwarded: 'proto=https' }, PEER, 'https', []],
  ['the scheme alone in both', { proto: 'http', forwarded: 'proto=https' }, PEER, 'http', [CONTRADICTION]],
  [
    'a Forwarded that cannot be read',
    { forwardedFor: '192.0.2.1', proto: 'http', forwarded: 'for=198.51.100.1;proto="https' },
    '192.0.2.1',
    'http',
    [UNREADABLE],
  ],
] as const) {
  test(`of ${what} the safer is believed (10)`, () => {
    const found = belief(heard);
    assert.deepEqual([found.client, found.proto], [client, proto]);
    assert.equal(found.words.length, words.length, found.words.join('; '));
    for (const [i, word] of words.entries()) assert.match(found.words[i]!, word);
  });
}

const BOTH = { forwardedFor: '192.0.2.1', host: 'a.example', port: '8443' };

for (const [what, heard, host, port] of [
  ['another client', { ...BOTH, forwarded: 'for=192.0.2.5;host=evil.example' }, '', 0],
  ['another client, without a host', { ...BOTH, forwarded: 'for=192.0.2.5' }, '', 0],
  ['another client of the same host', { ...BOTH, forwarded: 'for=192.0.2.5;host=A.example' }, 'a.example', 0],
  ['another host', { ...BOTH, forwarded: 'for=192.0.2.1;host=evil.example' }, '', 0],
  ['nothing else', { ...BOTH, forwarded: 'for=192.0.2.1' }, 'a.example', 8443],
  ['a host alone', { forwardedFor: '192.0.2.1', forwarded: 'host=evil.example' }, '', 0],
  [
    'a host where none is known',
    { forwardedFor: '192.0.2.1', forwarded: 'for=192.0.2.1;host=e.example' },
    '',
    0,
  ],
] as const) {
  test(`where Forwarded says ${what}, a client cannot choose the host of redirects (10)`, () => {
    const found = belief(heard);
    assert.deepEqual([found.host, found.port], [host, port]);
  });
}

for (const [what, heard, said] of [
  ['of one for all', { forwardedFor: '192.0.2.1, 10.0.0.2', proto: 'https' }, ['https', '', 0]],
  ['of each', { forwardedFor: '192.0.2.1, 10.0.0.2', proto: 'https, http' }, ['https', '', 0]],
  ['of each, the client’s', { forwardedFor: '6.6.6.6, 192.0.2.1', proto: 'https, http' }, ['http', '', 0]],
  [
    'of more than there are, the nearest',
    { forwardedFor: '192.0.2.1', proto: 'https, http' },
    ['http', '', 0],
  ],
  [
    'without an address',
    { proto: 'HTTPS', host: 'shop.example', port: '8443' },
    ['https', 'shop.example', 8443],
  ],
  ['of a WebSocket', { proto: 'wss' }, ['https', '', 0]],
  ['that is no scheme', { proto: 'gopher' }, ['', '', 0]],
  ['that is no host', { host: 'a b' }, ['', '', 0]],
  ['that is a host with a trap', { host: 'a/../b' }, ['', '', 0]],
  ['that is no port', { port: '0' }, ['', '', 0]],
  ['that is a port too large', { port: '65536' }, ['', '', 0]],
  ['that is an address as a port', { port: '80:80' }, ['', '', 0]],
  [
    'of the element that names the client',
    {
      forwarded:
        'for=6.6.6.6;proto=https;host=evil, for=192.0.2.1;proto=http;host=a, for=10.0.0.2;proto=https;host=b',
    },
    ['http', 'a', 0],
  ],
] as const) {
  test(`scheme, host and port are what was said ${what}`, () => {
    const { proto, host, port } = belief(heard);
    assert.deepEqual([proto, host, port], said);
  });
}

test('doubts of one kind are told once, and counted while nobody is told', () => {
  const log = new MemoryLog();
  const doubts = new Doubts(log);
  const heard = Object.assign(new Hearsay(), { forwarded: 'for="\n' });
  for (let i = 0; i < 100; i++) believe(heard, PEER, TRUSTED, doubts);
  assert.equal(log.messages.length, 1);
  assert.deepEqual(log.messages[0]!.facts, { peer: PEER, forwarded: 'for="?' });
});

test('of very many hops only the nearest are looked at, and a client cannot hide behind the length of a list (10)', () => {
  const many = (member: string, count: number) => `${member},`.repeat(count);
  assert.equal(belief({ forwardedFor: `${many('6.6.6.6', 15_000)}192.0.2.1` }).client, '192.0.2.1');
  assert.equal(belief({ forwardedFor: `192.0.2.1,${many('10.0.0.2', 62)}10.0.0.2` }).client, '192.0.2.1');
  assert.equal(belief({ forwardedFor: `192.0.2.1,${many('10.0.0.2', 63)}10.0.0.2` }).client, 'unknown');
  assert.equal(belief({ forwarded: `${many('for=6.6.6.6', 200)}for=192.0.2.1` }).client, '192.0.2.1');
  assert.equal(belief({ forwarded: `${many('for=6.6.6.6', 5_000)}for=192.0.2.1` }).client, 'unknown');
  const fields = `${many('for=6.6.6.6', 200)}\n`.repeat(100);
  assert.equal(belief({ forwarded: `${fields}for=192.0.2.1` }).client, '192.0.2.1');
  assert.equal(belief({ forwarded: `${fields}for=10.0.0.2` }).client, '6.6.6.6');
});

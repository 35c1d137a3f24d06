import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allot, type PassedSocket } from '../../../src/client/passed-socket.ts';
import type { ListenConfig } from '../../../src/config/config.ts';
import { parseListenAddress } from '../../../src/config/listen-address.ts';

function settings(...texts: string[]): ListenConfig[] {
  return texts.map(parseListenAddress);
}

let descriptor = 3;

function socket(address: string, rest: Partial<PassedSocket> = {}): PassedSocket {
  const kind = address.startsWith('/') ? 'unix' : 'tcp';
  return { descriptor: descriptor++, kind, address, name: '', managed: true, text: '', ...rest };
}

/** What each setting was given, by address; `-` where it is to be bound. */
function given(listen: ListenConfig[], passed: PassedSocket[]): string[] {
  return allot(listen, passed).places.map(place => `${place.text} ${place.socket?.address ?? '-'}`);
}

test('an address that a passed socket has is that socket', () => {
  const passed = [socket('/run/a'), socket('127.0.0.1:80'), socket('[::1]:81')];
  assert.deepEqual(given(settings('[::1]:81', 'unix:/run/a', '127.0.0.1:80', ':82'), passed), [
    '[::1]:81 [::1]:81',
    'unix:/run/a /run/a',
    '127.0.0.1:80 127.0.0.1:80',
    ':82 -',
  ]);
});

test('all interfaces are meant by a port alone, with IPv6 or without', () => {
  assert.deepEqual(given(settings(':80'), [socket('[::]:80')]), [':80 [::]:80']);
  assert.deepEqual(given(settings('*:80'), [socket('0.0.0.0:80')]), [':80 0.0.0.0:80']);
  assert.deepEqual(given(settings(':80'), [socket('127.0.0.1:80')]), [':80 -']);
});

test('a name stands for all sockets of that name, no name for those that are left', () => {
  const passed = [
    socket('[::]:80', { name: 'web' }),
    socket('[::]:81', { name: 'web' }),
    socket('[::]:82', { name: 'other' }),
    socket('[::]:83'),
    socket('[::]:84'),
  ];
  assert.deepEqual(given(settings('systemd', 'systemd:web', ':84'), passed), [
    'systemd [::]:82',
    'systemd [::]:83',
    'systemd:web [::]:80',
    'systemd:web [::]:81',
    ':84 [::]:84',
  ]);
});

test('a setting goes on with the socket that it had, whatever its address came to be', () => {
  const passed = [
    socket('127.0.0.1:40001', { managed: false, text: '127.0.0.1:0' }),
    socket('127.0.0.1:40002', { managed: false, text: '127.0.0.1:0' }),
    socket('/run/provisional', { managed: false, text: 'unix:/run/a' }),
  ];
  assert.deepEqual(given(settings('127.0.0.1:0', 'unix:/run/a', '127.0.0.1:0', '127.0.0.1:0'), passed), [
    '127.0.0.1:0 127.0.0.1:40001',
    'unix:/run/a /run/provisional',
    '127.0.0.1:0 127.0.0.1:40002',
    '127.0.0.1:0 -',
  ]);
});

test('what a gateway before has bound is not among those of the service manager', () => {
  const before = socket('[::]:80', { managed: false, text: ':80' });
  const { mistakes, unused } = allot(settings('systemd'), [before]);
  assert.equal(mistakes.length, 1);
  assert.deepEqual(unused, [before]);
});

test('a socket that was not passed is named with what was', () => {
  assert.deepEqual(allot(settings('systemd:web'), []).mistakes, [
    '--listen systemd:web: no socket was passed (LISTEN_FDS is not set); start it by a socket unit, or give an address',
  ]);
  assert.deepEqual(allot(settings('systemd:web'), [socket('[::]:80', { name: 'http' })]).mistakes, [
    '--listen systemd:web: no socket of that name was passed, but http; FileDescriptorName= in the socket unit names it',
  ]);
  assert.deepEqual(allot(settings(':80', 'systemd'), [socket('[::]:80')]).mistakes, [
    '--listen systemd: other settings have all the sockets that were passed; leave it out',
  ]);
});

test('what is spoken on a socket goes with the setting that gets it', () => {
  const tls = {
    certificates: [{ cert: '/a.crt', key: '/a.key' }],
    clientCa: '',
    clientAuth: 'required',
    minVersion: '1.2',
  } as const;
  const [web] = settings('systemd:web');
  const passed = [socket('[::]:443', { name: 'web' }), socket('/run/web', { name: 'web' })];
  const { places } = allot([{ ...web!, tls, proxyProtocol: ['unix'] }], passed);
  assert.deepEqual(
    places.map(({ place }) => [place.kind, place.tls, place.proxyProtocol]),
    [
      ['tcp', tls, ['unix']],
      ['unix', tls, ['unix']],
    ],
  );
});

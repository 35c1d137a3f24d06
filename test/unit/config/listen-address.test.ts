import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListenAddress } from '../../../src/config/listen-address.ts';
import { mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const WHAT = 'expected an address such as :8080, 127.0.0.1:8080, [::1]:8080 or unix:/run/web.sock';

test('a port alone, after a colon, means all interfaces', () => {
  for (const text of [':8080', '*:8080']) {
    assert.deepEqual(parseListenAddress(text), { kind: 'tcp', host: undefined, port: 8080, text });
  }
});

test('an address or a name stands before the port, IPv6 in brackets', () => {
  const read = ['127.0.0.1:0', '[::1]:8080', 'localhost:65535'].map(text => {
    const listen = parseListenAddress(text);
    return listen.kind === 'tcp' ? [listen.host, listen.port] : listen;
  });
  assert.deepEqual(read, [
    ['127.0.0.1', 0],
    ['::1', 8080],
    ['localhost', 65535],
  ]);
});

test('a unix socket has a path, or a name that is abstract', () => {
  const text = 'unix:/run/sluice.sock';
  assert.deepEqual(parseListenAddress(text), { kind: 'unix', path: '/run/sluice.sock', text });
  assert.deepEqual(parseListenAddress('unix:@sluice'), {
    kind: 'unix',
    path: '@sluice',
    text: 'unix:@sluice',
  });
});

test('a path longer than the kernel takes is refused with its length', () => {
  const longest = `unix:/${'x'.repeat(106)}`;
  assert.equal(parseListenAddress(longest).kind, 'unix');
  refuses(
    parseListenAddress,
    `${longest}x`,
    'the path of a socket has at most 107 bytes, this one has 108: use a shorter one',
  );
  refusesAll(parseListenAddress, [`unix:/${'é'.repeat(54)}`, 'unix:', 'unix:@', 'unix:/a\0b']);
});

test('sockets that the service manager has bound are all of them, or those of a name', () => {
  assert.deepEqual(parseListenAddress('systemd'), { kind: 'passed', name: '', text: 'systemd' });
  assert.deepEqual(parseListenAddress('systemd:web.socket'), {
    kind: 'passed',
    name: 'web.socket',
    text: 'systemd:web.socket',
  });
  refuses(
    parseListenAddress,
    'systemd:',
    'expected systemd, or systemd: and the name of a socket (FileDescriptorName=); got "systemd:"',
  );
  refusesAll(parseListenAddress, ['systemd:a:b', 'systemd:\n', `systemd:${'x'.repeat(256)}`]);
  assert.deepEqual(mistakes({ backend: ['http://a:1'], listen: ['systemd:a', 'systemd', 'systemd:a'] }), [
    '--listen "systemd:a": systemd stands for all sockets that are passed: leave systemd:a out, or name each of them',
    '--listen "systemd:a": the address systemd:a is listed twice',
  ]);
});

test('what is nearly an address is answered with what to write', () => {
  refuses(parseListenAddress, '8080', `${WHAT}; got "8080": write :8080`);
  refuses(parseListenAddress, 8080, `${WHAT}; got 8080: write :8080`);
  refuses(parseListenAddress, 'http://:8080', `${WHAT}; got "http://:8080": leave http:// out`);
  refuses(parseListenAddress, '127.0.0.1', `${WHAT}; got "127.0.0.1": the port is missing`);
  refuses(parseListenAddress, '::1', 'an IPv6 address needs brackets: write [::1]');
  refuses(
    parseListenAddress,
    'https://:8443',
    `${WHAT}; got "https://:8443": leave https:// out, and add ,tls,cert=FILE,key=FILE`,
  );
  refuses(parseListenAddress, ':80800', 'expected a port from 0 to 65535; got "80800"');
});

test('what is no address is refused', () => {
  refusesAll(parseListenAddress, [
    '',
    null,
    ':',
    ':x',
    'a b:80',
    '256.0.0.1:80',
    '[::1]',
    '[x]:80',
    'ä:80',
    '[::1]80',
  ]);
});

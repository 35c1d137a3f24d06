import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAdmin } from '../../../src/config/admin-address.ts';
import { defaultAdmin } from '../../../src/config/default-admin.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const BACKEND = { backend: ['http://a:1'] };

function withToken(folder: string): { 'admin-token-file': string } {
  const file = join(folder, 'token');
  writeFileSync(file, 'a-secret-of-some-length\n');
  return { 'admin-token-file': file };
}

test('commands are taken on a unix socket of the user unless it is said otherwise', t => {
  const folder = temporaryFolder(t);
  const listen = defaultAdmin({ XDG_RUNTIME_DIR: `${folder}/` });
  assert.deepEqual(listen, {
    kind: 'unix',
    path: `${folder}/sluice.sock`,
    text: `unix:${folder}/sluice.sock`,
  });
  assert.deepEqual(load(BACKEND).admin, { listen: defaultAdmin(), given: false, tokenFile: '', hosts: [] });
  assert.deepEqual(load({ ...BACKEND, admin: 'off' }).admin, {
    listen: undefined,
    given: true,
    tokenFile: '',
    hosts: [],
  });
});

test('a directory that is not there, or too long, is no place for the usual socket', t => {
  const elsewhere = defaultAdmin({});
  assert.deepEqual(defaultAdmin({ XDG_RUNTIME_DIR: `${temporaryFolder(t)}/absent` }), elsewhere);
  assert.deepEqual(defaultAdmin({ XDG_RUNTIME_DIR: 'relative' }), elsewhere);
  const deep = `${temporaryFolder(t)}${'/.'.repeat(60)}`;
  assert.equal(defaultAdmin({ XDG_RUNTIME_DIR: deep }), undefined);
});

test('an address by TCP needs a token, and a unix socket has no use for one', t => {
  const token = withToken(temporaryFolder(t));
  const { admin } = load({ ...BACKEND, ...token, admin: '127.0.0.1:9901,host=Console.test,host=b.test' });
  assert.deepEqual(admin, {
    listen: { kind: 'tcp', host: '127.0.0.1', port: 9901, text: '127.0.0.1:9901' },
    given: true,
    tokenFile: token['admin-token-file'],
    hosts: ['console.test', 'b.test'],
  });
  assert.deepEqual(mistakes({ ...BACKEND, admin: '127.0.0.1:9901' }), [
    '--admin: 127.0.0.1:9901 is open to every program on the machine: add --admin-token-file FILE',
  ]);
  assert.deepEqual(mistakes({ ...BACKEND, ...token, admin: 'unix:/tmp/x' }), [
    '--admin-token-file: only commands by TCP show a token: add --admin 127.0.0.1:PORT, or leave it out',
  ]);
});

test('the file with the token is there and holds one', t => {
  const file = join(temporaryFolder(t), 'token');
  const flags = { ...BACKEND, admin: '127.0.0.1:9901', 'admin-token-file': file };
  const remedy = `make one with: (umask 077; openssl rand -hex 32 > ${file})`;
  assert.deepEqual(mistakes(flags), [
    `--admin-token-file: cannot read "${file}": no such file or directory; ${remedy}`,
  ]);
  writeFileSync(file, '');
  assert.deepEqual(mistakes(flags), [`--admin-token-file: "${file}" is empty; ${remedy}`]);
  writeFileSync(file, 'a secret with blanks');
  assert.deepEqual(mistakes(flags), [
    `--admin-token-file: expected one line of 16 to 1024 characters without blanks in "${file}"; ${remedy}`,
  ]);
  writeFileSync(file, 'x'.repeat(5000));
  assert.deepEqual(mistakes(flags), [`--admin-token-file: "${file}" is too long for a token; ${remedy}`]);
});

test('only what says so can be reached from other machines', () => {
  for (const address of ['127.0.0.1:1', '127.3.2.1:1', '[::1]:1', '[0:0:0:0:0:0:0:1]:1', 'localhost:1']) {
    assert.equal(parseAdmin(address).listen?.text, address);
  }
  for (const address of [':9901', '*:9901', '0.0.0.0:9901', '[::]:9901', '10.0.0.1:9901', 'app:9901']) {
    refuses(
      parseAdmin,
      address,
      `${address} can be reached from other machines, and who commands the gateway commands the traffic: take 127.0.0.1, or write ${address},remote if that is meant`,
    );
    assert.equal(parseAdmin(`${address},remote`).listen?.text, address);
  }
});

test('a mistake in an address for commands says what to write', () => {
  refuses(
    parseAdmin,
    '127.0.0.1:1,remot',
    'unknown option of an admin address "remot"; the nearest known one is "remote"',
  );
  refuses(parseAdmin, 'unix:/tmp/x,remote', 'remote is for an address by TCP: leave ,remote out');
  refuses(
    parseAdmin,
    'unix:@sluice',
    'everybody on the machine can use an abstract socket: take one with a path; got "unix:@sluice"',
  );
  refuses(
    parseAdmin,
    'systemd:admin',
    'expected an address such as unix:/run/sluice.sock or 127.0.0.1:9901, or off; got "systemd:admin"',
  );
  refusesAll(parseAdmin, ['', null, true, '9901', '127.0.0.1', '127.0.0.1:1,host=', 'unix:', 'on']);
});

test('commands have an address of their own', t => {
  const token = withToken(temporaryFolder(t));
  assert.deepEqual(mistakes({ ...BACKEND, ...token, listen: ['127.0.0.1:81'], admin: '127.0.0.1:81' }), [
    '--admin: requests are taken at 127.0.0.1:81, see listen: commands need an address of their own',
  ]);
  const usual = defaultAdmin();
  if (usual !== undefined) assert.equal(load({ ...BACKEND, listen: [usual.text] }).admin.listen, undefined);
  const free = '127.0.0.1:0';
  assert.equal(load({ ...BACKEND, ...token, listen: [free], admin: free }).admin.listen?.text, free);
});

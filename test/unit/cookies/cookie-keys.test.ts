import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkKeyFile } from '../../../src/config/cookie-key-file.ts';
import { CookieKeys } from '../../../src/cookies/cookie-keys.ts';
import { keyIn, usualKeyFile } from '../../../src/cookies/key-file.ts';
import { makeConfig, type Setting } from '../../support/config.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { runNode } from '../../support/program.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

const STICKY: Setting = { backends: ['http://127.0.0.1:1'], sticky: { cookie: 'own' } };

function keysBelow(folder: string): { keys: CookieKeys; log: MemoryLog } {
  const log = new MemoryLog();
  return { keys: new CookieKeys(log, { STATE_DIRECTORY: folder }), log };
}

test('a key lies where the service manager says, below the state directory of the user, or below /var/lib for root', () => {
  const home = { HOME: '/home/me' };
  assert.equal(
    usualKeyFile({ ...home, STATE_DIRECTORY: '/s:/t', XDG_STATE_HOME: '/x' }, true),
    '/s/cookie-key',
  );
  assert.equal(usualKeyFile({ ...home, XDG_STATE_HOME: '/x' }, true), '/x/sluice/cookie-key');
  assert.equal(usualKeyFile(home, true), '/var/lib/sluice/cookie-key');
  assert.equal(usualKeyFile(home, false), '/home/me/.local/state/sluice/cookie-key');
});

test('no key is made before one is needed', t => {
  const folder = temporaryFolder(t);
  const { keys } = keysBelow(folder);
  keys.signerFor(makeConfig({ backends: ['http://127.0.0.1:1'] }));
  keys.signerFor(makeConfig({ backends: ['http://a:1'], routes: [{ reads: 'default' }] }));
  assert.deepEqual(readdirSync(folder), []);
});

test('a key is made for its owner alone, and found again', t => {
  const folder = join(temporaryFolder(t), 'deep/er');
  const { keys, log } = keysBelow(folder);
  const signature = keys.signerFor(makeConfig(STICKY)).sign('a', 'b');
  const [{ level, message, facts } = assert.fail('it is not said')] = log.messages;
  assert.deepEqual([level, facts], ['info', { file: join(folder, 'cookie-key') }]);
  assert.match(message, /^a new key for cookies was made/);
  assert.equal(statSync(join(folder, 'cookie-key')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['cookie-key'], 'nothing else is left there');
  const again = keysBelow(folder);
  assert.equal(again.keys.signerFor(makeConfig(STICKY)).sign('a', 'b'), signature);
  assert.deepEqual(again.log.messages, []);
  const split = makeConfig({ ...STICKY, routes: [{ reads: 'r', readYourWrites: 1 }] });
  assert.equal(keysBelow(folder).keys.signerFor(split).sign('a', 'b'), signature);
});

test('processes that make a key at once agree on it', async t => {
  const file = join(temporaryFolder(t), 'key');
  const program = `
    import { keyIn } from ${JSON.stringify(join(import.meta.dirname, '../../../src/cookies/key-file.ts'))};
    console.log(keyIn(${JSON.stringify(file)}).key.toString('hex'));`;
  const runs = await Promise.all(
    Array.from({ length: 4 }, () => runNode(t, ['--input-type=module', '--eval', program])),
  );
  for (const { stdout } of runs) assert.equal(stdout.trim(), readFileSync(file).toString('hex'));
});

test('where no key can be kept one is made for this run, with a warning', t => {
  const blocked = join(temporaryFolder(t), 'file');
  writeFileSync(blocked, '');
  const { keys, log } = keysBelow(blocked);
  const signer = keys.signerFor(makeConfig(STICKY));
  assert.equal(log.messages.length, 1);
  assert.match(
    log.messages[0]!.message,
    /sessions will not survive a restart; name a file by cookie-key-file/,
  );
  assert.equal(keys.signerFor(makeConfig(STICKY)), signer, 'a reload keeps it');
  assert.equal(log.messages.length, 1);
});

test('a named file is used, and others that may read it are warned of', t => {
  const cookieKeyFile = join(temporaryFolder(t), 'key');
  writeFileSync(cookieKeyFile, 'k'.repeat(32));
  chmodSync(cookieKeyFile, 0o644);
  const { keys, log } = keysBelow('/nowhere');
  keys.signerFor(makeConfig({ ...STICKY, cookieKeyFile }));
  assert.match(log.messages[0]!.message, /others than its owner .* chmod 600/);
});

test('a named file that holds no key is a mistake, with the remedy', t => {
  const folder = temporaryFolder(t);
  const { keys } = keysBelow(folder);
  for (const [name, content, words] of [
    ['short', 'k'.repeat(31), /a key has 32 bytes or more/],
    ['long', 'k'.repeat(5000), /too long for a key/],
  ] as const) {
    const cookieKeyFile = join(folder, name);
    writeFileSync(cookieKeyFile, content);
    assert.throws(() => keys.signerFor(makeConfig({ ...STICKY, cookieKeyFile })), words);
    assert.throws(() => checkKeyFile(cookieKeyFile), /bytes, and a key 32 to 4096; make one with/);
  }
  mkdirSync(join(folder, 'directory'));
  assert.throws(
    () => keys.signerFor(makeConfig({ ...STICKY, cookieKeyFile: join(folder, 'directory') })),
    /cookie-key-file: cannot use .*directory.*make one with: \(umask 077; head -c 32 /,
  );
});

test('for a file that was named no folder is made', t => {
  const folder = join(temporaryFolder(t), 'mistyped');
  const setting = makeConfig({ ...STICKY, cookieKeyFile: join(folder, 'key') });
  assert.throws(() => keysBelow('/nowhere').keys.signerFor(setting), /no such file or directory/);
  assert.equal(existsSync(folder), false);
});

test('a key that was read is kept for as long as the same file is named', t => {
  const folder = temporaryFolder(t);
  const { keys } = keysBelow(folder);
  const [one, two] = ['one', 'two'].map(name => join(folder, name));
  const setting = (cookieKeyFile: string) => makeConfig({ ...STICKY, cookieKeyFile });
  const first = keys.signerFor(setting(one!));
  writeFileSync(one!, 'x'.repeat(32));
  assert.equal(keys.signerFor(setting(one!)), first);
  assert.notEqual(keys.signerFor(setting(two!)), first);
  assert.equal(keyIn(two!).key.length, 32);
});

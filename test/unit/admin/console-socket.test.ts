import assert from 'node:assert/strict';
import { once } from 'node:events';
import { lstatSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ConsoleError, openConsole } from '../../../src/admin/open-console.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { afterwards } from '../../support/afterwards.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { socketPath, temporaryFolder } from '../../support/socket-path.ts';
import { LOOPBACK, startConsole, statusBytes, unixListen } from './console.ts';
import { FakeControl } from './control.ts';

test('a socket is for the present user alone, and nothing else is left in its directory', async t => {
  const path = socketPath(t);
  const console = await startConsole(t, { listen: unixListen(path) });
  assert.equal(lstatSync(path).mode & 0o777, 0o600);
  assert.equal(console.server.address, `unix:${path}`);
  assert.deepEqual(readdirSync(dirname(path)), ['socket']);
  assert.equal((await console.ask(statusBytes())).status, 200);
  console.server.stop();
  assert.deepEqual(readdirSync(dirname(path)), []);
});

test('the mode of files that are made later is as before', async t => {
  const before = process.umask();
  await startConsole(t);
  assert.equal(process.umask(), before);
});

test('a socket that nobody listens on any more is taken over', async t => {
  const path = socketPath(t);
  const dead = createServer().listen(path);
  await once(dead, 'listening');
  // The file outlives its server under another name, as it does when a process is killed.
  renameSync(path, `${path}.kept`);
  await new Promise(resolve => dead.close(resolve));
  renameSync(`${path}.kept`, path);
  const console = await startConsole(t, { listen: unixListen(path) });
  assert.equal((await console.ask(statusBytes())).status, 200);
});

for (const given of [true, false]) {
  test(`a socket on which another gateway listens stays its own: ${given ? 'an error' : 'a warning, by default'}`, async t => {
    const path = socketPath(t);
    const first = await startConsole(t, { listen: unixListen(path) });
    const log = new MemoryLog();
    const config = { listen: unixListen(path), given, tokenFile: '', hosts: [] };
    const second = openConsole(config, new FakeControl(), log);
    if (given) await assert.rejects(second, ConsoleError);
    else {
      assert.equal(await second, undefined);
      assert.match(log.messages[0]!.message, /another gateway does so there/);
    }
    assert.equal((await first.ask(statusBytes())).status, 200);
  });
}

test('a gateway that is handed everything takes the socket over, and the old one leaves it alone', async t => {
  const path = socketPath(t);
  const old = await startConsole(t, { listen: unixListen(path) });
  const config = { listen: unixListen(path), given: true, tokenFile: '', hosts: [] };
  const control = new FakeControl();
  const next = await openConsole(config, control, new MemoryLog(), { descriptor: undefined });
  afterwards(t, () => next!.stop());
  assert.equal((await old.ask(statusBytes())).status, 200);
  assert.deepEqual([old.control.asked.length, control.asked.length], [1, 0]);
  next!.publish();
  assert.equal((await old.ask(statusBytes())).status, 200);
  assert.deepEqual([old.control.asked.length, control.asked.length], [1, 1]);
  old.server.leave();
  assert.equal((await old.ask(statusBytes())).status, 200);
});

test('what is no socket is not replaced', async t => {
  const path = socketPath(t);
  writeFileSync(path, 'precious');
  await assert.rejects(startConsole(t, { listen: unixListen(path) }));
  assert.ok(lstatSync(path).isFile());
});

for (const [what, config, error] of [
  ['TCP without a token', { listen: LOOPBACK }, ConfigError],
  ['an abstract socket', { listen: unixListen('@sluice') }, ConfigError],
  ['a directory that is not there', { listen: unixListen('/nowhere/sluice.sock') }, ConsoleError],
  [
    'a port that cannot be had',
    { listen: { ...LOOPBACK, host: '192.0.2.1' }, tokenFile: 'TOKEN' },
    ConsoleError,
  ],
] as const) {
  test(`the console cannot be opened at ${what}: the message says so, and names the flag`, async t => {
    const tokenFile = join(temporaryFolder(t), 'token');
    writeFileSync(tokenFile, 'x'.repeat(32), { mode: 0o600 });
    const setting = { given: true, hosts: [], ...config };
    const opened = openConsole(
      { ...setting, tokenFile: 'tokenFile' in config ? tokenFile : '' },
      new FakeControl(),
      new MemoryLog(),
    );
    await assert.rejects(
      opened,
      (thrown: Error) => thrown instanceof error && thrown.message.includes('--admin'),
    );
  });
}

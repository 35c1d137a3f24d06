import assert from 'node:assert/strict';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { eventually } from '../support/eventually.ts';
import { unlessInstalled } from '../support/program.ts';
import { SERVE, serveBy } from '../support/serve-process.ts';
import { notifySocket } from '../support/service-manager.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { Generations } from '../support/upgrades.ts';

const skip = unlessInstalled('perl', 'systemd-notify');

test('the service manager hears of readiness, reload and the end', { skip }, async t => {
  const origin = await okBackend(t, 'hello');
  const socket = await notifySocket(t);
  const words = [...SERVE, '--listen', '127.0.0.1:0', '--backend', origin.url];
  const gateway = await serveBy(t, words, { NOTIFY_SOCKET: socket.path });
  await socket.hears(/^READY=1 STATUS=listening on http:\/\/127\.0\.0\.1:\d+/m);
  gateway.kill('SIGHUP');
  await socket.hears(/RELOADING=1 MONOTONIC_USEC=\d+.*READY=1/s);
  gateway.kill('SIGTERM');
  await gateway.exited;
  await socket.hears(/STOPPING=1 STATUS=draining/);
});

test('the service manager hears which process goes on after an upgrade, and of no end', { skip }, async t => {
  const origin = await okBackend(t, 'hello');
  const socket = await notifySocket(t);
  const words = [...SERVE, '--listen', '127.0.0.1:0', '--backend', origin.url];
  const gateway = await serveBy(t, words, { NOTIFY_SOCKET: socket.path });
  const pid = await new Generations(t, gateway).upgrade();
  await socket.hears(new RegExp(`MAINPID=${pid}`));
  await gateway.exited;
  assert.doesNotMatch(socket.heard, /STOPPING/);
});

test('the watchdog hears of it again and again, also after an upgrade', { skip }, async t => {
  const origin = await okBackend(t, 'hello');
  const socket = await notifySocket(t);
  const words = [...SERVE, '--listen', '127.0.0.1:0', '--backend', origin.url];
  const env = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '200000' };
  const gateway = await serveBy(t, words, env);
  const count = () => socket.heard.match(/WATCHDOG=1/g)?.length ?? 0;
  await eventually('it was heard of three times', () => count() >= 3);
  await new Generations(t, gateway).upgrade();
  await gateway.exited;
  const before = count();
  await eventually('it is heard of again', () => count() >= before + 3);
});

test('a missing program to tell the service manager by is warned of once', async t => {
  const origin = await okBackend(t, 'hello');
  const words = [...SERVE, '--listen', '127.0.0.1:0', '--backend', origin.url];
  const gateway = await serveBy(t, words, { NOTIFY_SOCKET: '/nowhere', PATH: temporaryFolder(t) });
  await eventually('it is warned of', () => gateway.output.includes('systemd-notify is not installed'));
  gateway.kill('SIGTERM');
  await gateway.exited;
  assert.equal(gateway.output.match(/systemd-notify is not installed/g)?.length, 1);
});

import assert from 'node:assert/strict';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  declineHandOver,
  environmentFor,
  type HandOver,
  takeHandOver,
} from '../../../src/process/hand-over.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

function handOver(rest: Partial<HandOver> = {}): HandOver {
  return { from: process.ppid, sockets: [], console: undefined, answer: -1, orders: [], ...rest };
}

test('a new process gets the environment without what names the process before', () => {
  const before = { PATH: '/bin', LISTEN_PID: '1', LISTEN_FDS: '2', LISTEN_FDNAMES: 'a:b', WATCHDOG_PID: '1' };
  const after = environmentFor(handOver(), { ...before, WATCHDOG_USEC: '5', NOTIFY_SOCKET: '/x' });
  assert.deepEqual(Object.keys(after).sort(), ['NOTIFY_SOCKET', 'PATH', 'SLUICE_HAND_OVER', 'WATCHDOG_USEC']);
});

test('what is meant for the child of another process is ignored, and leaves the environment', () => {
  const environment = environmentFor(handOver({ from: process.pid }), {});
  assert.equal(takeHandOver(environment), undefined);
  assert.deepEqual(environment, {});
});

test('what cannot be read is a mistake with a remedy', () => {
  assert.throws(() => takeHandOver({ SLUICE_HAND_OVER: '{' }), {
    name: 'ConfigError',
    message: 'SLUICE_HAND_OVER: cannot be read; it is set by an upgrade alone, unset it',
  });
});

test('what was taken is there until it is answered, and answered once', t => {
  const file = join(temporaryFolder(t), 'answer');
  const given = handOver({ answer: openSync(file, 'w') });
  assert.deepEqual(takeHandOver(environmentFor(given, {})), JSON.parse(JSON.stringify(given)));
  assert.deepEqual(takeHandOver({})?.from, process.ppid);
  declineHandOver(['one', 'two']);
  declineHandOver(['three']);
  assert.equal(readFileSync(file, 'utf8'), '{"ready":false,"reasons":["one","two"]}\n');
  assert.equal(takeHandOver({}), undefined);
});

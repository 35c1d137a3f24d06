import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpawnConfig } from '../../../src/config/config.ts';
import { spawnedBackends, wants } from '../../../src/config/spawned-backends.ts';

const SPAWN: SpawnConfig = {
  command: ['php-cgi'],
  protocol: 'fcgi',
  min: 1,
  max: 3,
  concurrency: 2,
  idleTimeout: 60_000,
  startTimeout: 10_000,
  stopTimeout: 10_000,
  user: '',
  group: '',
  directory: '',
  environment: {},
};

test('an application has a backend for each process there may be, each with a socket of its own', () => {
  const backends = spawnedBackends('php', SPAWN, '/run/x');
  assert.deepEqual(
    backends.map(({ name, scheme, url, path, maxConns }) => [name, scheme, url, path, maxConns]),
    [1, 2, 3].map(i => [
      `php/${i}`,
      'fcgi+unix',
      `fcgi+unix:///run/x/php/${i}.sock`,
      `/run/x/php/${i}.sock`,
      2,
    ]),
  );
});

test('the sockets of two gateways never lie in one directory', () => {
  const [backend] = spawnedBackends('php', SPAWN);
  assert.match(backend!.path, new RegExp(`^/.*/sluice-${process.pid}/php/1\\.sock$`));
});

test('a command that asks for a port has backends on ports that are yet to be picked', () => {
  const spawn: SpawnConfig = { ...SPAWN, protocol: 'http', command: ['app', '--port={port}'], max: 1 };
  const [backend] = spawnedBackends('app', spawn, '/run/x');
  assert.deepEqual(
    [backend!.scheme, backend!.host, backend!.port, backend!.path],
    ['http', '127.0.0.1', 0, ''],
  );
});

test('a place may be asked for in the environment as well', () => {
  assert.equal(wants({ ...SPAWN, environment: { PORT: '{port}' } }, '{port}'), true);
  assert.equal(wants(SPAWN, '{socket}'), false);
});

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findCommand } from './debian.ts';
import { startServer } from './real-server.ts';
import { temporaryFolder } from './socket-path.ts';

/** Starts fcgiwrap with two processes on a unix socket; resolves to its backend URL. It is stopped after the test. */
export async function startFcgiwrap(t: TestContext): Promise<string> {
  const path = join(temporaryFolder(t), 'fcgiwrap.sock');
  await startServer(t, {
    name: 'fcgiwrap',
    file: findCommand('fcgiwrap')!,
    words: ['-f', '-c', '2', '-s', `unix:${path}`],
    place: { path },
  });
  return `fcgi+unix://${path}`;
}

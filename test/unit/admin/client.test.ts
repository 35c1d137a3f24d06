import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { AdminClient } from '../../../src/admin/client.ts';
import { afterwards } from '../../support/afterwards.ts';
import { socketPath } from '../../support/socket-path.ts';

/** A socket that lies where nobody listens on it any more. */
async function staleSocket(t: TestContext): Promise<string> {
  const path = socketPath(t);
  const server = createServer().listen(`${path}-`);
  await new Promise(resolve => server.once('listening', resolve));
  renameSync(`${path}-`, path);
  await new Promise(resolve => server.close(resolve));
  return path;
}

for (const [given, advice] of [
  [true, /is it running, and was it started with --admin unix:\S+\?$/],
  [false, /is it running, and was it started with --admin elsewhere\? --admin ADDR names the place$/],
] as const) {
  test(`of a socket that was left behind it is ${given ? '' : 'not '}said that somebody named it`, async t => {
    const path = await staleSocket(t);
    const client = new AdminClient({ kind: 'unix', path, text: `unix:${path}` }, undefined, given);
    afterwards(t, () => client.close());
    await assert.rejects(client.get('/v1/status'), {
      absent: true,
      message: new RegExp(`^no gateway answers at unix:${path}: ${advice.source}`),
    });
  });
}

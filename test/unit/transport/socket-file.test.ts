import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SocketFile } from '../../../src/transport/socket-file.ts';
import { afterwards } from '../../support/afterwards.ts';
import { socketPath, temporaryFolder } from '../../support/socket-path.ts';

/** A server whose socket has a file's name. */
async function publish(t: TestContext, file: SocketFile): Promise<Server> {
  const server = createServer(socket => socket.destroy());
  afterwards(t, () => server.close());
  server.listen({ path: file.provisional });
  await once(server, 'listening');
  file.publish();
  return server;
}

test('the name is there from its publication until it is removed, and nothing else ever stays', async t => {
  const file = new SocketFile(socketPath(t));
  await publish(t, file);
  assert.deepEqual(readdirSync(dirname(file.path)), ['socket']);
  file.remove();
  assert.deepEqual(readdirSync(dirname(file.path)), []);
});

test('closing a socket leaves the name that it was given', async t => {
  const file = new SocketFile(socketPath(t));
  const server = await publish(t, file);
  server.close();
  assert.ok(existsSync(file.path));
});

test('a name that means another socket by now is not removed', async t => {
  const path = socketPath(t);
  const before = new SocketFile(path);
  await publish(t, before);
  await publish(t, new SocketFile(path));
  before.remove();
  assert.ok(existsSync(path));
});

test('a name that was released is not removed, one that was adopted is', async t => {
  const path = socketPath(t);
  const before = new SocketFile(path);
  await publish(t, before);
  const after = new SocketFile(path);
  after.adopt();
  before.release();
  before.remove();
  assert.ok(existsSync(path));
  after.remove();
  assert.ok(!existsSync(path));
});

test('a path is free without a file, or with a socket that nobody listens on', async t => {
  const path = socketPath(t);
  await new SocketFile(path).checkFree();
  const server = await publish(t, new SocketFile(path));
  await assert.rejects(new SocketFile(path).checkFree(), { code: 'EADDRINUSE', address: path });
  server.close();
  await new SocketFile(path).checkFree();
  rmSync(path);
  writeFileSync(path, 'precious');
  await assert.rejects(new SocketFile(path).checkFree(), { code: 'EADDRINUSE', syscall: 'listen' });
});

test('the longest path that a socket may have can be bound', async t => {
  const folder = temporaryFolder(t);
  for (const length of [107 - Buffer.byteLength(folder) - 1, 60, 1]) {
    const path = join(folder, 'x'.repeat(length));
    const file = new SocketFile(path);
    assert.ok(Buffer.byteLength(file.provisional) <= 107);
    await publish(t, file);
    file.remove();
  }
});

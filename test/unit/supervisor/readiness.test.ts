import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Door, isReady } from '../../../src/supervisor/readiness.ts';
import { afterwards } from '../../support/afterwards.ts';
import { socketPath } from '../../support/socket-path.ts';

const NEVER = (): boolean => false;

function listen(t: TestContext, path: string, accept: (socket: Socket) => void): Promise<Server> {
  // What nobody reads stays unread.
  const server = createServer({ pauseOnConnect: true }, accept);
  const open = new Set<Socket>();
  server.on('connection', socket => {
    open.add(socket);
    socket.on('error', () => {});
  });
  afterwards(t, () => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return new Promise(resolve => server.listen(path, () => resolve(server)));
}

function door(path: string, inherited: boolean): Door {
  return { host: '', port: 0, path, inherited };
}

test('an application is ready as soon as it accepts a connection', async t => {
  const path = socketPath(t);
  const ready = isReady(door(path, false), 10_000, NEVER);
  await listen(t, path, () => {});
  assert.equal(await ready, true);
});

test('an application that does not listen in time is not ready', async t => {
  assert.equal(await isReady(door(socketPath(t), false), 50, NEVER), false);
});

test('nobody waits for what was given up', async t => {
  let looks = 0;
  assert.equal(await isReady(door(socketPath(t), false), 60_000, () => ++looks > 3), false);
});

test('an inherited socket is ready when a question on it is answered', async t => {
  const path = socketPath(t);
  const questions: Buffer[] = [];
  await listen(t, path, socket => {
    socket.resume().on('data', chunk => {
      questions.push(chunk);
      socket.write('\x01\x0a\0\0\0\0\0\0');
    });
  });
  assert.equal(await isReady(door(path, true), 10_000, NEVER), true);
  const record = Buffer.concat(questions);
  assert.deepEqual([...record.subarray(0, 8)], [1, 9, 0, 0, 0, 17, 0, 0]);
  assert.equal(record.toString('latin1', 8), '\x0f\0FCGI_MPXS_CONNS');
});

test('a connection that breaks without an answer proves nothing', async t => {
  const path = socketPath(t);
  let connections = 0;
  await listen(t, path, socket => {
    // With the question unread, closing breaks the connection.
    if (++connections < 3) setTimeout(() => socket.destroy(), 5);
    else socket.resume().on('data', () => socket.write('\x01'));
  });
  assert.equal(await isReady(door(path, true), 10_000, NEVER), true);
  assert.equal(connections, 3);
});

test('an application that reads the question and closes is ready', async t => {
  const path = socketPath(t);
  await listen(t, path, socket => socket.resume().on('data', () => socket.end()));
  assert.equal(await isReady(door(path, true), 10_000, NEVER), true);
});

test('an inherited socket on which nothing is said is taken for ready after a while', async t => {
  const path = socketPath(t);
  await listen(t, path, () => {});
  assert.equal(await isReady(door(path, true), 100, NEVER), true);
});

test('a socket file without a listener is not ready', async t => {
  const path = socketPath(t);
  const server = await listen(t, `${path}`, () => {});
  await new Promise(resolve => server.close(resolve));
  rmSync(path, { force: true });
  assert.equal(await isReady(door(path, false), 50, NEVER), false);
});

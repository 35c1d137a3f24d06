import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import { afterwards } from './afterwards.ts';

/** A URL on which nothing listens: a connection is refused. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const LISTENER = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ ...workerData, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port ?? 0);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/**
 * A URL on which connecting neither succeeds nor fails: the listener never accepts and its backlog is full, so that
 * the kernel drops what else arrives.
 */
export async function unansweredPort(t: TestContext): Promise<string> {
  const port = await neverAccept(t, { port: 0, host: '127.0.0.1' });
  await fill(t, () => connect(port, '127.0.0.1'));
  return `http://127.0.0.1:${port}`;
}

/** Makes a unix socket whose listener never accepts and whose backlog is full: connecting fails by EAGAIN. */
export async function fullSocket(t: TestContext, path: string): Promise<void> {
  await neverAccept(t, { path });
  await fill(t, () => connect(path));
}

/** Listens in a thread that then stands still; returns the port. */
async function neverAccept(t: TestContext, where: object): Promise<number> {
  const worker = new Worker(LISTENER, { eval: true, workerData: where });
  afterwards(t, () => worker.terminate());
  const [port] = await once(worker, 'message');
  return port;
}

async function fill(t: TestContext, open: () => Socket): Promise<void> {
  // A backlog of 1 holds two connections on Linux.
  for (let i = 0; i < 2; i++) {
    const socket = open();
    socket.on('error', () => {});
    afterwards(t, () => socket.destroy());
    await once(socket, 'connect');
  }
}

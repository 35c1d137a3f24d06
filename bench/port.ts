import { once } from 'node:events';
import { createServer, connect as open } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from './program.ts';

const START_DEADLINE = 15_000;

/** A TCP port of 127.0.0.1 that nobody listens on at present. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/**
 * Resolves when the program accepts connections on a port of 127.0.0.1 or on a unix socket; throws when it ends first
 * or takes longer than 15 s.
 */
export async function untilListening(program: Program, place: number | string): Promise<void> {
  const deadline = performance.now() + START_DEADLINE;
  while (!(await accepts(place))) {
    if (!program.alive) throw new Error(program.failure());
    if (performance.now() > deadline) throw new Error(`${program.name} does not listen on ${place}`);
    await pause(20);
  }
}

function accepts(place: number | string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = typeof place === 'number' ? open(place, '127.0.0.1') : open(place);
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

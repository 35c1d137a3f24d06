import { connect, type Socket } from 'node:net';
import { now } from '../clock.ts';
import { systemPath } from '../transport/socket-path.ts';

/** Where to knock, and in which way. */
export interface Door {
  readonly host: string;
  readonly port: number;
  /** Empty: host and port. */
  readonly path: string;
  /** Whether the socket was there before the process, so that only an answer on it means that there is one. */
  readonly inherited: boolean;
}

/** Milliseconds between two attempts, at first and at most. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 200;

/** An application with an inherited socket that says nothing for so long is taken for ready: not all answer questions. */
const SILENCE = 2_000;

/** FCGI_GET_VALUES, asking for FCGI_MPXS_CONNS (FastCGI 1.0, 4.1). */
const QUESTION = Buffer.from('\x01\x09\0\0\0\x11\0\0\x0f\0FCGI_MPXS_CONNS', 'latin1');

/**
 * Resolves true once a process accepts connections; false when it did not in time, or `givenUp` says that it is no use. One
 * that inherited its socket and lives is believed in the end, whatever it makes of the question.
 */
export async function isReady(door: Door, timeout: number, givenUp: () => boolean): Promise<boolean> {
  const deadline = now() + timeout;
  for (let pause = FIRST_PAUSE; !givenUp(); pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const left = deadline - now();
    if (left <= 0) return door.inherited;
    if (await knock(door, Math.min(left, SILENCE))) return !givenUp();
    await rest(Math.min(pause, left));
  }
  return false;
}

/** One attempt. */
function knock(door: Door, patience: number): Promise<boolean> {
  return new Promise(resolve => {
    const { host, port, path } = door;
    const socket = connect(path === '' ? { host, port } : { path: systemPath(path) });
    const settle = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.on('error', () => settle(false));
    socket.on('close', () => resolve(false));
    socket.on('connect', () => {
      if (isSelf(socket)) settle(false);
      else if (!door.inherited) settle(true);
      else ask(socket, settle);
    });
    // In the backlog of a socket that it inherited, it is for the application to come round.
    socket.setTimeout(patience, () => settle(door.inherited && !socket.connecting));
  });
}

/** With no listener, a port may come to be connected to itself: the system chose the very port for this end. */
function isSelf({ localPort, remotePort }: Socket): boolean {
  return localPort !== undefined && localPort === remotePort;
}

function ask(socket: Socket, settle: (ready: boolean) => void): void {
  socket.on('data', () => settle(true));
  // It has read the question, and has no answer.
  socket.on('end', () => settle(true));
  socket.write(QUESTION);
}

function rest(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
}

import { connect, type Socket } from 'node:net';
import { type Order, report } from './messages.ts';

/**
 * Many clients that connect first, ask in their order when they are told to, and wait; started by the bench as
 * `crowd.ts PORT COUNT`. They ask for `/held/0`, `/held/1` and so on.
 */
const [port, count] = process.argv.slice(2).map(Number) as [number, number];

const SOURCES = 8;
/** Connections that may be on their way at once: less than any backlog. */
const WINDOW = 200;
/** Requests sent in one turn of the event loop. */
const TURN = 50;

const sockets: Socket[] = [];
const failures: Record<string, number> = {};
let answered = 0;
let asked = 0;
let lost = 0;
let settled: (() => void) | undefined;

async function open(): Promise<void> {
  for (let from = 0; from < count; from += WINDOW) {
    const these = Array.from({ length: Math.min(WINDOW, count - from) }, (_, i) => connected(from + i));
    await Promise.all(these);
  }
}

function connected(index: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.0.${2 + (index % SOURCES)}` });
  sockets[index] = socket;
  return new Promise(resolve => {
    const once = { done: false };
    const settle = (failure: string | undefined) => {
      if (once.done) return;
      once.done = true;
      if (failure === undefined) answered++;
      else lose(failure);
      settled?.();
    };
    socket.once('connect', resolve);
    socket.once('data', data => {
      const text = data.toString('latin1', 0, 12);
      settle(text === 'HTTP/1.1 200' ? undefined : text);
    });
    socket.once('error', error => settle((error as NodeJS.ErrnoException).code ?? error.message));
    socket.once('close', () => {
      settle('closed by the gateway');
      resolve();
    });
  });
}

function lose(failure: string): void {
  failures[failure] = (failures[failure] ?? 0) + 1;
  lost++;
}

/** One after the other in the order of their numbers, without waiting for answers. */
async function ask(): Promise<void> {
  for (; asked < count; asked++) {
    sockets[asked]!.write(`GET /held/${asked} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    if (asked % TURN === 0) await new Promise(resolve => setImmediate(resolve));
  }
}

function all(): Promise<void> {
  return new Promise(resolve => {
    settled = () => answered + lost >= count && resolve();
    settled();
  });
}

async function obey({ order }: Order): Promise<void> {
  if (order === 'open') await open();
  if (order === 'ask') await ask();
  if (order === 'wait') await all();
  report({ open: sockets.filter(socket => !socket.destroyed).length, answered, failures });
}

process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.exit());

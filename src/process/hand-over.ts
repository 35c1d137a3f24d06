import { closeSync, existsSync, fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { PassedSocket } from '../client/passed-socket.ts';
import { ConfigError } from '../config/config-error.ts';
import type { LiveOrder } from '../operations/live-orders.ts';

/** The variable by which a gateway tells the process that is to take its place what it leaves to it. */
const VARIABLE = 'SLUICE_HAND_OVER';

/** Variables that name a process, which will be another one. */
const OF_THIS_PROCESS = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES', 'WATCHDOG_PID'];

/** What a gateway leaves to the process that takes its place; descriptors as the new process has them. */
export interface HandOver {
  /** The process that hands over, and the parent of the new one. */
  readonly from: number;
  readonly sockets: readonly PassedSocket[];
  /** A pipe, open in both directions: the new process says how it went, and the other one that it has given way. */
  readonly answer: number;
  /** Undefined: it takes no orders. */
  readonly console: ConsoleSocket | undefined;
  /** By which the running gateway differs from its configuration. */
  readonly orders: readonly LiveOrder[];
}

/** Where a gateway takes orders. */
export interface ConsoleSocket {
  /** Undefined: it is bound anew. */
  readonly descriptor: number | undefined;
  /** The setting that it comes of. */
  readonly text: string;
}

/** What the new process said. */
export type Outcome =
  | { readonly ready: true }
  | { readonly ready: false; readonly reasons: readonly string[] };

/** The environment of the new process. */
export function environmentFor(handOver: HandOver, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const passed: NodeJS.ProcessEnv = { ...environment, [VARIABLE]: JSON.stringify(handOver) };
  for (const name of OF_THIS_PROCESS) delete passed[name];
  return passed;
}

/** What was handed over to this process and not answered yet; undefined: nothing. */
let pending: HandOver | undefined;

/**
 * Takes what was handed over to this process, out of the environment; undefined: it is not to take another one's place.
 * Throws ConfigError if it cannot be understood.
 */
export function takeHandOver(environment: NodeJS.ProcessEnv): HandOver | undefined {
  const text = environment[VARIABLE];
  delete environment[VARIABLE];
  if (text === undefined) return pending;
  const given = parse(text);
  // A variable that was set for another process, and came here by way of it.
  if (given.from !== process.ppid && !isLeft(given)) return undefined;
  pending = given;
  return given;
}

/** Whether the process that hands over has ended since, and its pipe is here all the same. */
function isLeft({ from, answer }: HandOver): boolean {
  try {
    if (!fstatSync(answer).isSocket()) return false;
  } catch {
    return false;
  }
  return !existsSync(`/proc/${from}`);
}

function parse(text: string): HandOver {
  try {
    return JSON.parse(text) as HandOver;
  } catch {
    throw new ConfigError([`${VARIABLE}: cannot be read; it is set by an upgrade alone, unset it`]);
  }
}

/** Tells the process before why this one cannot take its place, once; does nothing where there is none. */
export function declineHandOver(reasons: readonly string[]): void {
  if (pending === undefined) return;
  const { answer } = pending;
  pending = undefined;
  tell(answer, { ready: false, reasons });
  closeSync(answer);
}

/**
 * Tells the process before that this one serves; `alone` is called when that one has given way, or has ended. Until then it
 * may decide to go on, and end this one. Does nothing where there is none.
 */
export function acceptHandOver(alone: () => void): void {
  if (pending === undefined) return;
  const { answer } = pending;
  pending = undefined;
  tell(answer, { ready: true });
  const socket = new Socket({ fd: answer });
  let told = false;
  const hear = (): void => {
    if (!told) alone();
    told = true;
    // Its end tells the process before that all is done.
    socket.destroy();
  };
  for (const event of ['data', 'end', 'error'] as const) socket.on(event, hear);
}

function tell(answer: number, outcome: Outcome): void {
  try {
    writeSync(answer, `${JSON.stringify(outcome)}\n`);
  } catch {
    // It has gone: nobody waits for the answer.
  }
}

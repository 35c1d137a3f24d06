import { closeSync, writeSync } from 'node:fs';
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
  /** A pipe on which the new process says how it went. */
  readonly answer: number;
  /** The socket of the console, if it cannot be bound a second time, and the setting that it comes of. */
  readonly console: { readonly descriptor: number; readonly text: string } | undefined;
  /** By which the running gateway differs from its configuration. */
  readonly orders: readonly LiveOrder[];
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
  if (given.from !== process.ppid) return undefined;
  pending = given;
  return given;
}

function parse(text: string): HandOver {
  try {
    return JSON.parse(text) as HandOver;
  } catch {
    throw new ConfigError([`${VARIABLE}: cannot be read; it is set by an upgrade alone, unset it`]);
  }
}

/** Tells the process before how it went, once; does nothing where there is none. */
export function answerHandOver(outcome: Outcome): void {
  if (pending === undefined) return;
  const { answer } = pending;
  pending = undefined;
  try {
    writeSync(answer, `${JSON.stringify(outcome)}\n`);
    closeSync(answer);
  } catch {
    // It has gone: nobody waits for the answer.
  }
}

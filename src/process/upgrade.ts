import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { OrderError } from '../control.ts';
import type { Gateway } from '../gateway.ts';
import type { Log } from '../log/log.ts';
import { liveOrders } from '../operations/live-orders.ts';
import type { Ending } from './ending.ts';
import type { ConsoleSocket } from './hand-over.ts';
import type { ServiceManager } from './service-manager.ts';
import { type Estate, Successor } from './successor.ts';

/** How long a new process may take until it serves, in milliseconds. */
const START_LIMIT = 30_000;

/** How long a new process that failed may take to finish what it has accepted, in milliseconds. */
const END_LIMIT = 10_000;

/** Where orders come from. */
export interface Console {
  /** Undefined: from nowhere. */
  readonly socket: ConsoleSocket | undefined;
  /** Leaves whoever comes to another process. */
  leave(): void;
}

/** What an upgrade has to do with. */
export interface Present {
  readonly gateway: Gateway;
  readonly log: Log;
  readonly manager: ServiceManager;
  readonly ending: Ending;
}

/** The way of a gateway into a new process. */
export class Upgrade {
  readonly #gateway: Gateway;
  readonly #log: Log;
  readonly #manager: ServiceManager;
  readonly #ending: Ending;
  /** Undefined: the gateway does not serve yet. */
  #console: Console | undefined;
  #successor: Successor | undefined;

  constructor({ gateway, log, manager, ending }: Present) {
    this.#gateway = gateway;
    this.#log = log;
    this.#manager = manager;
    this.#ending = ending;
  }

  /** From now on there is something to hand over. */
  possible(console: Console): void {
    this.#console = console;
  }

  /** As Control.upgrade. */
  async run(): Promise<{ pid: number }> {
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) throw new OrderError('refused', obstacle);
    this.#log.info('upgrade: a new process is being started');
    const { config } = this.#gateway;
    const estate = this.#estate();
    this.#successor = started(estate);
    try {
      return await this.#handOver(this.#successor, () => this.#changes(estate, config));
    } finally {
      this.#successor = undefined;
    }
  }

  /** Ends a process that is just being started: there is nothing to take over any more. */
  callOff(): void {
    this.#successor?.end(END_LIMIT);
  }

  #obstacle(): string | undefined {
    if (this.#console === undefined) return 'the gateway is only just starting: wait until it listens';
    if (this.#ending.begun) return 'the gateway is draining: it takes nothing new, start another one';
    if (this.#successor !== undefined) return 'an upgrade is under way: wait until it is done';
    const held = this.#held();
    if (held.length > 0)
      return `requests are held (${held.join(', ')}), and those that wait cannot be handed over: resume first`;
    if (process.pid === 1)
      return 'the gateway is process 1, with which its container would end: start another container and stop this one';
    return undefined;
  }

  /** Pools and routes at whose gates requests may wait. */
  #held(): string[] {
    const { pools, routes } = this.#gateway.status();
    return [...pools, ...routes].flatMap(({ name, hold }) => (hold === null ? [] : [name]));
  }

  #estate(): Estate {
    const { listeners } = this.#gateway;
    return {
      sockets: listeners.sockets,
      console: this.#console?.socket,
      orders: liveOrders(this.#gateway),
    };
  }

  async #handOver(
    successor: Successor,
    changes: () => readonly string[] | undefined,
  ): Promise<{ pid: number }> {
    const reasons = (await failureOf(successor)) ?? changes();
    const { pid } = successor;
    if (reasons !== undefined || pid === undefined) {
      const words = (reasons ?? []).join('; ');
      successor.end(END_LIMIT);
      throw new OrderError('refused', `this process goes on, since the new one failed: ${words}`);
    }
    await this.#giveWay(successor, pid);
    return { pid };
  }

  /** What has happened since the new process was told how things are. */
  #changes({ orders }: Estate, config: Config): readonly string[] | undefined {
    if (this.#ending.begun) return ['the gateway was told to end meanwhile'];
    if (this.#held().length > 0) return ['requests are held since then'];
    // It may have read the one from before.
    if (!isDeepStrictEqual(this.#gateway.config, config))
      return ['another configuration was loaded meanwhile: try again'];
    if (!isDeepStrictEqual(liveOrders(this.#gateway), orders))
      return ['other orders came meanwhile: try again'];
    return undefined;
  }

  async #giveWay(successor: Successor, pid: number): Promise<void> {
    this.#gateway.listeners.release();
    await successor.yieldTo();
    this.#console?.leave();
    this.#log.info('upgraded: the new process serves', { pid });
    await this.#manager.tell({ MAINPID: String(pid) });
    this.#manager.leave();
    successor.leave();
    // Who has asked for it hears of it first.
    setImmediate(() => void this.#ending.drain('upgrade'));
  }
}

function started(estate: Estate): Successor {
  try {
    return new Successor(estate);
  } catch (error) {
    throw new OrderError('refused', `this process goes on, since no other can be started: ${wordsOf(error)}`);
  }
}

/** Why a new process cannot take over; undefined: it has done so. */
async function failureOf({ outcome }: Successor): Promise<readonly string[] | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ ready: false; reasons: readonly string[] }>(resolve => {
    const reasons = [`the new process was not ready within ${START_LIMIT / 1000} s`];
    timer = setTimeout(() => resolve({ ready: false, reasons }), START_LIMIT);
  });
  const result = await Promise.race([outcome, late]);
  clearTimeout(timer);
  return result.ready ? undefined : result.reasons;
}

/** An error in one line; each mistake of a configuration is one. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll('\n', '; ') : String(error);
}

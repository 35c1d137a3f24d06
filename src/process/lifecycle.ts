import type { Config } from '../config/config.ts';
import { OrderError, type ReloadReport } from '../control.ts';
import type { Gateway } from '../gateway.ts';
import type { CountingLog } from '../log/create-log.ts';
import { liveOrders } from '../operations/live-orders.ts';
import { Ending } from './ending.ts';
import { monotonicMicroseconds, type ServiceManager } from './service-manager.ts';
import type { SignalListener } from './signals.ts';
import { type Estate, Successor } from './successor.ts';

/** How long a new process may take until it serves, in milliseconds. */
const START_LIMIT = 30_000;

/** How long a new process that failed may take to finish what it has accepted, in milliseconds. */
const END_LIMIT = 10_000;

/** What a lifecycle has to do with. */
export interface Surroundings {
  readonly gateway: Gateway;
  readonly log: CountingLog;
  readonly manager: ServiceManager;
  readonly config: Config;
  /** Reads the configuration anew; throws what is wrong with it. */
  readonly load: () => Config;
  /** Has the gateway go over to a configuration; rejects if it cannot, and nothing has changed then. */
  readonly apply: (config: Config) => Promise<ReloadReport>;
}

/** Where orders come from. */
export interface Console {
  /** Of its socket, if that cannot be bound a second time. */
  readonly descriptor: number | undefined;
  /** Leaves whoever comes to another process. */
  leave(): void;
}

/** What becomes of a running gateway and its process: reload, upgrade, the end. */
export class Lifecycle implements SignalListener {
  readonly #gateway: Gateway;
  readonly #log: CountingLog;
  readonly #manager: ServiceManager;
  readonly #load: () => Config;
  readonly #apply: (config: Config) => Promise<ReloadReport>;
  readonly #ending: Ending;
  #config: Config;
  /** Undefined: the gateway does not serve yet. */
  #console: Console | undefined;
  #upgrading = false;
  #successor: Successor | undefined;
  #reloaded: Promise<unknown> = Promise.resolve();

  constructor({ gateway, log, manager, config, load, apply }: Surroundings) {
    this.#gateway = gateway;
    this.#log = log;
    this.#manager = manager;
    this.#load = load;
    this.#apply = apply;
    this.#config = config;
    this.#ending = new Ending(gateway, log);
  }

  /** To be called when the gateway serves, with the console from which orders come. */
  started(console: Console): void {
    this.#console = console;
    void this.#manager.tell({ READY: '1', STATUS: this.#status });
    this.#manager.watch();
  }

  hear(signal: 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'): void {
    if (signal === 'SIGHUP') {
      this.#log.reopen();
      this.reload().catch(error => this.#log.error('SIGHUP: nothing is changed', { reason: wordsOf(error) }));
    } else if (signal === 'SIGUSR1') {
      this.#log.reopen();
      this.#log.info('SIGUSR1: log files are opened anew');
    } else this.upgrade().catch(error => this.#log.error('SIGUSR2: no upgrade', { reason: wordsOf(error) }));
  }

  end(signal: NodeJS.Signals): void {
    if (this.#ending.begun) void this.#ending.stop(signal);
    else this.#drain(signal);
  }

  /** Drains the gateway and ends its process; returns at once. */
  stop(): void {
    if (!this.#ending.begun) this.#drain('an order to stop');
  }

  /** Reads the configuration again and goes over to it; rejects with what is wrong with it, and nothing has changed then. */
  reload(): Promise<ReloadReport> {
    const done = this.#reloaded.then(() => this.#reload());
    this.#reloaded = done.catch(() => {});
    return done;
  }

  /**
   * Hands the listening sockets to a new process of the program as it is installed now, and drains when that one serves.
   * Rejects with OrderError if it is not to be or does not come about; then everything goes on as before.
   */
  async upgrade(): Promise<{ pid: number }> {
    const obstacle = this.#obstacle();
    if (obstacle !== undefined) throw new OrderError('refused', obstacle);
    this.#upgrading = true;
    try {
      return await this.#handOver();
    } finally {
      this.#upgrading = false;
      this.#successor = undefined;
    }
  }

  get #status(): string {
    return `listening on ${this.#gateway.addresses.join(', ')}`;
  }

  #drain(cause: string): void {
    this.#successor?.end(END_LIMIT);
    void this.#manager.tell({ STOPPING: '1', STATUS: 'draining' });
    void this.#ending.drain(cause, this.#config.shutdownTimeout);
  }

  async #reload(): Promise<ReloadReport> {
    void this.#manager.tell({ RELOADING: '1', MONOTONIC_USEC: monotonicMicroseconds() });
    try {
      return await this.#follow(this.#load());
    } finally {
      void this.#manager.tell({ READY: '1', STATUS: this.#status });
    }
  }

  /** The log first, since that can be undone. */
  async #follow(config: Config): Promise<ReloadReport> {
    this.#log.follow(config.log);
    try {
      const report = await this.#apply(config);
      this.#config = config;
      return report;
    } catch (error) {
      this.#log.follow(this.#config.log);
      throw error;
    }
  }

  /** Pools and routes at whose gates requests may wait. */
  #held(): string[] {
    const { pools, routes } = this.#gateway.status();
    return [...pools, ...routes].flatMap(({ name, hold }) => (hold === null ? [] : [name]));
  }

  #obstacle(): string | undefined {
    if (this.#console === undefined) return 'the gateway is only just starting: wait until it listens';
    if (this.#ending.begun) return 'the gateway is draining: it takes nothing new, start another one';
    if (this.#upgrading) return 'an upgrade is under way: wait until it is done';
    const held = this.#held();
    if (held.length > 0)
      return `requests are held (${held.join(', ')}), and those that wait cannot be handed over: resume first`;
    if (process.pid === 1)
      return 'the gateway is process 1, with which its container would end: start another container and stop this one';
    return undefined;
  }

  async #handOver(): Promise<{ pid: number }> {
    this.#log.info('upgrade: a new process is being started');
    const successor = new Successor(this.#estate());
    this.#successor = successor;
    const reasons = await failureOf(successor);
    const { pid } = successor;
    if (reasons !== undefined || pid === undefined) {
      const words = (reasons ?? []).join('; ');
      successor.end(END_LIMIT);
      throw new OrderError('refused', `this process goes on, since the new one failed: ${words}`);
    }
    await this.#giveWay(successor, pid);
    return { pid };
  }

  #estate(): Estate {
    const { listeners } = this.#gateway;
    const { listen } = this.#config.admin;
    const descriptor = this.#console?.descriptor;
    const console =
      descriptor === undefined || listen === undefined ? undefined : { descriptor, text: listen.text };
    return { sockets: listeners.sockets, console, orders: liveOrders(this.#gateway) };
  }

  async #giveWay(successor: Successor, pid: number): Promise<void> {
    this.#gateway.listeners.release();
    this.#console?.leave();
    this.#log.info('upgraded: the new process serves', { pid });
    await this.#manager.tell({ MAINPID: String(pid) });
    this.#manager.leave();
    successor.leave();
    // Who has asked for it hears of it first.
    setImmediate(() => void this.#ending.drain('upgrade', this.#config.shutdownTimeout));
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
function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll('\n', '; ') : String(error);
}

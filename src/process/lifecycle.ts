import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ReloadReport } from '../control.ts';
import type { Gateway } from '../gateway.ts';
import type { CountingLog } from '../log/create-log.ts';
import { LogFileError } from '../log/open-output.ts';
import { Ending } from './ending.ts';
import { logFileWords } from './log-file-words.ts';
import { monotonicMicroseconds, type ServiceManager } from './service-manager.ts';
import type { SignalListener } from './signals.ts';
import { type Console, Upgrade, wordsOf } from './upgrade.ts';

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

/** What becomes of a running gateway and its process: reload, upgrade, the end. */
export class Lifecycle implements SignalListener {
  readonly #gateway: Gateway;
  readonly #log: CountingLog;
  readonly #manager: ServiceManager;
  readonly #load: () => Config;
  readonly #apply: (config: Config) => Promise<ReloadReport>;
  readonly #ending: Ending;
  #config: Config;
  readonly #upgrade: Upgrade;
  /** The last reload; before the gateway serves, its start. */
  #reloaded: Promise<unknown>;
  #serves: () => void = () => {};

  constructor({ gateway, log, manager, config, load, apply }: Surroundings) {
    this.#gateway = gateway;
    this.#log = log;
    this.#manager = manager;
    this.#load = load;
    this.#apply = apply;
    this.#config = config;
    this.#ending = new Ending(gateway, log);
    this.#reloaded = new Promise<void>(resolve => {
      this.#serves = resolve;
    });
    this.#upgrade = new Upgrade({ gateway, log, manager, ending: this.#ending });
  }

  /** To be called when the gateway serves, with the console from which orders come. */
  started(console: Console): void {
    this.#upgrade.possible(console);
    void this.#manager.tell({ READY: '1', STATUS: this.#status });
    this.#manager.watch();
    this.#serves();
  }

  hear(signal: 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'): void {
    if (signal === 'SIGHUP') {
      this.#log.reopen();
      this.reload().catch(() => {});
    } else if (signal === 'SIGUSR1') {
      this.#log.reopen();
      this.#log.info('SIGUSR1: log files are opened anew');
    } else this.upgrade().catch(() => {});
  }

  end(signal: NodeJS.Signals): void {
    if (this.#ending.begun) void this.#ending.stop(signal);
    else this.#drain(signal);
  }

  /** Drains the gateway and ends its process; returns at once. */
  stop(): void {
    if (!this.#ending.begun) this.#drain('an order to stop');
  }

  /**
   * Reads the configuration again and goes over to it; rejects with what is wrong with it, which stands in the log as well,
   * and nothing has changed then.
   */
  reload(): Promise<ReloadReport> {
    const done = this.#reloaded.then(() => this.#reload());
    this.#reloaded = done.catch(error =>
      this.#log.error('no reload: nothing is changed', { reason: wordsOf(error) }),
    );
    return done;
  }

  /**
   * Hands the listening sockets to a new process of the program as it is installed now, and drains when that one serves.
   * Rejects with OrderError if it is not to be or does not come about, for a reason that stands in the log as well; then
   * everything goes on as before.
   */
  async upgrade(): Promise<{ pid: number }> {
    try {
      return await this.#upgrade.run();
    } catch (error) {
      this.#log.error('no upgrade', { reason: wordsOf(error) });
      throw error;
    }
  }

  get #status(): string {
    return `listening on ${this.#gateway.addresses.join(', ')}`;
  }

  #drain(cause: string): void {
    this.#upgrade.callOff();
    void this.#manager.tell({ STOPPING: '1', STATUS: 'draining' });
    void this.#ending.drain(cause);
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
    this.#turnLog(config);
    try {
      const report = await this.#apply(config);
      this.#config = config;
      return report;
    } catch (error) {
      this.#log.follow(this.#config.log);
      throw error;
    }
  }

  #turnLog({ log }: Config): void {
    try {
      this.#log.follow(log);
    } catch (error) {
      throw error instanceof LogFileError ? new ConfigError([logFileWords(error)]) : error;
    }
  }
}

import { spawn } from 'node:child_process';
import type { Log } from '../log/log.ts';
import { onlyThree } from '../transport/inherited-descriptors.ts';

/** How long a message may take to be delivered, in milliseconds. */
const PATIENCE = 10_000;

/** Where the program may be if there is no PATH. */
const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Words of sd_notify(3). */
export type State = Readonly<Record<string, string>>;

/**
 * Tells the service manager how the gateway is, where one asks for it by NOTIFY_SOCKET. Its socket takes datagrams, which
 * Node.js does not speak: the program systemd-notify sends them. Never throws; without the program it warns once.
 */
export class ServiceManager {
  readonly #log: Log;
  readonly #environment: NodeJS.ProcessEnv;
  #last: Promise<void> = Promise.resolve();
  #mute = false;
  #pinging = false;

  constructor(log: Log, environment: NodeJS.ProcessEnv) {
    this.#log = log;
    this.#environment = environment;
  }

  /** Resolves when the service manager has heard it, or will not; messages are sent one after the other. */
  tell(state: State): Promise<void> {
    const socket = this.#environment['NOTIFY_SOCKET'];
    if (socket === undefined || socket === '') return Promise.resolve();
    this.#last = this.#last.then(() => this.#send(socket, state));
    return this.#last;
  }

  /** Lets the service manager see that the event loop turns, if it wants to (WatchdogSec=). */
  watch(): void {
    const { WATCHDOG_USEC: period, WATCHDOG_PID: pid } = this.#environment;
    const half = Number(period) / 2_000;
    if (!(half > 0) || (pid !== undefined && pid !== String(process.pid))) return;
    setInterval(() => this.#ping(), Math.max(1, half)).unref();
  }

  /** One at a time: on a busy machine they would pile up before what else is to be said. */
  #ping(): void {
    if (this.#pinging) return;
    this.#pinging = true;
    void this.tell({ WATCHDOG: '1' }).then(() => {
      this.#pinging = false;
    });
  }

  /** Says nothing any more: another process speaks for the service. */
  leave(): void {
    this.#mute = true;
  }

  #send(socket: string, state: State): Promise<void> {
    if (this.#mute) return Promise.resolve();
    const words = Object.entries(state).map(([name, value]) => `${name}=${value.replaceAll('\n', ' ')}`);
    return new Promise(resolve => {
      const child = spawn('systemd-notify', words, {
        env: { NOTIFY_SOCKET: socket, PATH: this.#environment['PATH'] ?? USUAL_PATH },
        stdio: onlyThree(['ignore', 'ignore', 'ignore']),
        timeout: PATIENCE,
      });
      child.on('error', error => {
        this.#complain(error);
        resolve();
      });
      child.on('exit', status => {
        if (status !== 0) this.#log.debug('systemd-notify failed', { status: status ?? -1 });
        resolve();
      });
    });
  }

  #complain(error: NodeJS.ErrnoException): void {
    if (this.#mute) return;
    this.#mute = true;
    const why = error.code === 'ENOENT' ? 'the program systemd-notify is not installed' : error.message;
    this.#log.warn(
      `the service manager is told nothing, not even that the gateway is ready: ${why}; install it, or take Type=exec in the unit`,
    );
  }
}

/** What goes with RELOADING=1: the present moment on the system's monotonic clock. */
export function monotonicMicroseconds(): string {
  return String(process.hrtime.bigint() / 1000n);
}

import { formatDuration } from '../config/duration.ts';
import type { Gateway } from '../gateway.ts';
import type { CountingLog } from '../log/create-log.ts';

/** The end of a gateway and its process; the log says once how it came about. */
export class Ending {
  readonly #gateway: Gateway;
  readonly #log: CountingLog;
  #begun = false;
  #told = false;

  constructor(gateway: Gateway, log: CountingLog) {
    this.#gateway = gateway;
    this.#log = log;
  }

  /** Whether it has begun. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Lets what is in flight finish within the time-out, and ends the process. The cause stands in the log. */
  async drain(cause: string): Promise<void> {
    this.#begun = true;
    this.#log.info('draining: what is in flight may finish; a second signal stops at once', { cause });
    const report = { ...(await this.#gateway.drain()) };
    // A drain that was stopped resolves, too.
    if (this.#told) return;
    this.#told = true;
    if (report.cut === 0) this.#log.info('drained', report);
    else
      this.#log.warn(
        `drained; cut what had not finished within ${formatDuration(this.#gateway.config.shutdownTimeout)}`,
        report,
      );
    await this.#exit();
  }

  /** Ends the process at once, whatever is in flight. */
  async stop(cause: string): Promise<void> {
    if (this.#told) return;
    this.#told = true;
    const cut = underWay(this.#gateway);
    await this.#gateway.stop();
    this.#log.warn('stopped at once', { cause, cut });
    await this.#exit();
  }

  async #exit(): Promise<void> {
    await this.#log.end();
    process.exit(0);
  }
}

/** Exchanges that have not ended; undefined if that cannot be said: it is for the log, and must not keep anything from ending. */
function underWay(gateway: Gateway): number | undefined {
  try {
    const { exchanges } = gateway.status() as { exchanges?: { underWay?: number } };
    return exchanges?.underWay;
  } catch {
    return undefined;
  }
}

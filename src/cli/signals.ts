import { formatDuration } from '../config/duration.ts';
import type { Gateway } from '../gateway.ts';
import type { CountingLog } from '../log/create-log.ts';

/** Ends the gateway and the process on SIGTERM or SIGINT: drained on the first, at once on the second. What it gives back ends the listening. */
export function onSignals(gateway: Gateway, log: CountingLog, shutdownTimeout: number): () => void {
  let ending: Ending | undefined;
  const end = (signal: NodeJS.Signals): void => {
    if (ending === undefined) {
      ending = new Ending(gateway, log);
      void ending.drain(signal, shutdownTimeout);
    } else void ending.stop(signal);
  };
  const hangUp = (): void => restart(gateway, log);
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', hangUp);
  return () => {
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
    process.off('SIGHUP', hangUp);
  };
}

/** New processes for the applications that the gateway has started; the configuration stays as it was read. */
function restart(gateway: Gateway, log: CountingLog): void {
  if (!gateway.supervises) {
    log.warn('SIGHUP: there is no reload yet, restart to apply a new configuration');
    return;
  }
  log.info('SIGHUP: applications are restarted one process at a time; a new configuration is not read');
  void gateway.restartApplications();
}

/** The end of a gateway and its process; the log says once how it came about. */
class Ending {
  readonly #gateway: Gateway;
  readonly #log: CountingLog;
  #told = false;

  constructor(gateway: Gateway, log: CountingLog) {
    this.#gateway = gateway;
    this.#log = log;
  }

  async drain(signal: NodeJS.Signals, shutdownTimeout: number): Promise<void> {
    this.#log.info('draining: what is in flight may finish; a second signal stops at once', { signal });
    const report = { ...(await this.#gateway.drain()) };
    // A drain that was stopped resolves, too.
    if (this.#told) return;
    this.#told = true;
    if (report.cut === 0) this.#log.info('drained', report);
    else
      this.#log.warn(`drained; cut what had not finished within ${formatDuration(shutdownTimeout)}`, report);
    await this.#exit();
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    if (this.#told) return;
    this.#told = true;
    const cut = underWay(this.#gateway);
    await this.#gateway.stop();
    this.#log.warn('stopped at once', { signal, cut });
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

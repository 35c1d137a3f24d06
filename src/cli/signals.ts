import { formatDuration } from '../config/duration.ts';
import type { Gateway } from '../gateway.ts';
import type { CountingLog } from '../log/create-log.ts';

/** Ends the gateway and the process on SIGTERM or SIGINT: drained on the first, at once on the second. What it gives back ends the listening. */
export function onSignals(gateway: Gateway, log: CountingLog, shutdownTimeout: number): () => void {
  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) {
      void stop(gateway, log, signal);
      return;
    }
    ending = true;
    log.info('draining: what is in flight may finish; a second signal stops at once', { signal });
    void drain(gateway, log, shutdownTimeout);
  };
  const hangUp = (): void => log.warn('SIGHUP: there is no reload yet, restart to apply a new configuration');
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', hangUp);
  return () => {
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
    process.off('SIGHUP', hangUp);
  };
}

async function drain(gateway: Gateway, log: CountingLog, shutdownTimeout: number): Promise<void> {
  const { finished, cut } = await gateway.drain();
  if (cut === 0) log.info('drained', { finished, cut });
  else
    log.warn(`drained; cut what had not finished within ${formatDuration(shutdownTimeout)}`, {
      finished,
      cut,
    });
  await exit(log);
}

async function stop(gateway: Gateway, log: CountingLog, signal: NodeJS.Signals): Promise<void> {
  const cut = underWay(gateway);
  await gateway.stop();
  log.warn('stopped at once', { signal, cut });
  await exit(log);
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

async function exit(log: CountingLog): Promise<void> {
  await log.end();
  process.exit(0);
}

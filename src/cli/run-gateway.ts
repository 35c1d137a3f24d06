import { closeSync } from 'node:fs';
import type { Legacy } from '../admin/server.ts';
import type { Config } from '../config/config.ts';
import type { Control } from '../control.ts';
import { Gateway } from '../gateway.ts';
import { type CountingLog, createLog } from '../log/create-log.ts';
import { LogFileError } from '../log/open-output.ts';
import { carryOn } from '../operations/live-orders.ts';
import { Operations } from '../operations/operations.ts';
import { acceptHandOver, type HandOver } from '../process/hand-over.ts';
import { Lifecycle } from '../process/lifecycle.ts';
import { logFileWords } from '../process/log-file-words.ts';
import { takePassedSockets } from '../process/passed-sockets.ts';
import { ServiceManager } from '../process/service-manager.ts';
import { onSignals } from '../process/signals.ts';
import { tuneEngine } from './engine.ts';
import { listenFailure } from './listen-failure.ts';
import { type OrderIntake, takeOrders } from './take-orders.ts';
import { UsageError } from './usage-error.ts';

/**
 * Starts a gateway that signals will end, and the process with it; the warnings go to its log. `load` reads the configuration
 * anew. Throws UsageError, ConfigError or Failure if it cannot be started.
 */
export async function runGateway(
  config: Config,
  warnings: readonly string[] = [],
  load: () => Config = () => config,
): Promise<Gateway> {
  const { passed, handOver, warnings: oddities } = takePassedSockets(process.env);
  const log = openLog(config);
  for (const warning of [...warnings, ...oddities]) log.warn(warning);
  tuneEngine();
  const gateway = new Gateway(config, log, passed);
  const manager = new ServiceManager(log, process.env);
  let orders: OrderIntake | undefined;
  const apply = async (next: Config) => {
    const report = await gateway.reload(next);
    orders?.follow(next.admin);
    return report;
  };
  const lifecycle = new Lifecycle({ gateway, log, manager, config, load, apply });
  const control = new Operations(gateway, lifecycle);
  // Before it says that it listens: whoever reads that may send a signal at once.
  const deaf = onSignals(lifecycle);
  surviveDefects(log);
  try {
    await gateway.start(() => repeatOrders(control, handOver, log));
    orders = await takeOrders(config.admin, control, log, legacyOf(config, handOver));
  } catch (error) {
    deaf();
    // It may have accepted already where the process before accepts as well.
    await (handOver === undefined ? gateway.stop() : gateway.drain());
    await log.end();
    throw listenFailure(error);
  }
  lifecycle.started(orders);
  acceptHandOver(() => {
    gateway.listeners.adopt();
    orders?.publish();
  });
  return gateway;
}

/** What operators have changed since the start of the process before holds for this one, too, as far as that can be. */
async function repeatOrders(
  control: Control,
  handOver: HandOver | undefined,
  log: CountingLog,
): Promise<void> {
  for (const failure of await carryOn(control, handOver?.orders ?? [])) log.warn(failure);
}

/** What the process before leaves of its console, if this one is to have one at the same place. */
function legacyOf({ admin }: Config, handOver: HandOver | undefined): Legacy | undefined {
  const { descriptor, text } = handOver?.console ?? {};
  if (text === undefined) return undefined;
  if (text === admin.listen?.text) return { descriptor };
  // Who connects there is to be refused, and not to wait for nobody.
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}

function openLog(config: Config): CountingLog {
  try {
    return createLog(config.log);
  } catch (error) {
    if (!(error instanceof LogFileError)) throw error;
    throw new UsageError(logFileWords(error));
  }
}

/** A defect that shows outside of any exchange is not worth every other connection. */
function surviveDefects(log: CountingLog): void {
  const report = (thrown: unknown): void => {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    log.error('defect of the gateway, outside of any exchange', { stack });
  };
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);
}

import { ConsoleError, openConsole } from '../admin/open-console.ts';
import type { AdminServer } from '../admin/server.ts';
import type { AdminConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Control } from '../control.ts';
import type { Log } from '../log/log.ts';
import { Failure } from './usage-error.ts';

/** Where the commands for a running gateway come in. */
export interface OrderIntake {
  /** Goes over to another configuration, and reads the token anew; what is wrong with it is logged, and the old one stays. */
  follow(config: AdminConfig): void;
  /** Takes no more orders. */
  stop(): void;
}

/**
 * Takes orders for a gateway as it is configured, until the process exits: also during its drain. `takeOver`: in the place
 * of a process that hands everything over. Rejects with ConfigError or Failure.
 */
export async function takeOrders(
  config: AdminConfig,
  control: Control,
  log: Log,
  takeOver: boolean,
): Promise<OrderIntake> {
  const server = await opened(config, control, log, takeOver);
  if (server === undefined) return { follow: () => {}, stop: () => {} };
  log.info(`taking orders at ${server.address}`);
  const stop = (): void => server.stop();
  process.once('exit', stop);
  return { follow: next => follow(server, next, log), stop };
}

async function opened(
  config: AdminConfig,
  control: Control,
  log: Log,
  takeOver: boolean,
): Promise<AdminServer | undefined> {
  try {
    return await openConsole(config, control, log, takeOver);
  } catch (error) {
    throw error instanceof ConsoleError ? new Failure(error.message) : error;
  }
}

function follow(server: AdminServer, config: AdminConfig, log: Log): void {
  try {
    server.follow(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    log.warn(`${error.message}; the token from before holds`);
  }
}

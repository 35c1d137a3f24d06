import { ConsoleError, openConsole } from '../admin/open-console.ts';
import type { AdminServer, Legacy } from '../admin/server.ts';
import type { AdminConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Control } from '../control.ts';
import type { Log } from '../log/log.ts';
import { Failure } from './usage-error.ts';

/** Where the commands for a running gateway come in. */
export interface OrderIntake {
  /** Its socket, if that cannot be bound a second time; undefined: it can, or there is none. */
  readonly descriptor: number | undefined;
  /** Leaves whoever comes to another process. */
  leave(): void;
  /** Goes over to another configuration, and reads the token anew; what is wrong with it is logged, and the old one stays. */
  follow(config: AdminConfig): void;
  /** Takes no more orders. */
  stop(): void;
}

/**
 * Takes orders for a gateway as it is configured, until the process exits: also during its drain. `legacy`: what a process
 * that hands everything over leaves of its own. Rejects with ConfigError or Failure.
 */
export async function takeOrders(
  config: AdminConfig,
  control: Control,
  log: Log,
  legacy: Legacy | undefined,
): Promise<OrderIntake> {
  const server = await opened(config, control, log, legacy);
  if (server === undefined) return NOWHERE;
  log.info(`taking orders at ${server.address}`);
  const stop = (): void => server.stop();
  process.once('exit', stop);
  return {
    get descriptor() {
      return server.descriptor;
    },
    leave: () => server.leave(),
    follow: next => follow(server, next, log),
    stop,
  };
}

const NOWHERE: OrderIntake = { descriptor: undefined, leave: () => {}, follow: () => {}, stop: () => {} };

async function opened(
  config: AdminConfig,
  control: Control,
  log: Log,
  legacy: Legacy | undefined,
): Promise<AdminServer | undefined> {
  try {
    return await openConsole(config, control, log, legacy);
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

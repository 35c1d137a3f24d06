import { ConsoleError, openConsole } from '../admin/open-console.ts';
import type { AdminServer, Legacy } from '../admin/server.ts';
import type { AdminConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { systemWords } from '../config/system-words.ts';
import type { Control } from '../control.ts';
import type { Log } from '../log/log.ts';
import type { ConsoleSocket } from '../process/hand-over.ts';
import { Failure } from './usage-error.ts';

/** Where the commands for a running gateway come in. */
export interface OrderIntake {
  /** As another process may have it; undefined: there is none. */
  readonly socket: ConsoleSocket | undefined;
  /** Goes by the name that the process before has left; if it cannot, the log says so. */
  publish(): void;
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
    get socket() {
      return { descriptor: server.descriptor, text: config.listen?.text ?? '' };
    },
    publish: () => publish(server, log),
    leave: () => server.leave(),
    follow: next => follow(server, next, log),
    stop,
  };
}

const NOWHERE: OrderIntake = {
  socket: undefined,
  publish: () => {},
  leave: () => {},
  follow: () => {},
  stop: () => {},
};

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

function publish(server: AdminServer, log: Log): void {
  try {
    server.publish();
  } catch (error) {
    log.error(`no orders can be taken at ${server.address}: ${systemWords(error)}`);
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

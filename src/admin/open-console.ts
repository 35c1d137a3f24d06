import type { AdminConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { systemWords } from '../config/system-words.ts';
import type { Control } from '../control.ts';
import type { Log } from '../log/log.ts';
import { Occupied } from '../transport/socket-file.ts';
import { AdminServer, type Legacy } from './server.ts';

/** The console cannot be opened where it was asked for; the message says why, and what to do. */
export class ConsoleError extends Error {}

/**
 * Opens the console of a gateway; undefined: it is to have none, or the place that it has by default cannot be had, which
 * is a warning. `legacy`: in the place of a gateway that hands everything over. Rejects with ConfigError or ConsoleError.
 */
export async function openConsole(
  config: AdminConfig,
  control: Control,
  log: Log,
  legacy?: Legacy,
): Promise<AdminServer | undefined> {
  const { listen, given } = config;
  if (listen === undefined) {
    if (!given)
      log.info(
        'this gateway takes no orders: there is no usual place for its socket, --admin ADDR names one',
      );
    return undefined;
  }
  if (listen.kind === 'tcp' && config.tokenFile === '') {
    throw new ConfigError([
      '--admin: by TCP everybody on the machine can ask: give --admin-token-file FILE, too',
    ]);
  }
  if (listen.kind === 'unix' && listen.path.startsWith('@')) {
    throw new ConfigError(['--admin: whoever is on the machine can use an abstract socket: give a path']);
  }
  try {
    const server = new AdminServer({ ...config, listen }, control, log);
    await server.start(legacy);
    return server;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const words = failureWords(error, listen.text);
    if (given) throw new ConsoleError(`${words}; give another address with --admin, or --admin off`);
    log.warn(`${words}; this gateway takes no orders until it is started with --admin ADDR`);
    return undefined;
  }
}

function failureWords(error: unknown, place: string): string {
  if (!(error instanceof Occupied)) return `cannot take orders at ${place}: ${systemWords(error)}`;
  return error.live
    ? `cannot take orders at ${place}: another gateway does so there`
    : `cannot take orders at ${place}: something that is no socket lies there`;
}

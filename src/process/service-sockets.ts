import type { PassedSocket } from '../client/passed-socket.ts';
import { describeSocket, linkOf } from '../client/socket-table.ts';
import { ConfigError } from '../config/config-error.ts';

/** The first descriptor that is passed (SD_LISTEN_FDS_START). */
const FIRST = 3;

/** More than any unit has. */
const MOST = 1_024;

const VARIABLES = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'] as const;

/** What the service manager has passed. */
export interface ServiceSockets {
  readonly sockets: readonly PassedSocket[];
  /** What is odd about it, in words; undefined: nothing. */
  readonly warning: string | undefined;
}

/**
 * Takes the sockets that the service manager has bound for this process (sd_listen_fds(3)); their variables are removed from
 * the environment, so that no child takes them for its own. Throws ConfigError if one cannot be listened on.
 */
export function takeServiceSockets(environment: NodeJS.ProcessEnv): ServiceSockets {
  const [pid, count, names] = VARIABLES.map(name => environment[name]);
  for (const name of VARIABLES) delete environment[name];
  if (count === undefined) return { sockets: [], warning: undefined };
  if (pid !== String(process.pid)) return { sockets: [], warning: strangers(pid) };
  if (!/^\d+$/.test(count) || Number(count) > MOST) {
    throw new ConfigError([`LISTEN_FDS: expected a number of descriptors, got ${JSON.stringify(count)}`]);
  }
  const texts = names === undefined || names === '' ? [] : names.split(':');
  const sockets = Array.from({ length: Number(count) }, (_, i) => socketAt(FIRST + i, texts[i] ?? ''));
  return { sockets, warning: undefined };
}

function strangers(pid: string | undefined): string {
  return `sockets were passed to process ${pid ?? 'unknown'}, and this is ${process.pid}: they are not used; have the unit start sluice itself, or by a script that ends with exec`;
}

function socketAt(descriptor: number, name: string): PassedSocket {
  const entry = describeSocket(descriptor);
  const called = name === '' ? '' : ` (${name})`;
  const where = `LISTEN_FDS: descriptor ${descriptor}${called}`;
  const link = linkOf(descriptor);
  if (entry === undefined && link === '') throw new ConfigError([`${where} is not open`]);
  if (entry === undefined && !link.startsWith('socket:')) {
    throw new ConfigError([`${where} is ${link} and no socket; ${REMEDY}`]);
  }
  if (entry?.listening === false)
    throw new ConfigError([`${where} does not listen for connections; ${REMEDY}`]);
  const { kind, address } = entry ?? { kind: 'tcp', address: '' };
  return { descriptor, kind, address, name, managed: true, text: '' };
}

const REMEDY = 'in the socket unit it takes ListenStream= and Accept=no';

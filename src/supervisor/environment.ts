import type { SpawnConfig } from '../config/config.ts';
import type { Account } from './account.ts';

/** What an application may know of the gateway's own environment: language and time zone, nothing that could be a secret. */
const PASSED_ON = ['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'TZ', 'TMPDIR'];

const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where a process is to listen: one of the two is there. */
export interface Place {
  /** Of its socket; empty: a port. */
  readonly path: string;
  readonly port: number;
}

/** All of the environment of an application, before its own settings. */
export function environmentOf(
  spawn: SpawnConfig,
  account: Account | undefined,
  place: Place,
): Record<string, string> {
  const environment: Record<string, string> = { PATH: process.env['PATH'] ?? USUAL_PATH };
  for (const name of PASSED_ON) copy(name, environment);
  if (account === undefined) for (const name of ['HOME', 'USER', 'LOGNAME']) copy(name, environment);
  else Object.assign(environment, { HOME: account.home, USER: account.name, LOGNAME: account.name });
  if (place.path === '') environment['PORT'] = String(place.port);
  else environment['SOCKET'] = place.path;
  // PHP ends after 500 requests unless told otherwise, and what has just connected to it is lost then.
  if (spawn.protocol === 'fcgi') environment['PHP_FCGI_MAX_REQUESTS'] = '0';
  for (const [name, value] of Object.entries(spawn.environment)) environment[name] = expand(value, place);
  return environment;
}

/** A text with the place where a process is to listen in it. */
export function expand(text: string, { path, port }: Place): string {
  return text.replaceAll('{socket}', path).replaceAll('{port}', String(port));
}

/** Whether an application is told where to listen, and thus does so itself. */
export function listensItself({ protocol, command, environment }: SpawnConfig): boolean {
  const told = [...command, ...Object.values(environment)].some(text => /\{(socket|port)\}/.test(text));
  return told || protocol !== 'fcgi';
}

function copy(name: string, environment: Record<string, string>): void {
  const value = process.env[name];
  if (value !== undefined) environment[name] = value;
}

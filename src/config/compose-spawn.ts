import type { SpawnConfig } from './config.ts';
import { existingDirectory } from './existing-directory.ts';
import type { SpawnSettings } from './pool-schema.ts';
import type { Composing, Placed } from './source.ts';
import type { SpawnFlag } from './spawn.ts';
import { spawnedBackends, wants } from './spawned-backends.ts';
import { parseUnixPath } from './unix-path.ts';

const MIN = 1;
const MAX = 8;
const SECOND = 1000;

/** Requests that a process serves at once unless it is said: those of HTTP wait for others while they serve one. */
const CONCURRENCY = { fcgi: 1, scgi: 1, uwsgi: 1, http: 32 } as const;

/** The application of a pool, with what a flag or the file says of it; what is wrong with it joins the mistakes. */
export function composeSpawn(
  name: string,
  { value, path }: Placed<SpawnFlag | SpawnSettings>,
  composing: Composing,
): SpawnConfig {
  const settings: SpawnSettings =
    'pool' in value ? { command: value.command, protocol: value.protocol } : value;
  const { directory, protocol = 'fcgi' } = settings;
  const spawn: SpawnConfig = {
    command: settings.command,
    protocol,
    min: settings.min ?? MIN,
    max: settings.max ?? Math.max(MAX, settings.min ?? 0),
    concurrency: settings.concurrency ?? CONCURRENCY[protocol],
    idleTimeout: settings['idle-timeout'] ?? 60 * SECOND,
    startTimeout: settings['start-timeout'] ?? 10 * SECOND,
    stopTimeout: settings['stop-timeout'] ?? 10 * SECOND,
    user: settings.user ?? '',
    group: settings.group ?? '',
    directory:
      directory === undefined
        ? ''
        : existingDirectory(composing, { value: directory, path: [...path, 'directory'] }),
    environment: settings.environment ?? {},
  };
  for (const message of faults(name, spawn)) composing.mistakes.push({ path, message });
  return spawn;
}

function* faults(name: string, spawn: SpawnConfig): Generator<string> {
  const { protocol, min, max } = spawn;
  if (min > max) yield `min, ${min} processes, is more than max, ${max}: lower the one or raise the other`;
  const socket = wants(spawn, '{socket}');
  const port = wants(spawn, '{port}');
  if (socket && port) yield 'a process listens in one place: ask for {socket} or for {port}, not for both';
  if (!socket && !port && protocol !== 'fcgi') {
    yield `the command has to say where to listen: put {socket} or {port} where ${protocol} wants its address, such as ${example(protocol)}`;
  }
  const [backend] = spawnedBackends(name, spawn);
  if (backend!.path !== '' && !fits(spawnedBackends(name, spawn).at(-1)!.path)) {
    yield `the path of its sockets, ${backend!.path}, is longer than the kernel takes: give the pool a shorter name, or set XDG_RUNTIME_DIR to a shorter directory`;
  }
}

function example(protocol: SpawnConfig['protocol']): string {
  return protocol === 'http' ? "'node app.js --port {port}'" : `'uwsgi --${protocol}-socket {socket} ..'`;
}

function fits(path: string): boolean {
  try {
    return parseUnixPath(path) === path;
  } catch {
    return false;
  }
}

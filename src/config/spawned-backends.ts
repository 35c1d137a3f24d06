import { join } from 'node:path';
import type { BackendConfig, SpawnConfig } from './config.ts';
import { runtimeDirectory } from './runtime-directory.ts';

/**
 * The backends of a pool that starts its application: one for each process there may be, named `POOL/1` and so on. Each
 * listens on a unix socket of its own, in a directory of the pool's below `directory`, for that may have to belong to
 * another user; where the command asks for a `{port}`, on 127.0.0.1 with port 0, which stands for one that is picked when
 * the process starts.
 */
export function spawnedBackends(
  pool: string,
  spawn: SpawnConfig,
  directory = runtimeDirectory(),
): BackendConfig[] {
  const byPort = wants(spawn, '{port}');
  return Array.from({ length: spawn.max }, (_, i) => {
    const path = byPort ? '' : join(directory, pool, `${i + 1}.sock`);
    const scheme = byPort ? spawn.protocol : `${spawn.protocol}+unix`;
    return {
      url: byPort ? `${scheme}://127.0.0.1:0` : `${scheme}://${path}`,
      scheme,
      host: byPort ? '127.0.0.1' : '',
      port: 0,
      expand: 'no',
      family: 0,
      path,
      docroot: '',
      multiplex: 1,
      name: `${pool}/${i + 1}`,
      weight: 1,
      maxConns: spawn.concurrency,
      backup: false,
      tls: undefined,
      sendProxy: 0,
    };
  });
}

/** Whether the command of an application, or its environment, has a place for `{socket}` or `{port}`. */
export function wants(spawn: SpawnConfig, place: '{socket}' | '{port}'): boolean {
  return [...spawn.command, ...Object.values(spawn.environment)].some(text => text.includes(place));
}

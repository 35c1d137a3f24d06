import type { BackendConfig, PoolConfig } from '../config/config.ts';
import type { Application } from '../protocol.ts';

/** What an application is told beside the request, and how its scripts are run. */
export function applicationOf(backend: BackendConfig, config: PoolConfig): Application {
  const { mount, variables, symlinks } = config;
  return {
    docroot: backend.docroot,
    mount,
    variables,
    // What a program has in its environment, other users of the machine may be able to read.
    authorization:
      config.authorization === 'auto' ? backend.scheme !== 'cgi' : config.authorization === 'yes',
    symlinks,
    // One that begins with the address of a client is about nobody else.
    multiplex: backend.sendProxy === 0 ? backend.multiplex : 1,
  };
}

/** `host:port` as a Host field has it; what has a path is at localhost. */
export function authorityOf(backend: Pick<BackendConfig, 'host' | 'port' | 'path'>): string {
  if (backend.path !== '' || backend.host === '') return 'localhost';
  return backend.host.includes(':') ? `[${backend.host}]:${backend.port}` : `${backend.host}:${backend.port}`;
}

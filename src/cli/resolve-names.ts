import type { BackendConfig, Config } from '../config/config.ts';
import { joinHostPort } from '../config/host-port.ts';
import { SILENT } from '../log/silent.ts';
import { Resolver } from '../resolver/resolver.ts';
import { type Found, hasName } from './name-summary.ts';

/** Looks up every name of a configuration once, as a gateway does when it starts. */
export async function resolveNames({ pools, resolver: config }: Config): Promise<Found> {
  const backends = pools.flatMap(pool => pool.backends).filter(hasName);
  const resolver = new Resolver(config, SILENT);
  const found = new Map<string, string>();
  await Promise.all(
    backends.map(async backend => {
      const { host, expand, family } = backend;
      const kind = expand === 'no' ? 'addresses' : expand;
      const watch = resolver.watch({ host, kind, family }, () => {});
      await watch.first;
      const places = (watch.places ?? []).map(({ address, port, target }) => where(address, port, target));
      found.set(keyOf(backend), places.length > 0 ? places.join(', ') : `nothing: ${watch.reason}`);
    }),
  );
  resolver.close();
  return backend => found.get(keyOf(backend));
}

function keyOf({ host, expand, family }: BackendConfig): string {
  return `${host} ${expand} ${family}`;
}

function where(address: string, port: number, target: string): string {
  const place = port === 0 ? address : joinHostPort(address, port);
  return target === '' ? place : `${place} (${target})`;
}

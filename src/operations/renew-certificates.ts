import type { PoolConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Pools } from '../pools.ts';

/** Which backends of a configuration are believed to be who they say without a proof; one line each. */
export function insecureBackends(pools: readonly PoolConfig[]): string[] {
  return pools.flatMap(({ name, backends }) =>
    backends
      .filter(({ tls }) => tls?.insecure === true)
      .map(
        ({ url }) =>
          `the pool ${name}: ${url} is insecure: its certificate is not checked, and whoever gets in between can read and change everything; ca=FILE names whom to trust`,
      ),
  );
}

/** Reads the certificates with which backends are spoken to again where they have changed, and says what is not checked. */
export function renewCertificates({ all, byName }: Pools, log: Log): void {
  for (const pool of all) for (const endpoint of pool.endpoints) endpoint.tls?.renew();
  for (const line of insecureBackends([...byName.values()].map(({ config }) => config))) log.warn(line);
}

import { isDeepStrictEqual } from 'node:util';
import type { BackendConfig } from '../config/config.ts';

/** One address of a backend: where an endpoint is, and what its pool calls it. */
export interface Place {
  /** Unique in the pool. */
  readonly name: string;
  /** An address, or a name that the operating system resolves at each connect; empty for what has a path. */
  readonly host: string;
  readonly port: number;
  /** What its name is where it has one of its own, as the target of an SRV record has. */
  readonly target?: string;
  /** Endpoints of a tier get requests only while nothing is up in those below; 0 for an ordinary backend. */
  readonly tier: number;
  /** Its share beside the other addresses of its backend, of which the backend's weight is the unit. */
  readonly weight: number;
}

/** Above the priority of any SRV record. */
const BACKUP_TIER = 1_000_000;

/** The only place of a backend that does not expand. */
export function placeOf({ name, host, port }: BackendConfig): Place {
  return { name, host, port, tier: 0, weight: 1 };
}

/** The tier of an endpoint: backups come after everything else. */
export function tierOf({ backup }: BackendConfig, { tier }: Place): number {
  return backup ? BACKUP_TIER + tier : tier;
}

/**
 * Whether an endpoint of one backend may go on as an endpoint of another: what is there is the same, and is spoken to in
 * the same way. Weight, limit and being a backup may differ.
 */
export function sameBackend(a: BackendConfig, b: BackendConfig): boolean {
  return (
    a.url === b.url &&
    a.name === b.name &&
    a.expand === b.expand &&
    a.family === b.family &&
    a.docroot === b.docroot &&
    a.multiplex === b.multiplex &&
    a.sendProxy === b.sendProxy &&
    isDeepStrictEqual(a.tls, b.tls)
  );
}

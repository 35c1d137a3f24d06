import { CGI_PROCESSES } from '../config/compose-pool.ts';
import type { BackendConfig } from '../config/config.ts';
import { formatBackend } from '../config/format-backend.ts';
import { Misread } from '../config/misread.ts';
import { parseOrderedBackend } from '../config/ordered-backend.ts';
import { isCgiFamily } from '../config/schemes.ts';
import { OrderError, type Patience, type Remainder } from '../control.ts';
import type { Endpoint } from '../pool/endpoint.ts';
import { sameBackend } from '../pool/place.ts';
import type { Pool } from '../pool/pool.ts';
import { findMember, findPool } from './find.ts';
import type { Governed } from './governed.ts';
import { warningsOf } from './switches.ts';
import { TunnelDeadlines } from './tunnel-deadlines.ts';
import { untilEmpty } from './until-empty.ts';

/** Carries out Control.add. */
export function add({ pools, log }: Governed, name: string, text: string): string[] {
  const pool = findPool(pools.byName, name);
  refuseSpawned(pool, 'adds one');
  const backend = limited(pool, parse(text));
  refuseUnfit(pool, backend);
  const backends = [...pool.config.backends, backend];
  pools.configure(pool, { ...pool.config, backends });
  log.info('backend added', { pool: pool.name, backend: formatBackend(backend) });
  return endpointsOf(pool, backend).map(endpoint => endpoint.name);
}

/** Carries out Control.remove. */
export async function remove(
  { pools, log }: Governed,
  name: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<Remainder> {
  const { pool, backend, endpoint } = findMember(pools.byName, name);
  refuseSpawned(pool, 'takes one away');
  if (endpoint !== undefined) {
    const message = `${endpoint.name} is an address of ${backend.name} and would be back: drain it, or remove ${backend.name}`;
    throw new OrderError('refused', message);
  }
  const backends = pool.config.backends.filter(other => other !== backend);
  if (backends.length === 0) {
    const message = `${backend.name} is the last backend of the pool ${pool.name}: add another first, or disable it`;
    throw new OrderError('refused', message);
  }
  const leaving = endpointsOf(pool, backend);
  pools.configure(pool, { ...pool.config, backends });
  log.info('backend removed', { pool: pool.name, backend: formatBackend(backend) });
  const warnings = warningsOf(pool);
  const deadlines = new TunnelDeadlines(log);
  deadlines.set(pool, leaving, patience.tunnels);
  const remainder = await untilEmpty(leaving, patience, signal);
  return { ...remainder, ...deadlines.outcome(leaving), ...(warnings.length === 0 ? {} : { warnings }) };
}

function parse(text: string): BackendConfig {
  try {
    return parseOrderedBackend(text);
  } catch (error) {
    if (error instanceof Misread) throw new OrderError('invalid', error.message);
    throw error;
  }
}

/** As at the start: programs have a limit also where none was given. */
function limited({ config }: Pool, backend: BackendConfig): BackendConfig {
  if (backend.scheme !== 'cgi' || backend.maxConns !== undefined) return backend;
  const other = config.backends.find(({ scheme }) => scheme === 'cgi');
  return { ...backend, maxConns: other === undefined ? CGI_PROCESSES : other.maxConns };
}

function refuseSpawned({ name, config }: Pool, what: string): void {
  if (config.spawn === undefined) return;
  const message = `the pool ${name} starts its application itself, and ${what} when it has to: change min and max of its spawn, and reload`;
  throw new OrderError('refused', message);
}

function refuseUnfit({ name, config, present }: Pool, backend: BackendConfig): void {
  const names = [...config.backends, ...present].map(other => other.name);
  if (names.includes(backend.name)) {
    const message = `the pool ${name} has a backend named ${backend.name} already: tell them apart with ,name=TEXT`;
    throw new OrderError('refused', message);
  }
  if (config.site !== undefined && isCgiFamily(backend.scheme) !== isCgiFamily(config.backends[0]!.scheme)) {
    const message = `the pool ${name} has a document root, and its backends either all run scripts or none does: give ${backend.scheme} a pool of its own`;
    throw new OrderError('refused', message);
  }
  if (config.check?.path === '' && backend.scheme === 'cgi') {
    const message = `the pool ${name} is checked by connecting, and nothing listens where a program is run for each request`;
    throw new OrderError('refused', message);
  }
}

function endpointsOf(pool: Pool, backend: BackendConfig): Endpoint[] {
  return pool.present.filter(endpoint => sameBackend(endpoint.backend, backend));
}

import type { BackendConfig } from '../config/config.ts';
import { nearest } from '../config/nearest.ts';
import { OrderError } from '../control.ts';
import type { Endpoint } from '../pool/endpoint.ts';
import { sameBackend } from '../pool/place.ts';
import type { Pool } from '../pool/pool.ts';

/** The pools that orders are about. */
export type PoolsByName = ReadonlyMap<string, Pool>;

/** An endpoint, or all endpoints of a backend, and the pool that they belong to. */
export interface FoundEndpoints {
  readonly pool: Pool;
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
}

/** A backend, or an endpoint of one that has several, as orders name them. */
export interface FoundMember {
  readonly pool: Pool;
  readonly name: string;
  readonly backend: BackendConfig;
  /** Undefined: the backend as a whole. */
  readonly endpoint: Endpoint | undefined;
}

/** So many names are listed in words. */
const FEW = 10;

/** The pool of that name; throws OrderError. */
export function findPool(pools: PoolsByName, name: string): Pool {
  const pool = pools.get(name);
  if (pool === undefined) throw unknown('pool', name, [...pools.keys()], []);
  return pool;
}

/**
 * The endpoint that is meant by `POOL/NAME`, NAME, or what follows its last slash; by the name of a backend that no endpoint
 * has, all that it has at present. Throws OrderError.
 */
export function findEndpoints(pools: PoolsByName, name: string): FoundEndpoints {
  return find('endpoint', [...pools.values()].flatMap(endpointsOf), name);
}

/** The backend or the endpoint of a backend that is meant, by the same rules; throws OrderError. */
export function findMember(pools: PoolsByName, name: string): FoundMember {
  return find('backend or endpoint', membersOfAll(pools), name);
}

/** As findMember, where a pool would have been taken, too. */
export function findMemberNoPool(pools: PoolsByName, name: string): FoundMember {
  return find('pool, backend or endpoint', membersOfAll(pools), name, [...pools.keys()]);
}

function endpointsOf(pool: Pool): FoundEndpoints[] {
  const { present } = pool;
  const single = present.map(endpoint => ({ pool, name: endpoint.name, endpoints: [endpoint] }));
  const names = new Set(present.map(endpoint => endpoint.name));
  const whole = pool.config.backends
    .filter(backend => !names.has(backend.name))
    .map(backend => {
      const endpoints = present.filter(endpoint => sameBackend(endpoint.backend, backend));
      return { pool, name: backend.name, endpoints };
    });
  return [...single, ...whole];
}

function membersOfAll(pools: PoolsByName): FoundMember[] {
  return [...pools.values()].flatMap(membersOf);
}

function membersOf(pool: Pool): FoundMember[] {
  const backends = pool.config.backends.map(backend => {
    return { pool, name: backend.name, backend, endpoint: undefined };
  });
  const names = new Set(backends.map(({ name }) => name));
  const endpoints = pool.present
    .filter(({ name }) => !names.has(name))
    .map(endpoint => ({ pool, name: endpoint.name, backend: endpoint.backend, endpoint }));
  return [...backends, ...endpoints];
}

interface Named {
  readonly pool: Pool;
  readonly name: string;
}

/** `others`: names of other things, which are told to who names nothing that there is. */
function find<T extends Named>(
  kind: string,
  all: readonly T[],
  text: string,
  others: readonly string[] = [],
): T {
  for (const matches of [isWhole, isName, isTail]) {
    const found = all.filter(each => matches(each, text));
    if (found.length === 1) return found[0]!;
    if (found.length > 1) throw ambiguous(kind, text, found);
  }
  throw unknown(kind, text, [...others, ...all.map(wholeName)], all.map(shortName), others);
}

function wholeName({ pool, name }: Named): string {
  return `${pool.name}/${name}`;
}

function shortName({ name }: Named): string {
  return name;
}

function isWhole(named: Named, text: string): boolean {
  return wholeName(named) === text;
}

function isName({ name }: Named, text: string): boolean {
  return name === text;
}

/** With the pool in front or without. */
function isTail({ pool, name }: Named, text: string): boolean {
  const tail = name.slice(name.lastIndexOf('/') + 1);
  return tail !== '' && (tail === text || `${pool.name}/${tail}` === text);
}

function ambiguous(kind: string, text: string, found: readonly Named[]): OrderError {
  const names = found.map(wholeName);
  const listed = names.length > FEW ? [...names.slice(0, FEW), '..'] : names;
  return new OrderError(
    'unknown',
    `there are ${found.length} for the ${kind} ${JSON.stringify(text)}: name one of ${listed.join(', ')}`,
  );
}

/**
 * `others` are names as well, which a word may be near to, but not those that are listed. Of more names than a few, those of
 * `pools` are listed alone.
 */
function unknown(
  kind: string,
  text: string,
  names: readonly string[],
  others: readonly string[],
  pools: readonly string[] = [],
): OrderError {
  const near = nearest(text, [...others, ...names]);
  const few = names.length <= FEW ? names : names.filter(name => pools.includes(name)).slice(0, FEW);
  const known = few.length > 0 ? `; known are: ${few.join(', ')}${few === names ? '' : ' ..'}` : '';
  const hint = near === undefined ? known : `; the nearest known one is ${JSON.stringify(near)}`;
  return new OrderError('unknown', `no ${kind} ${JSON.stringify(text)}${hint}`);
}

import type { PoolActionConfig, RouteConfig } from '../config/config.ts';
import type { Signer } from '../cookies/signer.ts';
import { WriteMark } from '../cookies/write-mark.ts';
import { Branches, type BranchMeans } from './branches.ts';
import type { Route } from './route.ts';

/** What routes need to lead requests to more than one pool. */
export interface Means extends BranchMeans {
  readonly signer: Signer;
}

/**
 * Gives routes their ways to other pools, as their configurations say, and those that lead where clients write the mark of
 * that, so that whoever writes by one route reads there by all. `routes`: those that lead to pools, whatever else has made them.
 */
export function branchOut(routes: readonly Route[], configs: readonly RouteConfig[], means: Means): void {
  const actions = new Map(configs.map(({ name, action }) => [name, action]));
  const marks = marksOf(configs, means.signer);
  for (const { ledger } of means.pools.values()) ledger.dispensable = false;
  for (const route of routes) {
    route.writes = marks.get(route.pool.name) ?? null;
    const action = actions.get(route.name);
    route.branches =
      action?.kind === 'pool' && parts(action) ? new Branches(route, action, means, route.branches) : null;
  }
}

function parts({ reads, canary }: PoolActionConfig): boolean {
  return reads !== '' || canary !== undefined;
}

/** By the pools that are written to while others are read; the longest time that any of their routes asks for holds for all. */
function marksOf(configs: readonly RouteConfig[], signer: Signer): Map<string, WriteMark> {
  const durations = new Map<string, number>();
  for (const { action } of configs) {
    if (action.kind !== 'pool' || action.reads === '' || action.readYourWrites === 0) continue;
    const longest = durations.get(action.pool) ?? 0;
    durations.set(action.pool, Math.max(longest, action.readYourWrites));
  }
  const marks = new Map<string, WriteMark>();
  for (const [pool, duration] of durations) marks.set(pool, new WriteMark(pool, duration, signer));
  return marks;
}

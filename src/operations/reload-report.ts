import { isDeepStrictEqual } from 'node:util';
import type { AdminConfig, Config } from '../config/config.ts';
import { differences } from '../config/differences.ts';
import type { ReloadReport } from '../control.ts';
import type { Log } from '../log/log.ts';
import type { Pools } from '../pools.ts';
import { configChanges } from './changes.ts';

/**
 * What is different in a configuration that a gateway is to go over to, and what that does away with. `console`: where it
 * takes orders, which no configuration before has changed.
 */
export function reloadReport(
  pools: Pools,
  before: Config,
  after: Config,
  console: AdminConfig['listen'],
): ReloadReport {
  const all = differences({ ...before, admin: { ...before.admin, listen: console } }, after);
  // Who is asking there would lose the connection by which the answer goes.
  const deferred = isDeepStrictEqual(console, after.admin.listen) ? [] : ['admin'];
  const textsOf = (isDeferred: boolean): string[] =>
    all.filter(({ key }) => deferred.includes(key) === isDeferred).map(({ text }) => text);
  return {
    changes: [...textsOf(false), ...droppedOrders(pools, before, after)],
    deferred: textsOf(true),
  };
}

/** Settings and members by order count until the configuration is read again; what is drained or disabled stays so. */
function droppedOrders(pools: Pools, before: Config, after: Config): string[] {
  return after.pools.flatMap(({ name }) => {
    const pool = pools.byName.get(name);
    const file = before.pools.find(other => other.name === name);
    if (pool === undefined || file === undefined) return [];
    return configChanges(file, pool.config).map(text => `pool ${name}: ${text} is dropped`);
  });
}

/** Says in the log what has become of a configuration, one line for each thing. */
export function tellReload({ changes, deferred }: ReloadReport, log: Log): void {
  const count = changes.length + deferred.length;
  if (count === 0) log.info('reloaded: nothing is different');
  else log.info('reloaded', { changes: changes.length, deferred: deferred.length });
  for (const change of changes) log.info(`reload: ${change}`);
  for (const change of deferred) log.warn(`reload: ${change}: this takes a restart or an upgrade`);
}

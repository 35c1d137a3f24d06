import { formatBackend } from '../config/format-backend.ts';
import { type Control, OrderError } from '../control.ts';
import { sameBackend } from '../pool/place.ts';
import type { Pool } from '../pool/pool.ts';
import type { Governed } from './governed.ts';
import {
  type SettingTexts,
  settingsChanged,
  settingsOfBackend,
  settingsOfPool,
} from './settings-in-force.ts';

/** An order that makes up a part of how a gateway differs from its configuration; plain, fit for JSON. */
export type LiveOrder =
  | { readonly kind: 'add'; readonly target: string; readonly backend: string }
  | { readonly kind: 'set'; readonly target: string; readonly settings: SettingTexts }
  | { readonly kind: 'remove' | 'drain' | 'disable'; readonly target: string };

/** The orders by which a gateway with the same configuration becomes as this one is. */
export function liveOrders({ pools, config }: Governed): LiveOrder[] {
  return [...pools.byName.values()].flatMap(pool => ofPool(pool, config.pools));
}

function ofPool(pool: Pool, read: Governed['config']['pools']): LiveOrder[] {
  const file = read.find(({ name }) => name === pool.name);
  return [...(file === undefined || file === pool.config ? [] : ofConfig(pool, file)), ...ofSwitches(pool)];
}

function ofConfig({ name, config }: Pool, file: Pool['config']): LiveOrder[] {
  const orders: LiveOrder[] = [];
  const settings = changed(settingsOfPool(file), settingsOfPool(config));
  for (const backend of config.backends) {
    const before = file.backends.find(other => sameBackend(other, backend));
    const target = `${name}/${backend.name}`;
    if (before === undefined) orders.push({ kind: 'add', target: name, backend: formatBackend(backend) });
    else
      orders.push(...settingOrders(target, changed(settingsOfBackend(before), settingsOfBackend(backend))));
  }
  for (const backend of file.backends) {
    if (config.backends.some(other => sameBackend(other, backend))) continue;
    orders.push({ kind: 'remove', target: `${name}/${backend.name}` });
  }
  return [...orders, ...settingOrders(name, settings)];
}

function ofSwitches(pool: Pool): LiveOrder[] {
  return pool.present.flatMap(({ name, draining, disabled }) => {
    const target = `${pool.name}/${name}`;
    const orders: LiveOrder[] = [];
    if (draining) orders.push({ kind: 'drain', target });
    if (disabled) orders.push({ kind: 'disable', target });
    return orders;
  });
}

function settingOrders(target: string, settings: SettingTexts): LiveOrder[] {
  return Object.keys(settings).length === 0 ? [] : [{ kind: 'set', target, settings }];
}

/** What is to be set; a limit that a backend has no more is not among it. */
function changed(before: SettingTexts, after: SettingTexts): SettingTexts {
  const names = settingsChanged(before, after).map(({ name }) => name);
  return Object.fromEntries(names.flatMap(name => (after[name] === undefined ? [] : [[name, after[name]]])));
}

/** Carries orders out again; gives back, in words, which of them cannot be: the configuration may be another one by now. */
export async function carryOn(control: Control, orders: readonly LiveOrder[]): Promise<string[]> {
  const failures: string[] = [];
  for (const order of orders) {
    try {
      await carryOut(control, order);
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      failures.push(`${order.kind} ${order.target} is not carried over: ${error.message}`);
    }
  }
  return failures;
}

async function carryOut(control: Control, order: LiveOrder): Promise<void> {
  const { kind, target } = order;
  const whenever = new AbortController().signal;
  if (kind === 'add') control.add(target, order.backend);
  else if (kind === 'set') control.set(target, order.settings);
  else if (kind === 'disable') control.disable(target);
  else if (kind === 'drain') await control.drain(target, { wait: 0 }, whenever);
  else await control.remove(target, { wait: 0 }, whenever);
}

import type { BackendConfig, PoolConfig } from '../config/config.ts';
import {
  type EndpointSetting,
  type PoolSetting,
  parseEndpointSetting,
  parsePoolSetting,
} from '../config/live-settings.ts';
import { Misread } from '../config/misread.ts';
import { OrderError } from '../control.ts';
import type { Pool } from '../pool/pool.ts';
import { type FoundMember, findMemberNoPool } from './find.ts';
import type { Governed } from './governed.ts';
import {
  type SettingTexts,
  settingsChanged,
  settingsOfBackend,
  settingsOfPool,
} from './settings-in-force.ts';

/** Carries out Control.set: all of it or, if it throws OrderError, nothing. */
export function set({ pools, log }: Governed, target: string, settings: SettingTexts): string[] {
  if (Object.keys(settings).length === 0) {
    throw new OrderError('invalid', `nothing to set for ${target}: give settings such as max-conns=8`);
  }
  const whole = pools.byName.get(target);
  const { pool, config, changes } =
    whole === undefined
      ? ofMember(findMemberNoPool(pools.byName, target), settings)
      : ofPool(whole, settings);
  pools.configure(pool, config);
  for (const change of changes) log.info(`set: ${change}`, { pool: pool.name });
  return changes;
}

/** What an order would have a pool become, in its configuration and in words. */
interface Outcome {
  readonly pool: Pool;
  readonly config: PoolConfig;
  readonly changes: string[];
}

function ofPool(pool: Pool, settings: SettingTexts): Outcome {
  refuseWeight(pool, settings);
  const wanted = read(settings, parsePoolSetting);
  let { config } = pool;
  for (const setting of wanted) config = withPoolSetting(config, setting);
  refuseUseless(config, wanted);
  return { pool, config, changes: wordsOf(settingsOfPool(pool.config), settingsOfPool(config)) };
}

function ofMember({ pool, backend, endpoint }: FoundMember, settings: SettingTexts): Outcome {
  if (endpoint !== undefined) {
    const message = `${endpoint.name} is one of the addresses of ${backend.name}, which have their settings together: set ${backend.name}`;
    throw new OrderError('refused', message);
  }
  const wanted = read(settings, parseEndpointSetting);
  const changed = wanted.reduce(withMemberSetting, backend);
  const backends = pool.config.backends.map(each => (each === backend ? changed : each));
  const config = { ...pool.config, backends };
  if (config.balance.kind === 'fair') refuseLimit(pool.name, wanted);
  const words = wordsOf(settingsOfBackend(backend), settingsOfBackend(changed));
  return { pool, config, changes: words.map(each => `${backend.name}: ${each}`) };
}

function read<T>(settings: SettingTexts, parse: (name: string, text: string) => T): T[] {
  try {
    return Object.entries(settings).map(([name, text]) => parse(name, text));
  } catch (error) {
    if (error instanceof Misread) throw new OrderError('invalid', error.message);
    throw error;
  }
}

function withPoolSetting(config: PoolConfig, { name, value }: PoolSetting): PoolConfig {
  if (name === 'balance') return { ...config, balance: value };
  if (name === 'max-conns') return { ...config, maxConns: value };
  if (name === 'pool-max-conns') return { ...config, poolMaxConns: value };
  const key = name === 'queue' ? 'length' : 'timeout';
  return { ...config, queue: { ...config.queue, [key]: value } };
}

function withMemberSetting(backend: BackendConfig, { name, value }: EndpointSetting): BackendConfig {
  return name === 'weight' ? { ...backend, weight: value } : { ...backend, maxConns: value };
}

/** It is no word that is unknown, but one of a part of the pool. */
function refuseWeight({ name, config }: Pool, settings: SettingTexts): void {
  if (settings['weight'] === undefined) return;
  const message = `a weight is that of a backend or endpoint, not of a pool: set it of one, such as ${name}/${config.backends[0]!.name}`;
  throw new OrderError('invalid', message);
}

/** A limit that nothing goes by would be set in silence. */
function refuseUseless(
  { name, balance, backends }: PoolConfig,
  wanted: readonly (PoolSetting | EndpointSetting)[],
): void {
  if (balance.kind === 'fair') refuseLimit(name, wanted);
  if (!backends.every(({ maxConns }) => maxConns !== undefined)) return;
  if (!wanted.some(setting => setting.name === 'max-conns')) return;
  const message = `every backend of ${name} has a max-conns of its own: set it of these, such as ${name}/${backends[0]!.name}`;
  throw new OrderError('refused', message);
}

function refuseLimit(pool: string, wanted: readonly (PoolSetting | EndpointSetting)[]): void {
  if (!wanted.some(setting => setting.name === 'max-conns')) return;
  const message = `the pool ${pool} is balanced by fair, which gives an endpoint one request at a time: set another balance for max-conns to count`;
  throw new OrderError('refused', message);
}

function wordsOf(before: SettingTexts, after: SettingTexts): string[] {
  return settingsChanged(before, after).map(({ name, from, to }) => `${name} ${from} -> ${to}`);
}

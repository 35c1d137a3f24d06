import type { BackendConfig, PoolConfig } from '../config/config.ts';
import { formatSetting, type PoolSetting } from '../config/live-settings.ts';

/** Settings by their names, written as in an order. */
export type SettingTexts = Readonly<Record<string, string>>;

/** What can be set of a pool, as it is. */
export function settingsOfPool({ maxConns, poolMaxConns, balance, queue }: PoolConfig): SettingTexts {
  const settings: PoolSetting[] = [
    { name: 'max-conns', value: maxConns },
    { name: 'pool-max-conns', value: poolMaxConns },
    { name: 'balance', value: balance },
    { name: 'queue', value: queue.length },
    { name: 'queue-timeout', value: queue.timeout },
  ];
  return Object.fromEntries(settings.map(setting => [setting.name, formatSetting(setting)]));
}

/** What can be set of a backend, as it is; without a limit of its own, that is not among it. */
export function settingsOfBackend({ weight, maxConns }: BackendConfig): SettingTexts {
  const limit =
    maxConns === undefined ? {} : { 'max-conns': formatSetting({ name: 'max-conns', value: maxConns }) };
  return { weight: String(weight), ...limit };
}

/** The settings that are not the same in two, by name, each with both texts. */
export function settingsChanged(
  before: SettingTexts,
  after: SettingTexts,
): { name: string; from: string; to: string }[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap(name => {
    const [from, to] = [before[name] ?? POOLS_OWN, after[name] ?? POOLS_OWN];
    return from === to ? [] : [{ name, from, to }];
  });
}

const POOLS_OWN = "the pool's";

import type { SpawnConfig } from '../../../src/config/config.ts';

/** How an application is to be started, with a default for all that a test does not care for. */
export function spawnSetting(setting: Partial<SpawnConfig>): SpawnConfig {
  return {
    command: ['app'],
    protocol: 'fcgi',
    min: 1,
    max: 1,
    concurrency: 1,
    idleTimeout: 60_000,
    startTimeout: 10_000,
    stopTimeout: 10_000,
    user: '',
    group: '',
    directory: '',
    environment: {},
    ...setting,
  };
}

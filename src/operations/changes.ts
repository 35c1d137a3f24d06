import type { BackendConfig, PoolConfig } from '../config/config.ts';
import { formatBackend } from '../config/format-backend.ts';
import { sameBackend } from '../pool/place.ts';
import type { Pool } from '../pool/pool.ts';
import {
  type SettingTexts,
  settingsChanged,
  settingsOfBackend,
  settingsOfPool,
} from './settings-in-force.ts';

/** In what a pool differs from its configuration as it was read, by orders alone; one line each. */
export function changesOf(pool: Pool, file: PoolConfig | undefined): string[] {
  const switched = pool.present.flatMap(endpoint => [
    ...(endpoint.draining ? [`drained ${endpoint.name}`] : []),
    ...(endpoint.disabled ? [`disabled ${endpoint.name}`] : []),
  ]);
  return file === undefined ? switched : [...configChanges(file, pool.config), ...switched];
}

/** What orders have set, added or removed; one line each. */
export function configChanges(file: PoolConfig, present: PoolConfig): string[] {
  if (file === present) return [];
  return [
    ...wordsOf(settingsOfPool(file), settingsOfPool(present)),
    ...backendChanges(file.backends, present.backends),
  ];
}

function backendChanges(file: readonly BackendConfig[], present: readonly BackendConfig[]): string[] {
  const kept = present.flatMap(backend => {
    const before = file.find(other => sameBackend(other, backend));
    if (before === undefined) return [`added ${formatBackend(backend)}`];
    const words = wordsOf(settingsOfBackend(before), settingsOfBackend(backend));
    return words.map(each => `${backend.name}: ${each}`);
  });
  const gone = file.filter(backend => !present.some(other => sameBackend(other, backend)));
  return [...kept, ...gone.map(backend => `removed ${formatBackend(backend)}`)];
}

function wordsOf(file: SettingTexts, present: SettingTexts): string[] {
  return settingsChanged(file, present).map(({ name, from, to }) => `${name} ${to} (file: ${from})`);
}

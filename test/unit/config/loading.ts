import assert from 'node:assert/strict';
import type { Config, PoolConfig } from '../../../src/config/config.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { parseConfigFile } from '../../../src/config/config-file.ts';
import { configOf, type FlagValues } from '../../../src/config/load.ts';

/** The configuration of flags and a text that stands for the file `sluice.yaml`, or one of another name. */
export function load(flags: FlagValues, yaml?: string, terminal = false, name = 'sluice.yaml'): Config {
  return configOf(flags, yaml === undefined ? undefined : parseConfigFile(name, yaml), terminal);
}

/** The first pool of a configuration. */
export function loadPool(flags: FlagValues, yaml?: string): PoolConfig {
  return load(flags, yaml).pools[0]!;
}

/** What is wrong with flags and a file; that there is something is asserted. */
export function mistakes(flags: FlagValues, yaml?: string): readonly string[] {
  try {
    load(flags, yaml);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.mistakes;
  }
  return assert.fail('no mistake was found');
}

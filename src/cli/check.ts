import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { jsonSchema } from '../config/json-schema.ts';
import { addConfigFlags, type ConfigFlags } from './config-flags.ts';
import { cookieWarnings } from './cookie-warnings.ts';
import { secretWarnings } from './secret-warnings.ts';
import { summary } from './summary.ts';
import { UsageError } from './usage-error.ts';
import { warnings } from './warnings.ts';

interface CheckOptions {
  readonly json?: true;
  readonly resolve?: true;
  readonly schema?: true;
}

/** Adds `check`: reads the configuration as `serve` would, and says what it amounts to. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description('read the configuration and say what would happen; takes the flags of serve')
    .option(
      '--json',
      'print the configuration with all defaults, durations in ms, sizes in bytes; null: no limit',
    )
    .option('--resolve', 'look up the names of backends, and show what they stand for at present')
    .option('--schema', 'print the JSON Schema of the configuration file');
  const flags = addConfigFlags(command);
  command.action(async (options: CheckOptions) => {
    process.stdout.write(`${await text(options, flags)}\n`);
  });
}

async function text({ json, resolve, schema }: CheckOptions, flags: ConfigFlags): Promise<string> {
  if (json && resolve) throw new UsageError('--resolve: what it finds is shown in words; leave --json out');
  if (schema) return JSON.stringify(jsonSchema(), null, 2);
  const config = flags.load();
  await checkApplications(config);
  for (const warning of [...warnings(config), ...secretWarnings(config), ...cookieWarnings(config)])
    process.stderr.write(`sluice: warning: ${warning}\n`);
  if (json) return JSON.stringify(config, null, 2);
  if (!resolve) return summary(config);
  // Loaded only when it is needed, as the gateway is.
  const { resolveNames } = await import('./resolve-names.ts');
  return summary(config, await resolveNames(config));
}

/** Throws ConfigError where `serve` would do so as it starts. */
async function checkApplications(config: Config): Promise<void> {
  if (config.pools.every(({ spawn }) => spawn === undefined)) return;
  const { applicationFaults } = await import('../gateway.ts');
  const faults = applicationFaults(config);
  if (faults.length > 0) throw new ConfigError(faults);
}

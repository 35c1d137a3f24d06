import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { jsonSchema } from '../config/json-schema.ts';
import { addConfigFlags } from './config-flags.ts';
import { summary } from './summary.ts';
import { warnings } from './warnings.ts';

/** Adds `check`: reads the configuration as `serve` would, and says what it amounts to. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .description('read the configuration and say what would happen; takes the flags of serve')
    .option(
      '--json',
      'print the configuration with all defaults, durations in ms, sizes in bytes; null: no limit',
    )
    .option('--schema', 'print the JSON Schema of the configuration file');
  const flags = addConfigFlags(command);
  command.action(async ({ json, schema }: { json?: true; schema?: true }) => {
    process.stdout.write(`${await text(json, schema, flags)}\n`);
  });
}

async function text(
  json: true | undefined,
  schema: true | undefined,
  flags: ReturnType<typeof addConfigFlags>,
): Promise<string> {
  if (schema) return JSON.stringify(jsonSchema(), null, 2);
  const config = flags.load();
  await checkApplications(config);
  for (const warning of warnings(config)) process.stderr.write(`sluice: warning: ${warning}\n`);
  return json ? JSON.stringify(config, null, 2) : summary(config);
}

/** Throws ConfigError where `serve` would do so as it starts. */
async function checkApplications(config: Config): Promise<void> {
  if (config.pools.every(({ spawn }) => spawn === undefined)) return;
  const { applicationFaults } = await import('../gateway.ts');
  const faults = applicationFaults(config);
  if (faults.length > 0) throw new ConfigError(faults);
}

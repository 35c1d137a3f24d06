import { type Command, Option } from 'commander';
import type { Config } from '../config/config.ts';
import { DEFAULTS } from '../config/defaults.ts';
import { type FlagValues, loadConfig } from '../config/load.ts';
import { type FlagText, flagTexts } from '../config/setting.ts';
import { settings } from '../config/settings.ts';
import { UsageError } from './usage-error.ts';

/** The flags of a command line, once it has been parsed. */
export interface ConfigFlags {
  /** The configuration that they and the file amount to; throws ConfigError. */
  load(): Config;
}

/** Gives a command the flags of all settings, and `--config`. */
export function addConfigFlags(command: Command): ConfigFlags {
  const values: Record<string, string | string[]> = {};
  for (const [name, setting] of Object.entries(settings)) {
    command.addOption(toOption(name, flagTexts.get(setting)!, values));
  }
  const file: Record<string, string | string[]> = {};
  const config = { value: 'FILE', meaning: 'a YAML file with the same settings; flags override it' };
  command.addOption(toOption('config', config, file));
  return {
    load: () => loadConfig(values, file['config'] as string | undefined, process.stdout.isTTY === true),
  };
}

function toOption(name: string, text: FlagText, values: Record<string, FlagValues[string]>): Option {
  const short = text.short === undefined ? '' : `-${text.short}, `;
  const value = text.optional === undefined ? `<${text.value}>` : `[${text.value}]`;
  const option = new Option(`${short}--${name} ${value}`, describe(name, text));
  if (text.optional !== undefined) option.preset(text.optional);
  return option.argParser((given: string) => {
    const before = values[name];
    if (!text.repeatable) {
      if (before !== undefined) throw new UsageError(`--${name} is given twice`);
      values[name] = given;
    } else {
      values[name] = before === undefined ? [given] : [...before, given];
    }
  });
}

function describe(name: string, { meaning, repeatable }: FlagText): string {
  const usual = (DEFAULTS as Readonly<Record<string, unknown>>)[name];
  const notes = [];
  if (repeatable) notes.push('repeatable');
  if (usual !== undefined) notes.push(`default: ${usual}`);
  return notes.length === 0 ? meaning : `${meaning} (${notes.join('; ')})`;
}

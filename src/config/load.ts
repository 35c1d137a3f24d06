import type { $ZodIssue } from 'zod/v4/core';
import { compose } from './compose.ts';
import type { Config } from './config.ts';
import { ConfigError, type Mistake } from './config-error.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { DEFAULTS } from './defaults.ts';
import { show } from './misread.ts';
import { schema } from './schema.ts';

/** Flags as they were given: the name without dashes, and a text, or a list of texts for a repeatable flag. */
export type FlagValues = Readonly<Record<string, string | readonly string[]>>;

/**
 * The configuration of flags and, if one is named, a file; a flag replaces the file's key of its name. `terminal`:
 * whether standard output is one; if the log goes there, it is for people unless a format is set. Throws ConfigError with every mistake found.
 */
export function loadConfig(flags: FlagValues, fileName?: string, terminal = false): Config {
  const file = fileName === undefined ? undefined : readConfigFile(fileName);
  return configOf(flags, file, terminal);
}

/** As loadConfig, with a file that has been read. */
export function configOf(flags: FlagValues, file: ConfigFile | undefined, terminal: boolean): Config {
  const given = { ...DEFAULTS, ...file?.values, ...flags };
  const onTerminal = terminal && (given['access-log'] === '-' || given['access-log'] === 'off');
  const input = { 'log-format': onTerminal ? 'pretty' : 'json', ...given };
  const refuse = (mistakes: readonly Mistake[]): never => {
    throw new ConfigError(
      inOrder(mistakes, flags, file).map(mistake => `${place(mistake.path, flags, file)}${mistake.message}`),
    );
  };
  const read = schema.safeParse(input);
  if (!read.success) return refuse(read.error.issues.flatMap(toMistakes));
  const { config, mistakes } = compose(read.data, {
    flags: new Set(Object.keys(flags)),
    given: new Set([...Object.keys(file?.values ?? {}), ...Object.keys(flags)]),
    fileName: file?.name,
  });
  return mistakes.length > 0 ? refuse(mistakes) : config;
}

/** An issue of the schema as mistakes: one for each unknown key. */
function toMistakes(issue: $ZodIssue): Mistake[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  const messages = issue.message.split('\n');
  return issue.keys.map((key, i) => ({ path: [...issue.path, key], message: messages[i]! }));
}

/** Mistakes in flags first, then those of the file from its top to its bottom. */
function inOrder(
  mistakes: readonly Mistake[],
  flags: FlagValues,
  file: ConfigFile | undefined,
): readonly Mistake[] {
  const line = ({ path }: Mistake): number =>
    file === undefined || path.length === 0 || Object.hasOwn(flags, path[0]!) ? 0 : file.line(path);
  return mistakes.toSorted((a, b) => line(a) - line(b));
}

/** Where a mistake is: its flag, or its file, line and key. */
function place(path: readonly PropertyKey[], flags: FlagValues, file: ConfigFile | undefined): string {
  if (path.length === 0) return '';
  const [key, index] = path as [string, unknown];
  if (Object.hasOwn(flags, key)) {
    const given = flags[key]!;
    const text = typeof given !== 'string' && typeof index === 'number' ? ` ${show(given[index])}` : '';
    return `--${key}${text}: `;
  }
  if (file === undefined) return '';
  return `${file.name}:${file.line(path)}: ${joinPath(path)}: `;
}

function joinPath(path: readonly PropertyKey[]): string {
  return path
    .map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .slice(1);
}

import type { Command, CommanderError } from 'commander';
import { nearest } from '../config/nearest.ts';

/** What the letters in a usage stand for, where they do not speak for themselves. */
const EXAMPLES: Readonly<Record<string, string>> = {
  D: 'a duration such as 30s',
  RATE: 'a pace such as 200/s',
  WORD: 'a word, as --help lists them',
  PATH: 'a path such as /healthz',
};

/** What is wrong with a command line, in words; `command`: the one that was asked for. */
export function commandError(error: CommanderError, command: Command): string {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownFlag(quoted.split('=')[0]!, command);
    case 'commander.optionMissingArgument': {
      const [, name, value] = /(--[\w-]+) <(.+)>/.exec(quoted) ?? [];
      return `${name ?? quoted}: expected ${EXAMPLES[value ?? ''] ?? value ?? 'a value'}; got nothing`;
    }
    case 'commander.missingArgument':
      return `${command.name()}: the argument ${quoted} is missing; usage: sluice ${command.name()} ${command.usage()}`;
    case 'commander.excessArguments':
      return `${command.name()}: too many arguments; usage: sluice ${command.name()} ${command.usage()}`;
    default:
      return error.message.replace(/^error: /, '');
  }
}

function unknownFlag(flag: string, command: Command): string {
  const known = command.options.flatMap(option => (option.long ? [option.long] : []));
  const near = nearest(flag, [...known, '--help']);
  const hint = near === undefined ? '' : `; the nearest known flag is ${near}`;
  return `unknown flag ${flag}${hint} (sluice ${command.name()} --help lists them all)`;
}

import { type Command, CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { unknownWord } from '../config/nearest.ts';
import { systemWords } from '../config/system-words.ts';
import { declineHandOver, takeHandOver } from '../process/hand-over.ts';
import { commandError } from './command-error.ts';
import { createProgram, DEFAULT_COMMAND } from './program.ts';
import { Failure, UsageError } from './usage-error.ts';

/**
 * Runs a command line. Exit status: 2 for a mistake in it or in the configuration, 1 for anything that failed. Without
 * arguments, the command in SLUICE_DEFAULT_COMMAND is run if there is one.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // One listener, however often a process runs commands.
  process.stdout.off('error', unwritten).on('error', unwritten);
  const usual = process.env['SLUICE_DEFAULT_COMMAND'];
  const args = argv.length === 0 && usual ? [usual] : [...argv];
  const program = createProgram();
  try {
    takeHandOver(process.env);
    refuseUnknownCommand(program, args[0]);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, commandOf(program, args[0]));
  }
}

/** A reader that has read enough is no fault. */
function unwritten(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE')
    process.exitCode = say([`cannot write to standard output: ${systemWords(error)}`], 1);
}

function refuseUnknownCommand(program: Command, word: string | undefined): void {
  if (word === undefined || word.startsWith('-')) return;
  const names = [...program.commands.map(command => command.name()), 'help'];
  if (!names.includes(word)) throw new UsageError(unknownWord('command', word, names));
}

function commandOf(program: Command, word: string | undefined): Command {
  const named = (name: string | undefined): Command | undefined =>
    program.commands.find(command => command.name() === name);
  return named(word) ?? named(DEFAULT_COMMAND) ?? program;
}

/** Says what went wrong; the exit status. */
function report(error: unknown, command: Command): number {
  if (error instanceof ConfigError) return say(error.mistakes, 2);
  if (error instanceof UsageError) return say([error.message], 2);
  if (error instanceof Failure) return say([error.message], 1);
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : say([commandError(error, command)], 2);
  }
  const stack = error instanceof Error ? error.stack : undefined;
  return say([`a defect of the program, please report it: ${stack ?? String(error)}`], 1);
}

function say(lines: readonly string[], status: number): number {
  declineHandOver(lines);
  for (const line of lines) process.stderr.write(`sluice: ${line}\n`);
  return status;
}

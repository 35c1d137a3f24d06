import type { Command } from 'commander';
import type { AdminClient } from '../../admin/client.ts';
import { absentAnywhere, type Place, parsePlace, usualPlaces } from '../../admin/place.ts';
import { VERSION } from '../../admin/version.ts';
import { readArgument } from '../probe-arguments.ts';
import { Failure, UsageError } from '../usage-error.ts';
import { printableText } from './printable.ts';

/** Flags of every command for a running gateway. */
export interface ConsoleOptions {
  readonly admin?: string;
  readonly tokenFile?: string;
  readonly json?: true;
}

/** Adds a command for a running gateway, with the flags that say which one. */
export function consoleCommand(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option(
      '--admin <ADDR>',
      'where the gateway takes commands: unix:/PATH or HOST:PORT (default: sluice.sock in XDG_RUNTIME_DIR, /run or /run/sluice)',
    )
    .option('--token-file <FILE>', 'the file with its token, for an address by TCP')
    .option('--json', 'print the answer as JSON');
}

/** Asks the gateway that the flags mean. Rejects with UsageError or Failure, in words for people. */
export async function withGateway<T>(
  options: ConsoleOptions,
  use: (client: AdminClient) => Promise<T>,
): Promise<T> {
  const token = options.tokenFile === undefined ? undefined : await tokenOf(options.tokenFile);
  const place = options.admin === undefined ? await usualPlace() : placeOf(options.admin);
  // Loaded only when it is needed: it takes longer than the rest of the program.
  const { AdminClient, Refused, Unreachable } = await import('../../admin/client.ts');
  const client = new AdminClient(place, token, options.admin !== undefined);
  try {
    return await use(client);
  } catch (error) {
    if (error instanceof Unreachable) throw new Failure(error.message);
    const { otherVersion } = client;
    // Another version may say other things of itself.
    if (error instanceof TypeError && otherVersion !== undefined)
      throw new Failure(`its answer is not understood: ${versionWords(place, otherVersion)}`);
    if (!(error instanceof Refused)) throw error;
    if (error.kind === 'unknown' && otherVersion !== undefined)
      throw new Failure(`${printableText(error.message)} (${versionWords(place, otherVersion)})`);
    const words = error.kind === 'unauthorized' ? tokenWords(place, token) : printableText(error.message);
    throw error.kind === 'invalid' ? new UsageError(words) : new Failure(words);
  } finally {
    await client.close();
  }
}

/** Prints an answer: as JSON if that was asked for, or else in words, which end a line each. */
export function print({ json }: ConsoleOptions, answer: object, words: () => string): void {
  // Whoever read it has read enough.
  process.stdout.on('error', () => {});
  const text = json ? JSON.stringify(answer, null, 2) : words().split('\n').map(printableText).join('\n');
  process.stdout.write(`${text}\n`);
}

function placeOf(text: string): Place {
  return readArgument('--admin', () => parsePlace(text));
}

/** Where a gateway answers without being named; throws Failure if none does, or more than one. */
async function usualPlace(): Promise<Place> {
  const places = usualPlaces();
  if (places.length === 1) return places[0]!;
  const { isAnswered } = await import('../../transport/is-answered.ts');
  const answered = await Promise.all(places.map(place => isAnswered(place as { path: string })));
  const live = places.filter((_, i) => answered[i]);
  if (live.length === 1) return live[0]!;
  if (live.length === 0) throw new Failure(absentAnywhere(places));
  const names = live.map(({ text }) => text).join(', ');
  throw new Failure(`gateways answer at ${names}: say with --admin which one is meant`);
}

async function tokenOf(file: string): Promise<string> {
  const { readTokenFile } = await import('../../admin/token.ts');
  return readTokenFile(file, '--token-file').text;
}

function versionWords({ text }: Place, version: string): string {
  return `the gateway at ${text} is of version ${printableText(version)}, and this command of version ${VERSION}: sluice upgrade brings it up to date`;
}

function tokenWords({ text }: Place, token: string | undefined): string {
  return token === undefined
    ? `the gateway at ${text} wants to be shown its token: give --token-file FILE`
    : `the gateway at ${text} has another token than that of --token-file; it reads its own at its start and at a reload`;
}

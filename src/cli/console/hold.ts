import type { Command } from 'commander';
import { parsePositiveDuration } from '../../config/duration.ts';
import { parsePathPattern } from '../../config/match.ts';
import { parseWord } from '../../config/word.ts';
import type { Remainder } from '../../control.ts';
import { readArgument } from '../probe-arguments.ts';
import { Failure } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';
import { interruptible, lateWords, leftWords, patience, type WaitOption, waitText } from './wait.ts';

interface HoldOptions extends ConsoleOptions {
  readonly for?: string;
  readonly then?: string;
  readonly bypass?: readonly string[];
  readonly wait?: WaitOption;
}

interface Held {
  readonly held: readonly string[];
  /** What may be unexpected about it. */
  readonly warnings: readonly string[];
  readonly left: Remainder | null;
}

const AFTER = `
New requests wait in the queue, in their order and unread, as long as its length and --queue-timeout allow; sluice resume
lets them go on. With --wait it returns when nothing is in flight any more: that is when a migration may begin. Exit status
1: that did not come about in time; the hold stands all the same.

Examples:
  sluice hold                                  every pool
  sluice hold api --for 60s --wait 20s         one pool or route; after 60 s it goes on by itself
  sluice hold api --for 5m --then fail --bypass /healthz`;

/** Adds `hold`: new requests wait. */
export function addHold(program: Command): void {
  consoleCommand(program, 'hold', 'let new requests wait until they are resumed')
    .argument('[TARGET]', 'a pool or a route (default: every pool)')
    .option('--for <D>', 'the hold ends by itself after this time')
    .option('--wait [D]', 'return when nothing is in flight any more, or when this time is up')
    .option('--then <WORD>', 'what --for ends with: resume, or fail (503 until sluice resume)')
    .option(
      '--bypass <PATH>',
      'a path that is served all the same: exact, or /PREFIX/* (repeatable)',
      collect,
    )
    .addHelpText('after', AFTER)
    .action(hold);
}

async function hold(target: string | undefined, options: HoldOptions): Promise<void> {
  const { bypass, wait } = options;
  const input = {
    target,
    for: read('--for', options.for, parsePositiveDuration),
    // biome-ignore lint/suspicious/noThenProperty: it is a word of the order, never of a promise
    then: read('--then', options.then, parseWord(['resume', 'fail'])),
    bypass: bypass?.map(path => read('--bypass', path, parsePathPattern)!),
    wait: waitText(wait),
  };
  const name = target === undefined ? '' : ` ${target}`;
  const { held, warnings, left } = await interruptible(
    `requests may be held already; sluice resume${name} ends that`,
    signal => withGateway(options, client => client.order<Held>('hold', input, patience(wait), signal)),
  );
  print(options, { held, warnings, left }, () => heldWords(held, warnings, left));
  if (left !== null && !isQuiet(left)) {
    throw new Failure(`${leftWords(left)} ${lateWords(wait)}; the hold stands until sluice resume${name}`);
  }
}

/** Nobody can wait for the end of tunnels. */
function isQuiet({ inFlight, tunnels }: Remainder): boolean {
  return inFlight <= tunnels;
}

function heldWords(held: readonly string[], warnings: readonly string[], left: Remainder | null): string {
  const words = `held: ${held.join(', ')}`;
  const quiet = left !== null && isQuiet(left);
  const line = quiet ? `${words}; ${quietWords(left.tunnels)}` : words;
  return [line, ...warnings.map(warning => `warning: ${warning}`)].join('\n');
}

function quietWords(tunnels: number): string {
  if (tunnels === 0) return 'nothing is in flight any more';
  return `nothing is in flight any more but ${tunnels === 1 ? 'a tunnel' : `${tunnels} tunnels`}`;
}

/** A text that a reader does not object to, as it was written. */
function read(flag: string, text: string | undefined, parse: (text: string) => unknown): string | undefined {
  if (text !== undefined) readArgument(flag, () => parse(text));
  return text;
}

function collect(path: string, paths: readonly string[] = []): string[] {
  return [...paths, path];
}

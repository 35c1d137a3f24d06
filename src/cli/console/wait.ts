import { formatDuration, parseDuration, parsePositiveDuration } from '../../config/duration.ts';
import { Misread } from '../../config/misread.ts';
import type { Remainder } from '../../control.ts';
import { readArgument } from '../probe-arguments.ts';
import { Failure, UsageError } from '../usage-error.ts';

/** The longest that a gateway takes for a time, for those who said none. */
const LONG = '24d';

/** What follows `--wait [D]`: true without a time. */
export type WaitOption = string | true | undefined;

/** How long what is taken out may take. */
export interface PatienceOptions {
  readonly wait?: WaitOption;
  /** For upgraded connections. */
  readonly tunnels?: string;
}

/** How long is to be waited, as orders say it; undefined: not at all. Throws UsageError. */
export function waitText(option: WaitOption): string | undefined {
  if (option === undefined) return undefined;
  if (option === true) return LONG;
  try {
    parsePositiveDuration(option);
    return option;
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    throw new UsageError(`--wait: ${error.message}; a name goes before --wait`);
  }
}

/** For how many milliseconds an answer may take because of a wait; without a time there is no limit. */
export function patience(option: WaitOption): number {
  if (option === undefined) return 0;
  return option === true ? Number.POSITIVE_INFINITY : parsePositiveDuration(option);
}

/** For how many milliseconds an answer may take because of waits, tunnels with a time of their own among them. Throws UsageError. */
export function patienceFor({ wait, tunnels }: PatienceOptions): number {
  return Math.max(patience(wait), tunnelTime(tunnels));
}

/** What came of taking something out: its words for standard output, and for standard error if not all has finished in time. */
export function outcomeOf(
  name: string,
  left: Remainder,
  { wait, tunnels }: PatienceOptions,
  [done, begun]: readonly [done: string, begun: string],
): { words: string; late: string | undefined } {
  const { inFlight, cut = 0 } = left;
  const cutWords = cut === 0 ? '' : `; ${cut === 1 ? '1 tunnel was' : `${cut} tunnels were`} cut`;
  if (inFlight === 0) return { words: withWarnings(`${done}: ${name}${cutWords}`, left), late: undefined };
  if (wait === undefined && tunnels === undefined)
    return { words: withWarnings(`${begun}: ${name}; ${leftWords(left)}`, left), late: undefined };
  const only = inFlight === left.tunnels ? '; --tunnels D cuts what is left of them after a time' : '';
  return {
    words: withWarnings(`${begun}: ${name}${cutWords}`, left),
    late: `${name}: ${leftWords(left)} ${lateWords(wait)}${only}`,
  };
}

/** What is left, as a sentence without its end: `3 requests are in flight, 1 of them a tunnel`. */
export function leftWords({ inFlight, tunnels }: Remainder): string {
  if (inFlight === 0) return 'nothing is in flight';
  const requests = inFlight === 1 ? '1 request is in flight' : `${inFlight} requests are in flight`;
  if (tunnels === 0) return requests;
  if (inFlight === 1) return `${requests}, a tunnel`;
  return `${requests}, ${tunnels} of them ${tunnels === 1 ? 'a tunnel' : 'tunnels'}`;
}

/** What was done, and in lines of their own what may be unexpected about it. */
export function withWarnings(
  words: string,
  { warnings = [] }: { readonly warnings?: readonly string[] },
): string {
  return [words, ...warnings.map(warning => `warning: ${warning}`)].join('\n');
}

/** `still, after 30s`, or without a time `still`. */
export function lateWords(option: WaitOption): string {
  return typeof option === 'string'
    ? `still, after ${formatDuration(parsePositiveDuration(option))}`
    : 'still';
}

/**
 * Runs what an interrupt from the keyboard may end: then it rejects with Failure, which says in what state things were left.
 */
export async function interruptible<T>(left: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await run(interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) throw new Failure(`interrupted: ${left}`);
    throw error;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

function tunnelTime(text: string | undefined): number {
  return text === undefined ? 0 : readArgument('--tunnels', () => parseDuration(text));
}

import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface BenchOptions {
  /** Names of scenarios and peers. */
  readonly only: readonly string[];
  readonly peers: readonly string[];
  readonly rounds: number;
  /** How long each load is measured. */
  readonly seconds: number;
  /** Files to write; undefined: none. */
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  readonly install: boolean;
}

/** A command line that cannot be understood; the message names the flag and the remedy. */
export class UsageError extends Error {}

/** The words of `--help`. */
export function usage(scenarios: readonly string[], peers: readonly string[]): string {
  return `usage: npm run bench -- [flags]
  --only NAME[,NAME]    scenarios (${scenarios.join(', ')}); default: all
  --peers NAME[,NAME]   gateways (${peers.join(', ')}); default: all
  --rounds N            times that each gateway is measured, in turns; default: 5
  --seconds N           length of one measurement under load; default: 6
  --json FILE           writes all rounds
  --markdown FILE       writes the tables, between the two marks of the file if it has them
  --no-install          installs nothing; what is missing is left out`;
}

/** Reads the command line; undefined: help was asked for. Throws UsageError. */
export function parseOptions(
  args: readonly string[],
  scenarios: readonly string[],
  peers: readonly string[],
): BenchOptions | undefined {
  const { values } = parsed(args);
  if (values.help === true) return undefined;
  return {
    only: names('--only', values.only, scenarios),
    peers: names('--peers', values.peers, peers),
    rounds: positive('--rounds', values.rounds, 5),
    seconds: positive('--seconds', values.seconds, 6),
    json: values.json,
    markdown: values.markdown,
    install: values['no-install'] !== true,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        peers: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        json: { type: 'string' },
        markdown: { type: 'string' },
        'no-install': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; --help lists the flags`);
  }
}

function names(flag: string, text: string | undefined, known: readonly string[]): readonly string[] {
  if (text === undefined) return known;
  const wanted = text.split(',').map(name => name.trim());
  for (const name of wanted) {
    if (known.includes(name)) continue;
    throw new UsageError(`${flag}: "${name}" is none of ${known.join(', ')}`);
  }
  return known.filter(name => wanted.includes(name));
}

function positive(flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`${flag}: expected a whole number from 1 to 9999; got "${text}"`);
}

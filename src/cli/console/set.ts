import type { Command } from 'commander';
import { UsageError } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';

interface Changed {
  readonly changes: readonly string[];
}

const AFTER = `
Of a pool: max-conns, pool-max-conns, balance, queue, queue-timeout. Of an endpoint: weight, max-conns. Values are written
as for the flags of sluice serve. What is set holds until the gateway ends or reads its configuration again; sluice status
shows it as differing from the file.

Examples:
  sluice set api max-conns=16 balance=least-time
  sluice set api/10.0.0.7:3000 weight=2`;

/** Adds `set`: other settings for a pool or an endpoint. */
export function addSet(program: Command): void {
  consoleCommand(program, 'set', 'change settings of a pool or an endpoint while the gateway runs')
    .argument('<TARGET>', 'a pool, or an endpoint as NAME or POOL/NAME')
    .argument('<KEY=VALUE...>', 'settings')
    .addHelpText('after', AFTER)
    .action(set);
}

async function set(target: string, words: readonly string[], options: ConsoleOptions): Promise<void> {
  const input = { target, settings: settingsOf(words) };
  const answer = await withGateway(options, client => client.order<Changed>('set', input));
  print(options, answer, () =>
    answer.changes.length === 0 ? 'nothing is different' : answer.changes.join('\n'),
  );
}

function settingsOf(words: readonly string[]): Readonly<Record<string, string>> {
  const settings = new Map<string, string>();
  for (const word of words) {
    const [, key, value] = /^([a-z-]+)=(.+)$/s.exec(word) ?? [];
    if (key === undefined || value === undefined) {
      throw new UsageError(`set: expected settings such as max-conns=16; got "${word}"`);
    }
    if (settings.has(key)) throw new UsageError(`set: ${key} is given twice`);
    settings.set(key, value);
  }
  return Object.fromEntries(settings);
}

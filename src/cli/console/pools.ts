import type { Command } from 'commander';
import { count, rate, time } from './figures.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';
import { paperOf } from './paper.ts';
import type { PoolStatus } from './shapes.ts';
import { statusFrom } from './status.ts';
import { type Column, table } from './table.ts';

const COLUMNS: readonly Column<PoolStatus>[] = [
  { title: 'POOL', align: 'left', rank: 9, most: 30, text: ({ name }) => name },
  { title: 'UP', align: 'right', rank: 8, text: upOf },
  { title: 'GATE', align: 'left', rank: 8, text: gateOf },
  { title: 'BUSY', align: 'right', rank: 7, text: ({ inFlight }) => count(inFlight) },
  { title: 'QUEUED', align: 'right', rank: 6, text: ({ queued }) => count(queued) },
  { title: 'REQ/S', align: 'right', rank: 5, text: ({ exchanges }) => rate(exchanges.rates.ended.s10) },
  { title: 'ERR/S', align: 'right', rank: 4, text: ({ exchanges }) => rate(exchanges.rates.errors.s10) },
  { title: 'P99', align: 'right', rank: 3, text: slowestOf },
  { title: 'BALANCE', align: 'left', rank: 1, text: ({ balance }) => balance },
];

/** Adds `pools`: the pools of a gateway, one a line. */
export function addPools(program: Command): void {
  consoleCommand(program, 'pools', 'list the pools of a running gateway, one a line').action(
    async (options: ConsoleOptions) => {
      const { pools } = await withGateway(options, client => statusFrom(client));
      print(options, pools, () => table(COLUMNS, pools, paperOf(process.stdout).width).join('\n'));
    },
  );
}

/** How many endpoints of a pool are up, of how many. */
export function upOf({ endpoints }: PoolStatus): string {
  return `${endpoints.filter(({ state }) => state === 'up').length}/${endpoints.length}`;
}

/** Whether requests of a pool are let through, in a word or two. */
export function gateOf({ held, hold, breaker }: PoolStatus): string {
  if (hold !== null) return hold.phase;
  if (held) return 'held';
  return breaker === null || breaker.state === 'closed' ? 'open' : `circuit ${breaker.state}`;
}

function slowestOf({ exchanges }: PoolStatus): string {
  const quantiles = exchanges.latency.firstByte;
  return quantiles === null ? '-' : time(quantiles.p99);
}

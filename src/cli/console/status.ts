import { setTimeout as rest } from 'node:timers/promises';
import type { Command } from 'commander';
import type { AdminClient } from '../../admin/client.ts';
import type { GatewayStatus } from '../../gateway-status.ts';
import { type ConsoleOptions, consoleCommand, withGateway } from './gateway.ts';
import { paperOf } from './paper.ts';
import { printable } from './printable.ts';
import { statusLines } from './status-lines.ts';

interface StatusOptions extends ConsoleOptions {
  readonly watch?: true;
}

/** Milliseconds between two looks. */
const PACE = 1000;

/** To the top left corner, and nothing below. */
const CLEAR = '\x1b[H\x1b[2J';

const AFTER = `
Rates are those of the last ten seconds, quantiles those of about the last minute; all counters have grown since the gateway
began. BUSY is what an endpoint works on, with its limit where there is one; P50, P90 and P99 are the times until the head
of its answers. Narrow terminals see fewer columns.`;

/** Adds `status`: all that a gateway says of itself. */
export function addStatus(program: Command): void {
  consoleCommand(program, 'status', 'show pools, endpoints and traffic of a running gateway')
    .argument('[POOL]', 'only this pool')
    .option('--watch', 'show it again each second, until it is interrupted')
    .addHelpText('after', AFTER)
    .action((pool: string | undefined, options: StatusOptions) =>
      withGateway(options, client => show(client, pool, options)),
    );
}

/** The status of a gateway, or of one of its pools. */
export function statusFrom(client: AdminClient, pool?: string): Promise<GatewayStatus> {
  const query = pool === undefined ? '' : `?pool=${encodeURIComponent(pool)}`;
  return client.get<GatewayStatus>(`/v1/status${query}`);
}

async function show(client: AdminClient, pool: string | undefined, options: StatusOptions): Promise<void> {
  const { stdout } = process;
  // Whoever read it has read enough.
  stdout.on('error', () => process.exit());
  for (let first = true; first || options.watch; first = false) {
    if (!first) await rest(PACE);
    const status = await statusFrom(client, pool);
    // A line for each look, so that a program can tell them apart.
    if (options.watch && options.json) stdout.write(`${JSON.stringify(status)}\n`);
    else {
      if (options.watch) stdout.write(stdout.isTTY ? CLEAR : first ? '' : '\n');
      const lines = options.json
        ? [JSON.stringify(status, null, 2)]
        : statusLines(printable(status), paperOf(stdout));
      stdout.write(`${lines.join('\n')}\n`);
    }
  }
}

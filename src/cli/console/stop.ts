import { setTimeout as rest } from 'node:timers/promises';
import type { Command } from 'commander';
import type { AdminClient } from '../../admin/client.ts';
import type { GatewayStatus } from '../../gateway-status.ts';
import { Failure } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';
import { patience, type WaitOption, waitText } from './wait.ts';

interface StopOptions extends ConsoleOptions {
  readonly wait?: WaitOption;
}

/** Milliseconds between two looks at whether the gateway has ended. */
const LOOK = 100;

/** Adds `stop`: the gateway finishes what it has and ends. */
export function addStop(program: Command): void {
  consoleCommand(program, 'stop', 'have the gateway take nothing new, finish what it has, and end')
    .option('--wait [D]', 'return when it has ended, or when this time is up')
    .action(stop);
}

async function stop(options: StopOptions): Promise<void> {
  const { wait } = options;
  waitText(wait);
  const ended = await withGateway(options, async client => {
    const { pid } = await client.get<GatewayStatus>('/v1/status');
    await client.order('stop', {});
    return wait === undefined ? undefined : await hasEnded(client, pid, patience(wait));
  });
  if (ended === false)
    throw new Failure('the gateway has not ended yet: sluice status shows what is in flight');
  print(options, {}, () => (ended ? 'the gateway has ended' : 'the gateway finishes what it has, and ends'));
}

/** Whether nobody answers any more, or another process does, within so many milliseconds. */
async function hasEnded(client: AdminClient, pid: number, limit: number): Promise<boolean> {
  const { Unreachable } = await import('../../admin/client.ts');
  for (const end = performance.now() + limit; performance.now() < end; await rest(LOOK)) {
    try {
      if ((await client.get<GatewayStatus>('/v1/status')).pid !== pid) return true;
    } catch (error) {
      if (!(error instanceof Unreachable) || !error.absent) throw error;
      return true;
    }
  }
  return false;
}

import type { Command } from 'commander';
import { parsePace } from '../../admin/pace.ts';
import { readArgument } from '../probe-arguments.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';

interface Resumed {
  readonly resumed: readonly string[];
  readonly waiting: number;
}

/** Adds `resume`: requests that wait go on. */
export function addResume(program: Command): void {
  consoleCommand(program, 'resume', 'let requests that are held go on, in their order')
    .argument('[TARGET]', 'a pool or a route (default: whatever is held)')
    .option(
      '--pace <RATE>',
      'at most so many that waited, such as 200/s (default: as the backends have room)',
    )
    .action(resume);
}

async function resume(
  target: string | undefined,
  options: ConsoleOptions & { pace?: string },
): Promise<void> {
  const { pace } = options;
  if (pace !== undefined) readArgument('--pace', () => parsePace(pace));
  const answer = await withGateway(options, client => client.order<Resumed>('resume', { target, pace }));
  print(options, answer, () => resumedWords(answer));
}

function resumedWords({ resumed, waiting }: Resumed): string {
  if (resumed.length === 0) return 'nothing was held';
  return `resumed: ${resumed.join(', ')}; ${waiting === 1 ? '1 request' : `${waiting} requests`} waited`;
}

import { Program } from './program.ts';
import { parseWrkOutput, type WrkReport } from './wrk-output.ts';

/** A load of wrk. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Seconds after which an answer counts as timed out. */
  readonly timeout: number;
  /** A Lua script that makes the requests; undefined: plain GETs. */
  readonly script: string | undefined;
}

let count = 0;

/** Runs wrk on the load's core and reads its report; throws when wrk fails. */
export async function runWrk(load: Load, folder: string): Promise<WrkReport> {
  const { connections, seconds, timeout } = load;
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', `${timeout}s`];
  if (load.script !== undefined) args.push('-s', load.script);
  const program = new Program(
    `wrk-${++count}`,
    { file: 'wrk', args: [...args, load.url] },
    { folder, core: 'load' },
  );
  await program.exited;
  return parseWrkOutput(program.output());
}

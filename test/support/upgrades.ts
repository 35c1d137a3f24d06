import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { eventually } from './eventually.ts';
import type { ServeProcess } from './serve-process.ts';
import { isRunning } from './supervised.ts';

/** The processes of a gateway that is upgraded, the first and those that took its place; all are ended after the test. */
export class Generations {
  readonly gateway: ServeProcess;

  constructor(t: TestContext, gateway: ServeProcess) {
    this.gateway = gateway;
    afterwards(t, async () => {
      const { pids } = this;
      for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
      await eventually('all have ended', () => !pids.some(isRunning));
    });
  }

  /** Of those that took over, in order. */
  get pids(): number[] {
    return [...this.gateway.output.matchAll(/"pid":(\d+),"msg":"upgraded/g)].map(([, pid]) => Number(pid));
  }

  /** Signals the one that serves now. */
  kill(signal: NodeJS.Signals): void {
    const pid = this.pids.at(-1);
    if (pid === undefined) this.gateway.kill(signal);
    else process.kill(pid, signal);
  }

  /** Has another process take over; resolves with its number when it serves. */
  async upgrade(): Promise<number> {
    const before = this.pids.length;
    this.kill('SIGUSR2');
    await eventually('a new process serves', () => this.pids.length > before);
    return this.pids.at(-1)!;
  }

  /** How often something stands in the output. */
  count(pattern: RegExp): number {
    return this.gateway.output.match(pattern)?.length ?? 0;
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import type { Setting } from './config.ts';
import type { Order } from './gateway-child.ts';

interface Report {
  readonly address?: string;
  readonly rss?: number;
  readonly status?: object;
  readonly error?: string;
}

/** A gateway in a process of its own, whose memory can be asked for. */
export class GatewayProcess {
  readonly address: string;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Bytes of the process that are resident, after a collection of garbage. */
  async rss(): Promise<number> {
    return (await this.#ask('rss')).rss!;
  }

  async #ask(order: Order): Promise<Report> {
    const answer = once(this.#child, 'message');
    this.#child.send(order);
    return report((await answer)[0]);
  }
}

/** Starts a gateway in a process of its own, with further flags of the runtime; it is stopped after the test. */
export async function startGatewayProcess(
  t: TestContext,
  setting: Setting,
  flags: readonly string[] = [],
): Promise<GatewayProcess> {
  const child = fork(join(import.meta.dirname, 'gateway-child.ts'), [JSON.stringify(setting)], {
    execArgv: ['--expose-gc', ...flags],
  });
  const gone = once(child, 'exit');
  afterwards(t, async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const [first] = await once(child, 'message');
  return new GatewayProcess(child, report(first).address!);
}

function report(message: unknown): Report {
  const given = message as Report;
  if (given.error !== undefined) throw new Error(`the gateway says: ${given.error}`);
  return given;
}

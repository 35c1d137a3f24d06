import type { TestContext } from 'node:test';
import { Gateway } from '../../src/gateway.ts';
import type { AccessRecord } from '../../src/log/log.ts';
import { afterwards } from './afterwards.ts';
import { makeConfig, type Setting } from './config.ts';
import { type LoggedMessage, MemoryLog } from './memory-log.ts';

/** A gateway inside the test's process, with what it logged. */
export class RunningGateway {
  readonly gateway: Gateway;
  readonly #log: MemoryLog;

  constructor(gateway: Gateway, log: MemoryLog) {
    this.gateway = gateway;
    this.#log = log;
  }

  /** Of its first listener. */
  get address(): string {
    return this.gateway.addresses[0]!;
  }

  get records(): readonly AccessRecord[] {
    return this.#log.records;
  }

  get messages(): readonly LoggedMessage[] {
    return this.#log.messages;
  }

  /** Connections that clients have open. */
  get clients(): number {
    const { listeners } = this.gateway.status();
    return listeners.reduce((total, { connections }) => total + connections, 0);
  }

  /** Requests that backends work on and requests that wait, over all pools. */
  load(): { inFlight: number; queued: number } {
    const sum = (read: (pool: { inFlight: number; queued: number }) => number) =>
      this.gateway.pools.all.reduce((total, pool) => total + read(pool), 0);
    return { inFlight: sum(pool => pool.inFlight), queued: sum(pool => pool.queued) };
  }

  /** Its access records, once so many exchanges have ended. */
  ended(count: number): Promise<readonly AccessRecord[]> {
    return this.#log.ended(count);
  }
}

/** Starts a gateway; it is stopped after the test, which fails if the gateway found a defect in itself. */
export async function startGateway(t: TestContext, setting: Setting): Promise<RunningGateway> {
  const log = new MemoryLog();
  const gateway = new Gateway(makeConfig(setting), log);
  await gateway.start();
  afterwards(t, async () => {
    await gateway.stop();
    const defect = log.messages.find(({ level }) => level === 'error');
    if (defect) throw new Error(`the gateway says: ${defect.message} ${JSON.stringify(defect.facts)}`);
  });
  return new RunningGateway(gateway, log);
}

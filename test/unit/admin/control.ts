import type { Control, HoldOrder, Patience, Remainder, Resumed } from '../../../src/control.ts';
import type { GatewayStatus } from '../../../src/gateway-status.ts';

/** What was asked of a FakeControl: the name of a method and what it was given. */
export type Asked = readonly [method: string, ...given: unknown[]];

/** A gateway that does nothing but remember what it was asked. Waits end by `finish` or by their signal. */
export class FakeControl implements Control {
  readonly asked: Asked[] = [];
  /** What `status` gives. */
  present = { pools: [], applications: [], names: [] } as unknown as GatewayStatus;
  /** What `resume` gives. */
  resumed: Resumed = { resumed: ['default'], waiting: 7 };
  /** What the next order throws; undefined: it is carried out. */
  fault: Error | undefined;
  /** How many waits were given up. */
  abandoned = 0;
  /** How many waits go on. */
  waiting = 0;
  #finish: ((left: Remainder) => void)[] = [];

  status(): GatewayStatus {
    this.#note('status');
    return this.present;
  }

  hold(order: HoldOrder): { held: readonly string[] } {
    this.#note('hold', order);
    return { held: ['default'] };
  }

  quiet(target: string | undefined, limit: number, signal: AbortSignal): Promise<Remainder> {
    return this.#wait(signal, 'quiet', target, limit);
  }

  resume(order: object): Resumed {
    this.#note('resume', order);
    return this.resumed;
  }

  drain(endpoint: string, patience: Patience, signal: AbortSignal): Promise<Remainder> {
    return this.#wait(signal, 'drain', endpoint, patience);
  }

  disable(endpoint: string): Record<string, never> {
    this.#note('disable', endpoint);
    return {};
  }

  enable(endpoint: string): void {
    this.#note('enable', endpoint);
  }

  set(target: string, settings: Readonly<Record<string, string>>): { changes: readonly string[] } {
    this.#note('set', target, settings);
    return { changes: ['max-conns: 8, was no limit'] };
  }

  add(pool: string, backend: string): { endpoints: readonly string[] } {
    this.#note('add', pool, backend);
    return { endpoints: ['a:1'] };
  }

  remove(name: string, patience: Patience, signal: AbortSignal): Promise<Remainder> {
    return this.#wait(signal, 'remove', name, patience);
  }

  async restart(pool: string | undefined): Promise<void> {
    this.#note('restart', pool);
  }

  async reload(): Promise<{ changes: readonly string[]; deferred: readonly string[] }> {
    this.#note('reload');
    return { changes: ['pool api: new'], deferred: [] };
  }

  async upgrade(): Promise<{ pid: number }> {
    this.#note('upgrade');
    return { pid: 42 };
  }

  stop(): void {
    this.#note('stop');
  }

  /** Ends every wait. */
  finish(left: Remainder = { inFlight: 0, tunnels: 0 }): void {
    for (const end of this.#finish.splice(0)) end(left);
  }

  #note(...asked: Asked): void {
    this.asked.push(asked);
    if (this.fault !== undefined) throw this.fault;
  }

  async #wait(signal: AbortSignal, ...asked: Asked): Promise<Remainder> {
    this.#note(...asked);
    this.waiting++;
    const left = await new Promise<Remainder>(resolve => {
      this.#finish.push(resolve);
      signal.addEventListener('abort', () => {
        this.abandoned++;
        resolve({ inFlight: 1, tunnels: 0 });
      });
    });
    this.waiting--;
    return left;
  }
}

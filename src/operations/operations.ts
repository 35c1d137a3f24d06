import {
  type Control,
  type HoldOrder,
  OrderError,
  type Patience,
  type ReloadReport,
  type Remainder,
  type Resumed,
  type ResumeOrder,
} from '../control.ts';
import type { GatewayStatus } from '../gateway-status.ts';
import { findPool } from './find.ts';
import type { Governed } from './governed.ts';
import type { Holds } from './holds.ts';
import { add, remove } from './members.ts';
import { set } from './set.ts';
import { Switches } from './switches.ts';

/** A gateway as orders need it. */
export interface GovernedGateway extends Governed {
  status(): GatewayStatus;
  restartApplications(pool?: string): Promise<void>;
  readonly holds: Holds;
}

/** What is done about the process of a gateway. */
export type ProcessOrders = Pick<Control, 'reload' | 'upgrade' | 'stop'>;

/** The orders for a running gateway, each carried out by a file of its own. */
export class Operations implements Control {
  readonly #gateway: GovernedGateway;
  readonly #process: ProcessOrders;
  readonly #switches: Switches;

  constructor(gateway: GovernedGateway, process: ProcessOrders) {
    this.#gateway = gateway;
    this.#process = process;
    this.#switches = new Switches(() => gateway.pools.byName, gateway.log);
  }

  status(): GatewayStatus {
    return this.#gateway.status();
  }

  hold(order: HoldOrder): { held: readonly string[]; warnings: readonly string[] } {
    return this.#gateway.holds.hold(order);
  }

  quiet(target: string | undefined, limit: number, signal: AbortSignal): Promise<Remainder> {
    return this.#gateway.holds.quiet(target, limit, signal);
  }

  resume(order: ResumeOrder): Resumed {
    return this.#gateway.holds.resume(order);
  }

  drain(endpoint: string, patience: Patience, signal: AbortSignal): Promise<Remainder> {
    return this.#switches.drain(endpoint, patience, signal);
  }

  disable(endpoint: string): { warnings?: readonly string[] } {
    return this.#switches.disable(endpoint);
  }

  enable(endpoint: string): void {
    this.#switches.enable(endpoint);
  }

  set(target: string, settings: Readonly<Record<string, string>>): { changes: readonly string[] } {
    return { changes: set(this.#gateway, target, settings) };
  }

  add(pool: string, backend: string): { endpoints: readonly string[] } {
    return { endpoints: add(this.#gateway, pool, backend) };
  }

  remove(name: string, patience: Patience, signal: AbortSignal): Promise<Remainder> {
    return remove(this.#gateway, name, patience, signal);
  }

  async restart(name: string | undefined): Promise<void> {
    const { pools } = this.#gateway;
    const chosen = name === undefined ? [...pools.byName.values()] : [findPool(pools.byName, name)];
    if (chosen.every(({ config }) => config.spawn === undefined)) {
      const whose = name === undefined ? 'no pool has' : `the pool ${name} has not`;
      throw new OrderError('refused', `${whose} an application that the gateway has started`);
    }
    await this.#gateway.restartApplications(name);
  }

  /** Rejects with OrderError, one line for each mistake. */
  async reload(): Promise<ReloadReport> {
    try {
      return await this.#process.reload();
    } catch (error) {
      if (error instanceof OrderError) throw error;
      throw new OrderError('invalid', error instanceof Error ? error.message : String(error));
    }
  }

  upgrade(): Promise<{ pid: number }> {
    return this.#process.upgrade();
  }

  stop(): void {
    this.#process.stop();
  }
}

import type { TestContext } from 'node:test';
import type { HoldOrder, Remainder, Resumed, ResumeOrder } from '../../src/control.ts';
import type { HoldStatus } from '../../src/pool/status.ts';
import { type Backend, backend, ok } from './backend.ts';
import { connect, get } from './client.ts';
import type { Setting } from './config.ts';
import { eventually } from './eventually.ts';
import { type RunningGateway, startGateway } from './gateway.ts';
import type { Peer } from './peer.ts';

/** A backend that answers every request by its target, and notes targets in the order in which they came. */
export class Noting {
  readonly targets: string[] = [];
  origin!: Backend;

  static async start(t: TestContext): Promise<Noting> {
    const noting = new Noting();
    noting.origin = await backend(t, connection =>
      connection.always(({ target }) => {
        noting.targets.push(target);
        return ok(target);
      }),
    );
    return noting;
  }

  get url(): string {
    return this.origin.url;
  }
}

/** A gateway whose pools and routes are held and resumed. */
export class Holding {
  readonly gateway: RunningGateway;
  readonly #context: TestContext;

  constructor(context: TestContext, gateway: RunningGateway) {
    this.#context = context;
    this.gateway = gateway;
  }

  hold(order: HoldOrder = {}): readonly string[] {
    return this.gateway.gateway.holds.hold(order).held;
  }

  resume(order: ResumeOrder = {}): Resumed {
    return this.gateway.gateway.holds.resume(order);
  }

  quiet(target?: string, limit = Number.POSITIVE_INFINITY, signal = new AbortController().signal) {
    return this.gateway.gateway.holds.quiet(target, limit, signal) as Promise<Remainder>;
  }

  /** What is told of a pool or a route that is held; null: it is open. */
  status(name = 'default'): HoldStatus | null {
    const { pools, routes } = this.gateway.gateway.status();
    return [...pools, ...routes].find(each => each.name === name)!.hold;
  }

  /** Requests that wait at a gate. */
  waiting(name = 'default'): number {
    const pool = this.gateway.gateway.pools.byName.get(name);
    return pool === undefined ? (this.status(name)?.waiting ?? 0) : pool.gate.waiting;
  }

  /** Sends a request over a connection of its own. */
  async ask(request: string | Buffer): Promise<Peer> {
    const client = await connect(this.#context, this.gateway.address);
    return client.send(request);
  }

  /** Sends a request for a target that has to wait, and returns once it does. */
  async held(target: string, name = 'default'): Promise<Peer> {
    const before = this.waiting(name);
    const client = await this.ask(get(target));
    await eventually(`${target} waits`, () => this.waiting(name) === before + 1);
    return client;
  }

  /** Sends so many requests, for /0, /1 and so on, each when the one before waits. */
  async heldInOrder(count: number, name = 'default'): Promise<Peer[]> {
    const clients: Peer[] = [];
    for (let i = 0; i < count; i++) clients.push(await this.held(`/${i}`, name));
    return clients;
  }
}

/** A gateway before a noting backend that takes one request at a time, so that the order of grants is the order it sees. */
export async function startHolding(t: TestContext, setting: Setting = {}) {
  const origin = await Noting.start(t);
  const gateway = await startGateway(t, { backends: [`${origin.url},max-conns=1`], ...setting });
  return { origin, holding: new Holding(t, gateway) };
}

/** A hold that has everybody refused after so many milliseconds. */
export function failingAfter(duration: number): HoldOrder {
  // biome-ignore lint/suspicious/noThenProperty: it is the word of the order, never of a promise.
  return { for: duration, then: 'fail' };
}

/** `/0`, `/1` and so on. */
export function targets(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `/${i}`);
}

import { recent } from './clock.ts';
import { GatewayError } from './errors.ts';
import type { Carrier, Exchange } from './exchange.ts';
import type { Place } from './pool/claim.ts';
import type { Gate, Waiter } from './pool/gate.ts';
import { bypasses } from './router/bypass.ts';
import type { Route } from './router/route.ts';
import { type Timed, timeouts } from './timeouts.ts';
import { totalEnd } from './total-end.ts';

/**
 * What becomes of an exchange that has passed the gates. `bypass`: one of them was shut; `patience`: for how many
 * milliseconds it may yet wait, Infinity: it has not waited.
 */
export type Passage = (exchange: Exchange, route: Route, bypass: boolean, patience: number) => void;

/** Takes an exchange to the gates of its route and its pool, of which one at least is shut, and on when it has passed them. */
export function meetGates(exchange: Exchange, route: Route, passage: Passage): void {
  const held = new HeldExchange(exchange, route, passage);
  exchange.carrier = held;
  held.meetRoute();
}

/** As `meetGates`, where the gate of the pool alone is shut, for one that comes from gates elsewhere: the rest as for Passage. */
export function meetPoolGate(
  exchange: Exchange,
  route: Route,
  passage: Passage,
  bypass: boolean,
  patience: number,
): void {
  const held = new HeldExchange(exchange, route, passage, bypass, patience);
  exchange.carrier = held;
  held.meetPool();
}

/** An exchange that waits at a gate; what has not come of its body by then is left with the client. */
class HeldExchange implements Waiter, Carrier, Timed {
  readonly priority = 0;
  readonly waiting = true;
  place: Place | null = null;
  deadline = Infinity;
  bucket = 0;
  gate: Gate | null = null;
  private since = 0;
  private patience: number;
  private bypass: boolean;
  private readonly exchange: Exchange;
  private readonly route: Route;
  private readonly passage: Passage;

  constructor(exchange: Exchange, route: Route, passage: Passage, bypass = false, patience = Infinity) {
    this.exchange = exchange;
    this.route = route;
    this.passage = passage;
    this.bypass = bypass;
    this.patience = patience;
  }

  meetRoute(): void {
    if (!this.stopsAt(this.route.gate)) this.meetPool();
  }

  meetPool(): void {
    if (!this.stopsAt(this.route.pool.gate)) this.goOn();
  }

  passed(): void {
    const { gate } = this;
    this.endWait();
    if (gate === this.route.gate) this.meetPool();
    else this.goOn();
  }

  refused(error: GatewayError): void {
    this.endWait();
    this.exchange.fail(error);
  }

  abandon(error: GatewayError): void {
    this.gate!.withdraw(this);
    this.refused(error);
  }

  clientWritable(): void {}

  expire(): void {
    const tooLong = recent() >= totalEnd(this.exchange, this.route.pool);
    this.abandon(
      tooLong
        ? new GatewayError('total_timeout', 'the exchange took longer than its total time-out')
        : this.gate!.errors.late,
    );
  }

  private goOn(): void {
    this.passage(this.exchange, this.route, this.bypass, this.patience);
  }

  private stopsAt(gate: Gate): boolean {
    if (!gate.shut) return false;
    if (bypasses(this.exchange.target, gate.bypass)) {
      this.bypass = true;
      return false;
    }
    this.wait(gate);
    return true;
  }

  /** For as long as the pool's queue would let it, over all gates and that queue together. */
  private wait(gate: Gate): void {
    const { pool } = this.route;
    if (this.patience === Infinity) this.patience = pool.config.queue.timeout;
    this.gate = gate;
    this.since = recent();
    timeouts.arm(this, Math.min(totalEnd(this.exchange, pool), this.since + this.patience));
    this.exchange.body?.leave(this.exchange.expectsContinue);
    gate.stop(this);
  }

  private endWait(): void {
    const waited = recent() - this.since;
    this.exchange.queueTime += waited;
    this.patience = Math.max(0, this.patience - waited);
    this.gate = null;
    timeouts.forget(this);
  }
}

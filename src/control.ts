import type { GatewayStatus } from './gateway-status.ts';

/** What is to be held, and for how long. */
export interface HoldOrder {
  /** A pool or a route by its name, which no two of them share; undefined: every pool. */
  readonly target?: string | undefined;
  /** After so many milliseconds the hold ends by itself; undefined: it lasts until it is ended. */
  readonly for?: number | undefined;
  /** What it ends with: requests go on, or those that wait and those that come get 503 until `resume`. */
  readonly then?: 'resume' | 'fail' | undefined;
  /** Paths that pass beside those of the configuration: `/x/*` is a prefix, anything else exact. */
  readonly bypass?: readonly string[] | undefined;
}

/** For how long what is taken out may finish what it has. */
export interface Patience {
  /** After so many milliseconds nobody waits any more, and it goes on; 0: at once. */
  readonly wait: number;
  /** After so many milliseconds upgraded connections are cut, whether somebody waits or not; undefined: they never are. */
  readonly tunnels?: number | undefined;
}

/** What is still under way of what an order was about. */
export interface Remainder {
  /** Requests that backends work on. */
  readonly inFlight: number;
  /** Of these, upgraded connections. */
  readonly tunnels: number;
  /** Upgraded connections that were cut because their time was up; undefined: they had none. */
  readonly cut?: number;
  /** What may be unexpected about what was ordered. */
  readonly warnings?: readonly string[];
}

/** Which holds are to end, and how fast. */
export interface ResumeOrder {
  /** As for a hold; undefined: whatever is held. */
  readonly target?: string | undefined;
  /** Requests a second that are let go; undefined: as many as the backends have slots for. */
  readonly pace?: number | undefined;
}

/** What came of it. */
export interface Resumed {
  readonly resumed: readonly string[];
  /** Requests that waited. */
  readonly waiting: number;
  /** What had gone on before, for its hold had ended by itself; undefined: nothing. Of each it is told once. */
  readonly lapsed?: readonly string[];
}

/** What came of a new configuration: one line for each thing that is new, gone or different. */
export interface ReloadReport {
  readonly changes: readonly string[];
  /** What is different in the configuration and needs a restart or an upgrade. */
  readonly deferred: readonly string[];
}

/** An order that cannot be carried out; the message says why, and what could be. */
export class OrderError extends Error {
  /** `unknown`: no such pool, route or endpoint; `refused`: not in this state; `invalid`: not to be understood. */
  readonly kind: 'unknown' | 'refused' | 'invalid';

  constructor(kind: OrderError['kind'], message: string) {
    super(message);
    this.name = 'OrderError';
    this.kind = kind;
  }
}

/**
 * What may be asked of a running gateway. Endpoints go by `POOL/NAME`, or by NAME alone where only one has it; what follows
 * the last slash of a name is enough if it is unique. The name of a backend stands for all endpoints that it has now. Every method throws OrderError, or rejects with it.
 */
export interface Control {
  status(): GatewayStatus;
  /** Gives the names of what is held now, and what may be unexpected about it. A second order for what is held takes the place of the first. */
  hold(order: HoldOrder): { held: readonly string[]; warnings?: readonly string[] };
  /**
   * Resolves when nothing of a pool or route (undefined: of any pool) is in flight, or when the time is up or the signal
   * given. Upgraded connections are not waited for, and requests that pass a hold are not even counted.
   */
  quiet(target: string | undefined, limit: number, signal: AbortSignal): Promise<Remainder>;
  /** Refused for what is not held, and for what a file holds. */
  resume(order: ResumeOrder): Resumed;
  /**
   * Takes an endpoint out once what it has is finished; resolves then, or when the time is up and no tunnel is left that
   * is to be cut.
   */
  drain(endpoint: string, patience: Patience, signal: AbortSignal): Promise<Remainder>;
  /** Takes an endpoint out: it gets nothing new, not even as the last resort. What it has goes on. */
  disable(endpoint: string): { readonly warnings?: readonly string[] };
  /** Ends drain and disable, and forgets failures. */
  enable(endpoint: string): void;
  /** Settings as flags are written: of a pool `max-conns`, `pool-max-conns`, `balance`, `queue`, `queue-timeout`; of an endpoint `weight`, `max-conns`. */
  set(target: string, settings: Readonly<Record<string, string>>): { changes: readonly string[] };
  /** Adds a backend, written as for `--backend`, to a pool; gives the names of its endpoints that are there already. */
  add(pool: string, backend: string): { endpoints: readonly string[] };
  /** Takes a backend or an endpoint out of its pool for good; resolves as a drain does. */
  remove(name: string, patience: Patience, signal: AbortSignal): Promise<Remainder>;
  /** Puts new processes in the place of those that the gateway has started, one of each pool at a time. */
  restart(pool: string | undefined): Promise<void>;
  /** Reads the configuration again. Refused as a whole if it is wrong. */
  reload(): Promise<ReloadReport>;
  /** Hands the listening sockets to a new process of the program as it is installed now; resolves when that one serves. */
  upgrade(): Promise<{ pid: number }>;
  /** Drains the gateway and ends its process; returns at once. */
  stop(): void;
}

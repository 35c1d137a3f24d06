import { isDeepStrictEqual } from 'node:util';
import { recent } from '../clock.ts';
import type { BackendConfig, PoolConfig } from '../config/config.ts';
import type { GatewayError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Protocol } from '../protocol.ts';
import { balancerOf } from './balancers/index.ts';
import type { Breaker } from './breaker.ts';
import { type Buffering, bufferingOf } from './buffering.ts';
import type { Claim } from './claim.ts';
import type { Copies } from './copies.ts';
import { Defects } from './defects.ts';
import { Diagnostics } from './diagnostics.ts';
import type { Endpoint } from './endpoint.ts';
import { Fallback } from './fallback.ts';
import { Gate } from './gate.ts';
import { Grants } from './grants.ts';
import { Guard } from './guard.ts';
import type { Lease } from './lease.ts';
import { Ledger } from './ledger.ts';
import { mayDirect } from './may-direct.ts';
import { Members } from './members.ts';
import type { Place } from './place.ts';
import type { RefusalKind } from './refusals.ts';
import { RetryBudget } from './retry-budget.ts';
import { Selection } from './selection.ts';
import type { Sources } from './sources.ts';
import { type PoolStatus, statusOf } from './status.ts';
import type { Stickiness } from './stickiness.ts';
import type { Supply } from './supply.ts';
import { Traffic } from './traffic.ts';

/** Endpoints that can do the same work, the rule for choosing among them, and the queue of those who wait for a slot. */
export class Pool {
  readonly name: string;
  config: PoolConfig;
  readonly budget: RetryBudget;
  readonly diagnostics: Diagnostics;
  buffering!: Buffering;
  /** Whether the answers of its backends may bring about something besides going to the client. */
  directs = false;
  readonly ledger: Ledger;
  /** What is counted of the exchanges that came here, and of the attempts of all endpoints. */
  readonly exchanges: Traffic;
  readonly attempts: Traffic;
  /** In front of the queue. */
  readonly gate: Gate;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Requests for this pool that wait at a gate, its own or that of a route. */
  gated = 0;
  /** Requests that have waited at a gate and are to wait for a slot, once their bodies are there: they keep a place. */
  comingIn = 0;
  /** Leases of claims that passed a shut gate, tunnels excepted. */
  bypassing = 0;
  readonly defects: Defects;
  /** The copies of other pools' requests that it gets; null: it is nobody's mirror. */
  copies: Copies | null = null;
  /** What was done where it had no endpoint. */
  readonly fallback: Fallback;
  /** Null: no client is led to the endpoint that it came to first. */
  sticky: Stickiness | null = null;
  /** Null: the endpoints are there or not, and nobody starts more. */
  supply: Supply | null = null;
  /** Says why there is no endpoint where there is none; empty: in the usual words. Null: always in these. */
  absence: (() => string) | null = null;
  /** Exchanges that were sent here and have not ended, whether they have come to ask for a lease or not. */
  underWay = 0;
  readonly #sources: Sources;
  readonly #protocolOf: (scheme: string) => Protocol;
  readonly #members: Members;
  readonly #guard: Guard;
  readonly #grants: Grants;
  /** Called when the last exchange has ended, once no route leads here any more. */
  #retired: (() => void) | null = null;
  #draining = false;
  /** Whether its endpoints are about to change further. */
  #changing = false;
  /** Whether endpoints have joined that are not in their place yet. */
  #joined = false;

  /** Backends that expand have no endpoint yet. Throws if `protocolOf` does, and if a given ledger has no row for an endpoint. */
  constructor(
    config: PoolConfig,
    protocolOf: (scheme: string) => Protocol,
    log: Log,
    ledger: Ledger = new Ledger(config.backends.length),
    sources: Sources = { now: recent, random: Math.random },
  ) {
    const { now } = sources;
    this.name = config.name;
    this.config = config;
    this.ledger = ledger;
    this.defects = new Defects(config.name, log);
    this.fallback = new Fallback(config.name, log);
    this.#sources = sources;
    this.now = now;
    this.#protocolOf = protocolOf;
    this.exchanges = new Traffic(now);
    this.attempts = new Traffic(now);
    this.budget = new RetryBudget(config.retry.budget, now);
    this.diagnostics = new Diagnostics(config.name, log);
    this.gate = new Gate(`pool ${config.name}`, this);
    this.buffering = bufferingOf(config, protocolOf);
    this.directs = mayDirect(config);
    this.#guard = new Guard(this, log, sources, () => this.#grants.wakeSoon());
    this.#grants = new Grants(this, this.#guard);
    const changed = () => this.#endpointChanged();
    const around = { config, ledger, log, now, attempts: this.attempts, changed };
    this.#members = new Members(config, protocolOf, around);
    this.#guard.configure(config);
    this.#membersChanged();
  }

  /**
   * Takes over a configuration with the same name, from now on. Endpoints of backends that are still there go on as they are;
   * those of others leave, and new backends join, unless they expand: their places are for who resolves names to add.
   */
  configure(config: PoolConfig): void {
    const before = this.config;
    this.config = config;
    this.budget.share = config.retry.budget;
    if (!isDeepStrictEqual(before.queue, config.queue)) this.#grants.configure(config.queue);
    this.#members.configure(config);
    this.buffering = bufferingOf(config, this.#protocolOf);
    this.directs = mayDirect(config);
    this.#guard.configure(config);
    this.#membersChanged();
  }

  /** From now on it serves: endpoints are checked, and those that join begin slowly. */
  start(): void {
    this.#guard.start();
  }

  /** Adds an endpoint of a backend; throws if there is no room for one more. */
  join(backend: BackendConfig, place?: Place): Endpoint {
    const endpoint = this.#members.join(backend, place);
    this.#joined = true;
    if (this.#guard.started) endpoint.startSlowly();
    this.#membersChanged();
    return endpoint;
  }

  /** Takes an endpoint out for good: it gets nothing new, finishes what it has, and is gone. */
  leave(endpoint: Endpoint, reason: string): void {
    if (this.#members.leave(endpoint, reason)) this.#membersChanged();
  }

  /** Gives an endpoint of its own the tier and the weight of another place with the same address. */
  rank(endpoint: Endpoint, place: Place): void {
    // The row of one that is gone may be another's by now.
    if (!this.endpoints.includes(endpoint)) return;
    endpoint.rank(place);
    this.#membersChanged();
  }

  /** Has many endpoints join, leave or be ranked as one change, which costs what a single one does. */
  change(all: () => void): void {
    this.#changing = true;
    try {
      all();
    } finally {
      this.#changing = false;
      this.#membersChanged();
    }
  }

  /** In the order of the configuration, those that have joined since behind; one that left stays until it has finished. */
  get endpoints(): readonly Endpoint[] {
    return this.#members.all;
  }

  /** Those of them that were not told to leave. */
  get present(): readonly Endpoint[] {
    return this.#members.staying;
  }

  /** Null: it has none. */
  get breaker(): Breaker | null {
    return this.#guard.breaker;
  }

  /** Claims that wait for a slot. */
  get queued(): number {
    return this.#grants.queued;
  }

  /** Requests that wait, for a slot or at a gate, or are on their way from the one to the other. */
  get waiting(): number {
    return this.#grants.queued + this.gated + this.comingIn;
  }

  /** Leases that are not yet released. */
  get inFlight(): number {
    return this.ledger.poolInFlight;
  }

  /** Whether an endpoint is up, is to be tried whether it is again, or will be there by itself. */
  get serves(): boolean {
    return !this.#grants.selection.allDown(this.supply?.expected ?? false);
  }

  /** One of its backends has answered: unless that was the last of it, no other pool stands in for it any more. */
  served(): void {
    if (this.serves && this.breaker?.closed !== false) this.fallback.over();
  }

  get draining(): boolean {
    return this.#draining || this.#retired !== null;
  }

  /** Whether every claim waits in the queue that does not pass a shut gate; afterwards they are served in their order. */
  get held(): boolean {
    return this.#grants.held;
  }

  set held(held: boolean) {
    this.#grants.held = held;
  }

  /**
   * Asks for a lease. The claim is granted or refused within this call, or it waits in the queue: because no slot is
   * free, because the gate is shut, or because others are waiting.
   */
  acquire(claim: Claim): void {
    this.#grants.acquire(claim);
  }

  /** Takes a claim out of the queue, for its client has gone; false: it was not waiting. */
  withdraw(claim: Claim): boolean {
    return this.#grants.withdraw(claim);
  }

  /** Whether a gate may let a request through now; if not, it hears when it may. */
  awaitRoom(gate: Gate): boolean {
    return this.#grants.awaitRoom(gate);
  }

  /** Refuses so many of those that wait for a slot because the pool is held; false: there are no more. */
  refuseHeld(error: GatewayError, most: number): boolean {
    return this.#grants.refuseHeld(error, most);
  }

  /** The error of a claim that has waited for a slot for as long as it may. */
  get overdue(): GatewayError {
    return this.#grants.overdue;
  }

  /** Refuses all that wait for a slot. */
  refuseQueued(kind: RefusalKind): void {
    this.#grants.refuseQueued(kind);
  }

  /** Takes no new exchanges, closes idle connections, and goes on to serve those in the queue and further attempts. */
  drain(): void {
    this.#draining = true;
    this.#grants.drain();
    for (const endpoint of this.endpoints) endpoint.windUp('pool is draining');
  }

  /** An exchange was sent here. */
  entered(): void {
    this.underWay++;
  }

  /** An exchange that was sent here has ended, or goes on elsewhere. */
  left(): void {
    this.underWay--;
    if (this.#retired !== null) this.#endRetired();
  }

  /** Serves what was sent here already, on connections that are not kept, closes when that has ended, and calls back. */
  retire(ended: () => void): void {
    this.#retired = ended;
    this.gate.release();
    for (const endpoint of this.endpoints) endpoint.windUp('the configuration names its pool no more');
    this.#endRetired();
  }

  /** Drains, and refuses those in the queue as well. Leases that are out stay good until they are released. */
  close(reason: string): void {
    this.#draining = true;
    this.#guard.stop();
    this.copies?.close();
    for (const endpoint of this.endpoints) endpoint.windUp(reason);
    this.#grants.close();
  }

  /** The present state, for a status command and for tests. */
  status(): PoolStatus {
    return statusOf(this, this.now());
  }

  /** For Lease alone: its slot is free again. */
  released(lease: Lease): void {
    const { endpoint } = lease;
    this.ledger.leave(endpoint.index);
    lease.count();
    this.breaker?.released(lease);
    if (lease.probe !== 0) endpoint.health.endProbe(lease.probe);
    if (endpoint.awaited && endpoint.inFlight === 0) endpoint.emptied();
    if (this.#grants.queued > 0) this.#grants.wakeSoon();
  }

  #endRetired(): void {
    const retired = this.#retired;
    if (retired === null || this.underWay > 0) return;
    this.#retired = null;
    this.close('the configuration names its pool no more');
    retired();
  }

  #endpointChanged(): void {
    this.#guard.endpointChanged();
    this.#grants.wakeSoon();
  }

  /** The balancer begins anew: what it remembers goes by rows of the ledger, which may have changed hands. */
  #membersChanged(): void {
    if (this.#changing) return;
    if (this.#joined) this.#members.putInOrder();
    this.#joined = false;
    const { random, now } = this.#sources;
    const { staying } = this.#members;
    const balancer = balancerOf(this.config.balance, random, now);
    const lastResort = this.config.health.allDown === 'last-resort';
    this.#grants.selection = new Selection(staying, balancer, now, lastResort);
    this.sticky?.follow(staying);
    this.#guard.watch(staying);
    this.#grants.wakeSoon();
  }
}

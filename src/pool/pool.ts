import { isDeepStrictEqual } from 'node:util';
import { recent } from '../clock.ts';
import type { BackendConfig, PoolConfig } from '../config/config.ts';
import type { GatewayError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Protocol } from '../protocol.ts';
import { Alarm } from './alarm.ts';
import { balancerOf } from './balancers/index.ts';
import type { Breaker } from './breaker.ts';
import { type Buffering, bufferingOf } from './buffering.ts';
import { BYPASS, type Claim } from './claim.ts';
import { Defects } from './defects.ts';
import { Diagnostics } from './diagnostics.ts';
import type { Endpoint } from './endpoint.ts';
import { Gate } from './gate.ts';
import { Guard } from './guard.ts';
import { Lease } from './lease.ts';
import { Ledger } from './ledger.ts';
import { Members } from './members.ts';
import { failsForNow, isDeserted } from './outlook.ts';
import type { Place } from './place.ts';
import { Queue } from './queue.ts';
import { type RefusalKind, Refusals } from './refusals.ts';
import { RetryBudget } from './retry-budget.ts';
import { Room } from './room.ts';
import { Selection } from './selection.ts';
import type { Sources } from './sources.ts';
import { type PoolStatus, statusOf } from './status.ts';
import type { Supply } from './supply.ts';
import { Traffic } from './traffic.ts';
import { QUEUED } from './traffic-cells.ts';

/** So many of those who wait are refused in one turn of the event loop: other pools are not to notice. */
const TURN = 64;

/** Endpoints that can do the same work, the rule for choosing among them, and the queue of those who wait for a slot. */
export class Pool {
  readonly name: string;
  config: PoolConfig;
  readonly budget: RetryBudget;
  readonly diagnostics: Diagnostics;
  buffering!: Buffering;
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
  /** Leases of claims that passed a shut gate, tunnels excepted. */
  bypassing = 0;
  readonly defects: Defects;
  /** Null: the endpoints are there or not, and nobody starts more. */
  supply: Supply | null = null;
  /** Says why there is no endpoint where there is none; empty: in the usual words. Null: always in these. */
  absence: (() => string) | null = null;
  /** Exchanges that were sent here and have not ended, whether they have come to ask for a lease or not. */
  underWay = 0;
  readonly #sources: Sources;
  readonly #protocolOf: (scheme: string) => Protocol;
  readonly #members: Members;
  #selection!: Selection;
  readonly #queue: Queue<Claim>;
  readonly #alarm: Alarm;
  #refusals: Refusals;
  readonly #guard: Guard;
  readonly #room = new Room();
  /** Called when the last exchange has ended, once no route leads here any more. */
  #retired: (() => void) | null = null;
  #held = false;
  #draining = false;
  #closed = false;
  #waking = false;
  #wakeDue = false;

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
    this.#sources = sources;
    this.now = now;
    this.#protocolOf = protocolOf;
    this.exchanges = new Traffic(now);
    this.attempts = new Traffic(now);
    this.budget = new RetryBudget(config.retry.budget, now);
    this.diagnostics = new Diagnostics(config.name, log);
    this.#queue = new Queue(config.queue.timeout);
    this.#alarm = new Alarm(now, () => this.#onAlarm());
    this.#refusals = new Refusals(config.name, config.queue);
    this.gate = new Gate(`pool ${config.name}`, this);
    this.buffering = bufferingOf(config, protocolOf);
    this.#guard = new Guard(this, log, sources, () => this.#wakeSoon());
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
    this.#queue.timeout = config.queue.timeout;
    if (!isDeepStrictEqual(before.queue, config.queue))
      this.#refusals = new Refusals(config.name, config.queue);
    this.#members.configure(config);
    this.buffering = bufferingOf(config, this.#protocolOf);
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
    return this.#queue.size;
  }

  /** Requests that wait, for a slot or at a gate. */
  get waiting(): number {
    return this.#queue.size + this.gated;
  }

  /** Leases that are not yet released. */
  get inFlight(): number {
    return this.ledger.poolInFlight;
  }

  get draining(): boolean {
    return this.#draining || this.#retired !== null;
  }

  /** Whether every claim waits in the queue that does not pass a shut gate; afterwards they are served in their order. */
  get held(): boolean {
    return this.#held;
  }

  set held(held: boolean) {
    this.#held = held;
    if (!held) this.#wakeSoon();
  }

  /**
   * Asks for a lease. The claim is granted or refused within this call, or it waits in the queue: because no slot is
   * free, because the gate is shut, or because others are waiting.
   */
  acquire(claim: Claim): void {
    if (this.#draining && this.#turnsAway(claim)) {
      this.#refuse(claim, 'shutting_down');
      return;
    }
    if (!this.#admits(claim)) {
      this.#refuse(claim, 'circuit_open');
      return;
    }
    if (this.#queue.size > 0) this.#wake();
    const endpoint = this.#queue.isFirst(claim) ? this.#choose(claim) : undefined;
    if (endpoint === undefined) this.#enqueue(claim);
    else this.#grant(claim, endpoint);
  }

  /** Takes a claim out of the queue, for its client has gone; false: it was not waiting. */
  withdraw(claim: Claim): boolean {
    const waited = this.#queue.remove(claim);
    this.breaker?.forget(claim);
    this.#room.look(this.#queue.size);
    return waited;
  }

  /** Whether a gate may let a request through now; if not, it hears when it may. */
  awaitRoom(gate: Gate): boolean {
    // What comes from a route waits at the pool's own gate then, in no slot's way.
    const passesOn = gate !== this.gate && this.gate.shut;
    return passesOn || this.#room.await(gate, this.#queue.size);
  }

  /** Takes no new exchanges, closes idle connections, and goes on to serve those in the queue and further attempts. */
  drain(): void {
    this.#draining = true;
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
    this.#closed = true;
    this.#alarm.off();
    this.#guard.stop();
    for (const endpoint of this.endpoints) endpoint.windUp(reason);
    this.refuseQueued('shutting_down');
  }

  /** Refuses all that wait for a slot. */
  refuseQueued(kind: RefusalKind): void {
    for (let claim = this.#queue.head(); claim !== undefined; claim = this.#queue.head()) {
      this.#refuseQueued(claim, kind);
    }
  }

  /** Refuses so many of those that wait for a slot because the pool is held; false: there are no more. */
  refuseHeld(error: GatewayError, most: number): boolean {
    for (let i = 0; i < most; i++) {
      const claim = this.#queue.head(0);
      if (claim === undefined) return false;
      this.#queue.remove(claim);
      this.breaker?.forget(claim);
      this.defects.refuse(claim, error);
    }
    return true;
  }

  /** The error of a claim that has waited for a slot for as long as it may. */
  get overdue(): GatewayError {
    return this.#refusals.of(this.#held ? 'held_too_long' : 'queue_timeout');
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
    if (this.#queue.size > 0) this.#wakeSoon();
  }

  #endRetired(): void {
    const retired = this.#retired;
    if (retired === null || this.underWay > 0) return;
    this.#retired = null;
    this.close('the configuration names its pool no more');
    retired();
  }

  /** While draining, an exchange that has had an attempt is not new. */
  #turnsAway(claim: Claim): boolean {
    return this.#closed || claim.tried.length === 0;
  }

  #choose(claim: Claim, patient = true): Endpoint | undefined {
    if (this.#held && claim.priority !== BYPASS) return undefined;
    if (this.ledger.poolInFlight >= this.config.poolMaxConns) return undefined;
    return this.#selection.choose(claim, patient);
  }

  /** Never throws: a defect in one exchange must not stop the queue for the others, nor keep a slot. */
  #grant(claim: Claim, endpoint: Endpoint): void {
    const { ledger } = this;
    ledger.enter(endpoint.index);
    const probe = ledger.state(endpoint.index) === 0 ? 0 : endpoint.health.beginProbe();
    const lease = new Lease(endpoint, this, probe, claim.priority === BYPASS);
    this.breaker?.granted(claim, lease);
    try {
      claim.granted(lease);
    } catch (thrown) {
      if (!lease.released) lease.release();
      this.defects.disown(claim, thrown);
    }
  }

  #enqueue(claim: Claim): void {
    this.supply?.wanted();
    const held = this.#held && claim.priority !== BYPASS;
    if (!held && this.#hopeless) this.#refuse(claim, 'no_endpoint');
    else if (held && this.gate.refusal !== null) claim.refused(this.gate.refusal);
    else if (this.waiting >= this.config.queue.length) this.#grantOrRefuse(claim);
    else {
      this.#queue.add(claim, this.now());
      this.exchanges.count(QUEUED);
      this.#setAlarm();
    }
  }

  /** Where nobody may wait, nobody waits for a better slot than there is. */
  #grantOrRefuse(claim: Claim): void {
    const endpoint = this.#choose(claim, false);
    if (endpoint === undefined) this.#refuse(claim, 'connection_limit_reached');
    else this.#grant(claim, endpoint);
  }

  /** Whether nobody who comes now will be served before somebody does something. */
  get #hopeless(): boolean {
    return failsForNow(this, this.#selection) || isDeserted(this);
  }

  /** Whether the breaker has nothing against a claim. Those who wait while the pool is held wait, and are judged afterwards. */
  #admits(claim: Claim): boolean {
    const { breaker } = this;
    return breaker === null || (this.#held && claim.priority !== BYPASS) || breaker.admits(claim);
  }

  /** Whether a claim that waits is to be refused because nothing is up. */
  #failsFor(claim: Claim): boolean {
    return !(this.#held && claim.priority !== BYPASS) && failsForNow(this, this.#selection);
  }

  #endpointChanged(): void {
    this.#guard.endpointChanged();
    this.#wakeSoon();
  }

  /** The balancer begins anew: what it remembers goes by rows of the ledger, which may have changed hands. */
  #membersChanged(): void {
    const { random, now } = this.#sources;
    const { staying } = this.#members;
    const balancer = balancerOf(this.config.balance, random, now);
    this.#selection = new Selection(staying, balancer, now, this.config.health.allDown === 'last-resort');
    this.#guard.watch(staying);
    this.#wakeSoon();
  }

  #refuse(claim: Claim, kind: RefusalKind | 'circuit_open'): void {
    this.breaker?.forget(claim);
    claim.refused(this.#refusal(kind));
  }

  #refusal(kind: RefusalKind | 'circuit_open'): GatewayError {
    if (kind === 'circuit_open') return this.breaker!.refusal();
    if (kind !== 'no_endpoint') return this.#refusals.of(kind);
    if (this.ledger.anyEnabled()) return this.#guard.allDown(this.present);
    const words = this.absence?.();
    return words ? this.#refusals.explained(kind, words) : this.#refusals.of(kind);
  }

  /**
   * Serves the queue once the present call from the event loop is over: only then has a connection been kept, a failure
   * been counted, and no release nests in another however many claims fail at once.
   */
  #wakeSoon(): void {
    if (this.#wakeDue || this.#queue.size === 0) return;
    this.#wakeDue = true;
    queueMicrotask(this.#onWake);
  }

  #onWake = (): void => {
    this.#wakeDue = false;
    this.#wake();
  };

  /** Grants from the head of the queue for as long as there is a slot. */
  #wake(): void {
    // What is granted below may ask again; the loop that is running already will come to it.
    if (this.#waking) return;
    this.#waking = true;
    let refused = 0;
    for (let claim = this.#queue.head(); claim !== undefined; claim = this.#queue.head()) {
      const admitted = this.#admits(claim);
      const endpoint = admitted ? this.#choose(claim) : undefined;
      if (endpoint !== undefined) {
        this.#queue.remove(claim);
        this.#grant(claim, endpoint);
      } else if (admitted && !this.#failsFor(claim)) break;
      else if (refused++ < TURN) this.#refuseQueued(claim, admitted ? 'no_endpoint' : 'circuit_open');
      else {
        setImmediate(this.#onWake);
        break;
      }
    }
    this.#waking = false;
    this.#setAlarm();
    this.#room.look(this.#queue.size);
  }

  #refuseQueued(claim: Claim, kind: RefusalKind | 'circuit_open'): void {
    this.#queue.remove(claim);
    this.breaker?.forget(claim);
    this.defects.refuse(claim, this.#refusal(kind));
  }

  #setAlarm(): void {
    if (this.#queue.size === 0) return;
    this.#alarm.by(Math.min(this.#queue.nextDeadline(), this.#selection.nextReturn()));
  }

  #onAlarm(): void {
    const now = this.now();
    for (let claim = this.#queue.overdue(now); claim !== undefined; claim = this.#queue.overdue(now)) {
      const held = this.#held && claim.priority !== BYPASS;
      this.#refuseQueued(claim, held ? 'held_too_long' : 'queue_timeout');
    }
    this.#wake();
  }
}

import type { GatewayError } from '../errors.ts';
import { Alarm } from './alarm.ts';
import { BYPASS, type Claim } from './claim.ts';
import type { Endpoint } from './endpoint.ts';
import type { Gate } from './gate.ts';
import type { Guard } from './guard.ts';
import { Lease } from './lease.ts';
import { failsForNow, isDeserted } from './outlook.ts';
import type { Pool } from './pool.ts';
import { Queue } from './queue.ts';
import { type RefusalKind, Refusals } from './refusals.ts';
import { Room } from './room.ts';
import { hasRoom, type Selection } from './selection.ts';
import { QUEUED } from './traffic-cells.ts';

/** So many of those who wait are refused in one turn of the event loop: other pools are not to notice. */
const TURN = 64;

/** Who gets a lease of a pool's endpoints: at once, or out of the queue as slots fall free, or never and why. */
export class Grants {
  /** Which endpoints there are to choose from. */
  selection!: Selection;
  refusals: Refusals;
  readonly #pool: Pool;
  readonly #guard: Guard;
  readonly #queue: Queue<Claim>;
  readonly #alarm: Alarm;
  readonly #room = new Room();
  #held = false;
  #draining = false;
  #closed = false;
  #waking = false;
  #wakeDue = false;

  constructor(pool: Pool, guard: Guard) {
    const { name, config } = pool;
    this.#pool = pool;
    this.#guard = guard;
    this.#queue = new Queue(config.queue.timeout);
    this.#alarm = new Alarm(pool.now, () => this.#onAlarm());
    this.refusals = new Refusals(name, config.queue);
  }

  /** Claims that wait for a slot. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Whether every claim waits that does not pass a shut gate; afterwards they are served in their order. */
  get held(): boolean {
    return this.#held;
  }

  set held(held: boolean) {
    this.#held = held;
    if (!held) this.wakeSoon();
  }

  /** The bounds of the queue are others from now on. */
  configure(queue: { readonly length: number; readonly timeout: number }): void {
    this.#queue.timeout = queue.timeout;
    this.refusals = new Refusals(this.#pool.name, queue);
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
    this.#pool.breaker?.forget(claim);
    this.#room.look(this.#queue.size);
    return waited;
  }

  /** Whether a gate may let a request through now; if not, it hears when it may. */
  awaitRoom(gate: Gate): boolean {
    // What comes from a route waits at the pool's own gate then, in no slot's way.
    const passesOn = gate !== this.#pool.gate && this.#pool.gate.shut;
    return passesOn || this.#room.await(gate, this.#queue.size);
  }

  /** Nobody new gets a lease; those in the queue and further attempts do. */
  drain(): void {
    this.#draining = true;
  }

  /** Nobody gets a lease any more, and all that wait are refused. */
  close(): void {
    this.#draining = true;
    this.#closed = true;
    this.#alarm.off();
    this.refuseQueued('shutting_down');
  }

  /** Refuses all that wait for a slot. */
  refuseQueued(kind: RefusalKind): void {
    for (let claim = this.#queue.any(); claim !== undefined; claim = this.#queue.any()) {
      this.#refuseQueued(claim, kind);
    }
    this.#room.look(this.#queue.size);
  }

  /** Refuses so many of those that wait for a slot because the pool is held; false: there are no more. */
  refuseHeld(error: GatewayError, most: number): boolean {
    let claim = this.#queue.any(0);
    for (let i = 0; i < most && claim !== undefined; i++) {
      this.#queue.remove(claim);
      this.#pool.breaker?.forget(claim);
      this.#pool.defects.refuse(claim, error);
      claim = this.#queue.any(0);
    }
    this.#room.look(this.#queue.size);
    return claim !== undefined;
  }

  /** The error of a claim that has waited for a slot for as long as it may. */
  get overdue(): GatewayError {
    return this.refusals.of(this.#held ? 'held_too_long' : 'queue_timeout');
  }

  /** While draining, an exchange that has had an attempt is not new. */
  #turnsAway(claim: Claim): boolean {
    return this.#closed || claim.tried.length === 0;
  }

  #choose(claim: Claim, patient = true): Endpoint | undefined {
    if (this.#held && claim.priority !== BYPASS) return undefined;
    if (this.#pool.ledger.poolInFlight >= this.#pool.config.poolMaxConns) return undefined;
    const { sticky } = this.#pool;
    const home = sticky === null ? undefined : sticky.homeOf(claim);
    if (home === undefined) return this.selection.choose(claim, patient);
    if (hasRoom(home, patient)) return home;
    return patient && claim.priority !== BYPASS ? undefined : this.selection.choose(claim, patient);
  }

  /**
   * Who is to be served next of those who wait: the first who came. Those whose own endpoint is full stand apart until that has
   * room again, or is not to be waited for any more.
   */
  #next(): Claim | undefined {
    const queue = this.#queue;
    let claim = queue.head();
    if (this.#pool.sticky === null && !queue.parted) return claim;
    for (; claim !== undefined && claim.priority !== BYPASS && !this.#mayGo(claim); claim = queue.head())
      queue.setApart(claim, claim.home);
    // Whoever stands apart was the first when it was put there, so it came before all who do not.
    return claim?.priority === BYPASS ? claim : (queue.headApart(this.#mayGo) ?? claim);
  }

  /** Whether a claim need not wait for its own endpoint. */
  readonly #mayGo = (claim: Claim): boolean => {
    const home = this.#pool.sticky?.homeOf(claim);
    return home === undefined || hasRoom(home, true);
  };

  /** Never throws: a defect in one exchange must not stop the queue for the others, nor keep a slot. */
  #grant(claim: Claim, endpoint: Endpoint): void {
    const { ledger } = this.#pool;
    ledger.enter(endpoint.index);
    const probe = ledger.state(endpoint.index) === 0 ? 0 : endpoint.health.beginProbe();
    const lease = new Lease(endpoint, this.#pool, probe, claim.priority === BYPASS);
    this.#pool.breaker?.granted(claim, lease);
    try {
      claim.granted(lease);
    } catch (thrown) {
      if (!lease.released) lease.release();
      this.#pool.defects.disown(claim, thrown);
    }
  }

  #enqueue(claim: Claim): void {
    this.#pool.supply?.wanted();
    const held = this.#held && claim.priority !== BYPASS;
    if (!held && this.#hopeless) this.#refuse(claim, 'no_endpoint');
    else if (held && this.#pool.gate.refusal !== null) claim.refused(this.#pool.gate.refusal);
    else if (this.#pool.waiting >= this.#pool.config.queue.length) this.#grantOrRefuse(claim);
    else {
      this.#queue.add(claim, this.#pool.now());
      this.#pool.exchanges.count(QUEUED);
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
    return failsForNow(this.#pool, this.selection) || isDeserted(this.#pool);
  }

  /** Whether the breaker has nothing against a claim. Those who wait while the pool is held wait, and are judged afterwards. */
  #admits(claim: Claim): boolean {
    const { breaker } = this.#pool;
    return breaker === null || (this.#held && claim.priority !== BYPASS) || breaker.admits(claim);
  }

  /** Whether a claim that waits is to be refused because nothing is up. */
  #failsFor(claim: Claim): boolean {
    return !(this.#held && claim.priority !== BYPASS) && failsForNow(this.#pool, this.selection);
  }

  #refuse(claim: Claim, kind: RefusalKind | 'circuit_open'): void {
    this.#pool.breaker?.forget(claim);
    claim.refused(this.#refusal(kind));
  }

  #refusal(kind: RefusalKind | 'circuit_open'): GatewayError {
    if (kind === 'circuit_open') return this.#pool.breaker!.refusal();
    if (kind !== 'no_endpoint') return this.refusals.of(kind);
    if (this.#pool.ledger.anyEnabled()) return this.#guard.allDown(this.#pool.present);
    const words = this.#pool.absence?.();
    return words ? this.refusals.explained(kind, words) : this.refusals.of(kind);
  }

  /**
   * Serves the queue once the present call from the event loop is over: only then has a connection been kept, a failure
   * been counted, and no release nests in another however many claims fail at once.
   */
  wakeSoon(): void {
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
    for (let claim = this.#next(); claim !== undefined; claim = this.#next()) {
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
    this.#pool.breaker?.forget(claim);
    this.#pool.defects.refuse(claim, this.#refusal(kind));
  }

  #setAlarm(): void {
    if (this.#queue.size === 0) return;
    this.#alarm.by(Math.min(this.#queue.nextDeadline(), this.selection.nextReturn()));
  }

  #onAlarm(): void {
    const now = this.#pool.now();
    for (let claim = this.#queue.overdue(now); claim !== undefined; claim = this.#queue.overdue(now)) {
      const held = this.#held && claim.priority !== BYPASS;
      this.#refuseQueued(claim, held ? 'held_too_long' : 'queue_timeout');
    }
    this.#wake();
  }
}

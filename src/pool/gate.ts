import { now } from '../clock.ts';
import type { GatewayError } from '../errors.ts';
import { Alarm } from './alarm.ts';
import type { Queued } from './claim.ts';
import { GateErrors } from './gate-errors.ts';
import { Pace } from './pace.ts';
import type { Pool } from './pool.ts';
import { Queue } from './queue.ts';
import type { HoldStatus } from './status.ts';
import { HELD } from './traffic-cells.ts';

/** So many are let through or refused in one turn of the event loop: nobody else is to notice. */
const TURN = 16;

/** What waits at a gate. */
export interface Waiter extends Queued {
  /** Where it waits. */
  gate: Gate | null;
  /** The gate lets it through. */
  passed(): void;
}

/** How an operator holds. */
export interface Terms {
  /** After so many milliseconds the hold ends by itself; Infinity: it does not. */
  readonly for: number;
  /** What it ends with then: those who wait go on, or they and all who come are refused until they are resumed. */
  readonly then: 'resume' | 'fail';
  /** Paths that pass beside those of the configuration. */
  readonly bypass: readonly string[];
  /** It has ended by itself. */
  readonly ended: () => void;
}

/**
 * What requests pass on their way to a pool: the gate of their route, and then that of the pool. While it is held they
 * wait, first come, first served; afterwards they go as the pool has room, at a given pace if there is one, and who comes
 * meanwhile goes behind them.
 */
export class Gate {
  /** Whether who comes has to stop: it is held, or others go first. All that is asked of a gate while it is open. */
  shut = false;
  /** Paths that pass while it is held. */
  bypass: readonly string[] = [];
  readonly errors: GateErrors;
  readonly #pool: Pool;
  /** Those who wait; for how long they may is their own business. */
  readonly #queue = new Queue<Waiter>(Infinity);
  /** For the end of a hold, or for the next who may go: never for both at once. */
  readonly #alarm: Alarm;
  /** What an operator has ordered; null: nothing. */
  #terms: Terms | null = null;
  /** When that ends. */
  #until = Infinity;
  /** It has ended, and everybody is refused. */
  #overdue = false;
  /** The file by whose existence it is held; empty: none. */
  #file = '';
  #since = 0;
  #why = '';
  #draining = false;
  /** How fast they go who waited; null: it is held, or open. */
  #pace: Pace | null = null;
  /** Of those who waited when they began to go, how many have yet to. */
  #backlog = 0;
  #turnDue = false;

  /** `name`: what its errors call it, such as `pool app`. */
  constructor(name: string, pool: Pool) {
    this.errors = new GateErrors(name);
    this.#pool = pool;
    this.#alarm = new Alarm(pool.now, () => this.#onAlarm());
  }

  /** Requests that wait here. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Whether nobody passes but by a path that does. */
  get held(): boolean {
    return this.#terms !== null || this.#file !== '';
  }

  /** Whether an operator holds it, be it that a file does as well. */
  get ordered(): boolean {
    return this.#terms !== null;
  }

  /** The file by whose existence it is held; empty: none. */
  get file(): string {
    return this.#file;
  }

  /** What everybody gets who would have to wait here; null: they may wait. */
  get refusal(): GatewayError | null {
    if (!this.held) return null;
    if (this.#draining) return this.errors.stopped;
    return this.#overdue ? this.errors.overdue : null;
  }

  /** Holds as an operator says, in place of what was said before. Those who wait stay where they are. */
  hold(terms: Terms): void {
    this.#terms = terms;
    this.#until = this.#pool.now() + terms.for;
    this.#overdue = false;
    this.#close();
  }

  /** Stands in the place of another gate from now on: held as an operator has said of that, with those who wait there. */
  takeOver(other: Gate): void {
    if (other.#terms === null) return;
    this.#terms = other.#terms;
    this.#until = other.#until;
    this.#overdue = other.#overdue;
    this.#close();
    for (let waiter = other.#queue.head(); waiter !== undefined; waiter = other.#queue.head()) {
      other.withdraw(waiter);
      waiter.gate = this;
      this.#queue.add(waiter, 0);
      this.#pool.gated++;
    }
  }

  /** Ends what an operator has ordered: so many a second go, Infinity: as many as the pool has room for. */
  resume(pace: number): void {
    this.#terms = null;
    this.#overdue = false;
    this.#open(pace);
  }

  /** Holds for as long as a file exists; empty: it does not any more. */
  holdBy(file: string): void {
    if (file === this.#file) return;
    this.#file = file;
    if (file === '') this.#open(Infinity);
    else this.#close();
  }

  /** Goes by the configuration that its pool has now: other paths may pass while it is held. */
  follow(): void {
    if (this.held) this.bypass = [...this.#pool.config.hold.bypass, ...(this.#terms?.bypass ?? [])];
  }

  /** Ends whatever it is held by: nobody could end that later. */
  release(): void {
    this.#file = '';
    this.resume(Infinity);
  }

  /** The gateway takes nothing new: whom the gate would hold it refuses, for nobody is there to let them go later. */
  drain(): void {
    this.#draining = true;
    if (this.held) this.#turnSoon();
  }

  /** Forgets what it was asked for; who waits is somebody else's to end. */
  close(): void {
    this.#alarm.off();
    this.#terms = null;
    this.#file = '';
    this.#pace = null;
  }

  /** Has a request wait, for the gate is shut: it is let through or refused later, or refused within this call. */
  stop(waiter: Waiter): void {
    const pool = this.#pool;
    const { refusal } = this;
    if (refusal !== null) waiter.refused(refusal);
    else if (pool.waiting >= pool.config.queue.length) waiter.refused(this.errors.full);
    else {
      this.#queue.add(waiter, 0);
      pool.gated++;
      pool.exchanges.count(HELD);
    }
  }

  /** Takes a request out, for its client has gone; false: it does not wait here. */
  withdraw(waiter: Waiter): boolean {
    if (!this.#queue.remove(waiter)) return false;
    this.#pool.gated--;
    if (this.#queue.size === 0 && this.#pace !== null) this.#opened();
    return true;
  }

  /** There is room in the pool again. */
  roomFound(): void {
    if (this.#pace !== null) this.#turnSoon();
  }

  /** Null: it is open. */
  status(): HoldStatus | null {
    if (!this.shut) return null;
    const at = this.#pool.now();
    const rate = this.#pace?.rate ?? Infinity;
    const left = this.#overdue ? Infinity : this.#until - at;
    return {
      phase: this.#overdue ? 'failing' : this.held ? 'held' : 'resuming',
      why: this.#why,
      sinceMs: Math.round(at - this.#since),
      leftMs: this.#terms === null || left === Infinity ? null : Math.max(0, Math.round(left)),
      // biome-ignore lint/suspicious/noThenProperty: it is the word of the order, and nobody awaits a status.
      then: this.#terms?.then ?? 'resume',
      bypass: this.bypass,
      waiting: this.waiting,
      pace: rate === Infinity ? null : rate,
    };
  }

  #close(): void {
    if (!this.shut || this.#pace !== null) this.#since = this.#pool.now();
    this.shut = true;
    this.#pace = null;
    this.#why = this.#whyHeld;
    this.follow();
    if (this.#pool.gate === this) this.#pool.held = true;
    this.#alarm.off();
    if (this.#terms !== null && !this.#overdue) this.#alarm.by(this.#until);
    if (this.refusal !== null) this.#turnSoon();
  }

  #open(pace: number): void {
    if (!this.shut) return;
    if (this.held) {
      this.#why = this.#whyHeld;
      return;
    }
    this.#alarm.off();
    this.#since = this.#pool.now();
    this.#pace = new Pace(pace, this.#since);
    this.#backlog = this.#queue.size;
    // Who waits for a slot goes before those who wait here.
    if (this.#pool.gate === this) this.#pool.held = false;
    this.#turnSoon();
  }

  get #whyHeld(): string {
    return this.#file === '' ? 'by an operator' : `while the file ${this.#file} exists`;
  }

  /** Nobody waits any more. */
  #opened(): void {
    this.#pace = null;
    this.shut = false;
    this.bypass = [];
    this.#alarm.off();
  }

  #onAlarm(): void {
    if (this.#pace !== null) this.#letGo();
    else if (this.#terms === null) return;
    else if (this.#pool.now() < this.#until) this.#alarm.by(this.#until);
    else this.#end(this.#terms);
  }

  /** The time of a hold is up. */
  #end(terms: Terms): void {
    if (terms.then === 'resume') {
      this.resume(Infinity);
    } else {
      this.#overdue = true;
      this.#turnSoon();
    }
    terms.ended();
  }

  #turnSoon(): void {
    if (this.#turnDue) return;
    this.#turnDue = true;
    setImmediate(this.#onTurn);
  }

  readonly #onTurn = (): void => {
    now();
    this.#turnDue = false;
    const { refusal } = this;
    if (this.#pace !== null) this.#letGo();
    else if (refusal !== null) this.#refuseSome(refusal);
  };

  #letGo(): void {
    const pool = this.#pool;
    const at = pool.now();
    for (let i = 0; i < TURN; i++) {
      const waiter = this.#queue.head();
      if (waiter === undefined) {
        this.#opened();
        return;
      }
      if (!pool.awaitRoom(this)) return;
      // Were it to stay, more than that a second could come, and the gate would never be open again.
      if (this.#backlog <= 0) this.#pace!.grow(at);
      if (!this.#pace!.take(at)) {
        this.#alarm.by(this.#pace!.lookAgain(at));
        return;
      }
      this.#pass(waiter);
    }
    this.#turnSoon();
  }

  /** Refuses those who wait here, and behind the pool's own gate those who wait for a slot. */
  #refuseSome(refusal: GatewayError): void {
    for (let i = 0; i < TURN; i++) {
      const waiter = this.#queue.head();
      if (waiter === undefined) {
        if (this.#pool.gate === this && this.#pool.refuseHeld(refusal, TURN)) this.#turnSoon();
        return;
      }
      this.withdraw(waiter);
      this.#pool.defects.refuse(waiter, refusal);
    }
    this.#turnSoon();
  }

  /** A defect in one exchange must not keep the others waiting. */
  #pass(waiter: Waiter): void {
    this.#queue.remove(waiter);
    this.#pool.gated--;
    this.#backlog--;
    try {
      waiter.passed();
    } catch (thrown) {
      this.#pool.defects.disown(waiter, thrown);
    }
  }
}

import {
  ABSENT,
  DISABLED,
  DOWN,
  DRAINING,
  EJECTED,
  LEAVING,
  type Ledger,
  PROBING,
  VACANT,
} from './ledger.ts';
import type { EndpointState } from './status.ts';

/** States by what is most worth knowing: an endpoint that an operator disabled may be ejected as well. */
const STATES: readonly (readonly [bit: number, state: EndpointState])[] = [
  [VACANT | LEAVING, 'leaving'],
  [DISABLED, 'disabled'],
  [DRAINING, 'draining'],
  [ABSENT, 'absent'],
  [DOWN, 'down'],
  [PROBING, 'probing'],
  [EJECTED, 'ejected'],
];

interface Cause {
  readonly at: number;
  readonly why: string;
}

/** Since when and why an endpoint is in its state; each bit of the state has a cause of its own. */
export class Standing {
  readonly #ledger: Ledger;
  readonly #index: number;
  readonly #now: () => number;
  readonly #causes = new Map<number, Cause>();
  readonly #returned: () => void;
  #up: Cause;
  #gone = false;

  /** `returned` is called whenever it has come up again. */
  constructor(ledger: Ledger, index: number, now: () => number, returned: () => void = () => {}) {
    this.#ledger = ledger;
    this.#index = index;
    this.#now = now;
    this.#returned = returned;
    this.#up = { at: now(), why: '' };
  }

  /** The row of the ledger goes to another: nothing is set any more. */
  depart(): void {
    this.#gone = true;
  }

  /** Whether its endpoint has left its pool. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Sets a bit of the state. If it was set already, its moment stands, and its words unless there are new ones. */
  set(bit: number, why: string): void {
    if (this.#gone) return;
    const before = this.#ledger.state(this.#index) & bit ? this.#causes.get(bit) : undefined;
    this.#ledger.setState(this.#index, bit);
    this.#causes.set(bit, { at: before?.at ?? this.#now(), why: why || (before?.why ?? '') });
  }

  /** Clears a bit of the state; `why` is why it is up if that was the last. */
  clear(bit: number, why: string): void {
    if (this.#gone) return;
    const before = this.#ledger.state(this.#index);
    this.#ledger.clearState(this.#index, bit);
    this.#causes.delete(bit);
    if (before === 0 || this.#ledger.state(this.#index) !== 0) return;
    this.#up = { at: this.#now(), why };
    this.#returned();
  }

  /** What it is doing, since which moment of the clock, and why. */
  get state(): { readonly state: EndpointState; readonly at: number; readonly why: string } {
    const bits = this.#ledger.state(this.#index);
    const found = STATES.find(([bit]) => (bits & bit) !== 0);
    if (found === undefined) return { state: 'up', ...this.#up };
    // A probe is a part of the rest that it is to end.
    const bit = found[0] & PROBING ? EJECTED : found[0] & ~VACANT;
    return { state: found[1], ...(this.#causes.get(bit) ?? this.#up) };
  }
}

/** Cells of a row: 64 bytes, a cache line, so that threads that count at different endpoints do not disturb each other. */
const ROW = 16;
const IN_FLIGHT = 0;
const STATE = 1;
const WEIGHT = 2;
const LATENCY = 3;
const SAMPLED = 4;
const FAILS = 5;
const PEAK = 6;

/** State bits of an endpoint; none set: it is up and takes requests. By its traffic: it rests; its probe is under way. */
export const EJECTED = 1;
export const PROBING = 2;
/** By an operator: it finishes what it has; it gets nothing. */
export const DRAINING = 4;
export const DISABLED = 8;
/** No process answers there at present. */
export const ABSENT = 16;
/** Its process or its address is about to go. */
export const LEAVING = 32;
/** By active checks. */
export const DOWN = 64;
/** The row is nobody's. */
export const VACANT = 128;

/** An endpoint with any of these gets no request, not even as the last resort. */
export const OUT = DRAINING | DISABLED | ABSENT | LEAVING | VACANT;

/** The most rows of a ledger that grows. */
const MOST_ROWS = 65_536;

/** After this many milliseconds without a sample a latency has lost 63% of its say. */
const LATENCY_DECAY = 10_000;

/**
 * All that balancers, limits and the gate read about endpoints: one row of numbers for the pool, one for each of its
 * endpoints. The cells may lie on a SharedArrayBuffer, and nobody but this class touches them.
 */
export class Ledger {
  /** Rows for endpoints, in use or not. */
  size = 0;
  cells!: Int32Array;
  /** The same cells, for the latencies: in integers, many small steps would round to none or to too many. */
  floats!: Float32Array;
  /** Whether requests can go elsewhere while nothing here is up, so that the only endpoint may be ejected, too. */
  dispensable = false;
  readonly #fixed: boolean;

  /** Without a buffer of its owner's it grows as it has to. All rows are vacant. */
  constructor(size: number, buffer?: ArrayBufferLike) {
    this.#fixed = buffer !== undefined;
    this.#lay(size, buffer ?? new ArrayBuffer(Ledger.bytes(size)));
  }

  /** How many bytes a ledger for so many endpoints takes. */
  static bytes(size: number): number {
    return (size + 1) * ROW * Int32Array.BYTES_PER_ELEMENT;
  }

  /** Requests in flight in the whole pool. */
  get poolInFlight(): number {
    return this.cells[IN_FLIGHT]!;
  }

  /** How many endpoints there are, without those that are about to go. */
  get members(): number {
    let members = 0;
    for (let i = 0; i < this.size; i++) if ((this.state(i) & (VACANT | LEAVING)) === 0) members++;
    return members;
  }

  /** A row for an endpoint that joins, all zero; throws RangeError when there is no room for one more. */
  open(): number {
    let index = 0;
    while (index < this.size && (this.state(index) & VACANT) === 0) index++;
    if (index === this.size) this.#grow();
    const row = (index + 1) * ROW;
    this.cells.fill(0, row, row + ROW);
    return index;
  }

  /** Gives a row back; nothing may be in flight there. */
  vacate(index: number): void {
    this.cells[(index + 1) * ROW + STATE] = VACANT;
  }

  inFlight(index: number): number {
    return this.cells[(index + 1) * ROW + IN_FLIGHT]!;
  }

  /** Counts one request more at the endpoint and in the pool. */
  enter(index: number): void {
    this.cells[(index + 1) * ROW + IN_FLIGHT]!++;
    const total = ++this.cells[IN_FLIGHT]!;
    if (total > this.cells[PEAK]!) this.cells[PEAK] = total;
  }

  /** The most requests that were in flight in the whole pool at once since this was last asked. */
  takePeak(): number {
    const peak = this.cells[PEAK]!;
    this.cells[PEAK] = this.poolInFlight;
    return peak;
  }

  /** Counts one request less at the endpoint and in the pool. */
  leave(index: number): void {
    this.cells[(index + 1) * ROW + IN_FLIGHT]!--;
    this.cells[IN_FLIGHT]!--;
  }

  state(index: number): number {
    return this.cells[(index + 1) * ROW + STATE]!;
  }

  setState(index: number, bits: number): void {
    this.cells[(index + 1) * ROW + STATE]! |= bits;
  }

  clearState(index: number, bits: number): void {
    this.cells[(index + 1) * ROW + STATE]! &= ~bits;
  }

  weight(index: number): number {
    return this.cells[(index + 1) * ROW + WEIGHT]!;
  }

  setWeight(index: number, weight: number): void {
    this.cells[(index + 1) * ROW + WEIGHT] = weight;
  }

  fails(index: number): number {
    return this.cells[(index + 1) * ROW + FAILS]!;
  }

  setFails(index: number, fails: number): void {
    this.cells[(index + 1) * ROW + FAILS] = fails;
  }

  /** Whether an endpoint other than this one is up. */
  othersUp(index: number): boolean {
    for (let i = 0; i < this.size; i++) if (i !== index && this.state(i) === 0) return true;
    return false;
  }

  /** Whether any endpoint may be used, be it up or not. */
  anyEnabled(): boolean {
    for (let i = 0; i < this.size; i++) if ((this.state(i) & OUT) === 0) return true;
    return false;
  }

  /**
   * The expected latency in microseconds at a moment of clock.ts: it decays while no sample comes, so that an endpoint
   * shunned for one slow answer is tried again; 0: there has never been a sample.
   */
  latency(index: number, at: number): number {
    const row = (index + 1) * ROW;
    const latency = this.floats[row + LATENCY]!;
    return latency === 0 ? 0 : latency * remaining(at, this.cells[row + SAMPLED]!);
  }

  /** Takes a sample: a peak counts at once and in full, a better figure little by little. */
  observe(index: number, microseconds: number, at: number): void {
    const row = (index + 1) * ROW;
    const sample = Math.max(1, microseconds);
    const before = this.floats[row + LATENCY]!;
    const weight = sample >= before ? 0 : remaining(at, this.cells[row + SAMPLED]!);
    this.floats[row + LATENCY] = sample + (before - sample) * weight;
    this.cells[row + SAMPLED] = at;
  }

  #grow(): void {
    const size = Math.min(MOST_ROWS, Math.max(4, this.size * 2));
    if (this.#fixed || size <= this.size) throw new RangeError('the ledger has no room for another endpoint');
    const { cells } = this;
    this.#lay(size, new ArrayBuffer(Ledger.bytes(size)), cells.length / ROW - 1);
    this.cells.set(cells);
  }

  /** Lays the rows onto a buffer; those from `used` on are vacant. */
  #lay(size: number, buffer: ArrayBufferLike, used = 0): void {
    this.size = size;
    this.cells = new Int32Array(buffer, 0, (size + 1) * ROW);
    this.floats = new Float32Array(buffer, 0, (size + 1) * ROW);
    for (let i = used; i < size; i++) this.vacate(i);
  }
}

/** What is left of a figure of that age, 0 to 1; moments are kept in 32 bits, so ages are taken modulo 2^32 ms. */
function remaining(at: number, then: number): number {
  const age = ((at | 0) - then) | 0;
  if (age === 0) return 1;
  return age < 0 ? 0 : Math.exp(-age / LATENCY_DECAY);
}

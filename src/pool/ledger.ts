/** Cells of a row: 64 bytes, a cache line, so that threads that count at different endpoints do not disturb each other. */
const ROW = 16;
const IN_FLIGHT = 0;
const STATE = 1;
const WEIGHT = 2;
const LATENCY = 3;
const SAMPLED = 4;
const FAILS = 5;
const PEAK = 6;

/** State bits of an endpoint; none set: it is up and takes requests. */
export const EJECTED = 1;
export const PROBING = 2;
export const DRAINING = 4;
export const DISABLED = 8;

/** After this many milliseconds without a sample a latency has lost 63% of its say. */
const LATENCY_DECAY = 10_000;

/**
 * All that balancers, limits and the gate read about endpoints: one row of numbers for the pool, one for each of its
 * endpoints. The cells may lie on a SharedArrayBuffer, and nobody but this class touches them.
 */
export class Ledger {
  readonly size: number;
  readonly cells: Int32Array;
  /** The same cells, for the latencies: in integers, many small steps would round to none or to too many. */
  readonly floats: Float32Array;

  constructor(size: number, buffer: ArrayBufferLike = new ArrayBuffer(Ledger.bytes(size))) {
    this.size = size;
    this.cells = new Int32Array(buffer, 0, (size + 1) * ROW);
    this.floats = new Float32Array(buffer, 0, (size + 1) * ROW);
  }

  /** How many bytes a ledger for so many endpoints takes. */
  static bytes(size: number): number {
    return (size + 1) * ROW * Int32Array.BYTES_PER_ELEMENT;
  }

  /** Requests in flight in the whole pool. */
  get poolInFlight(): number {
    return this.cells[IN_FLIGHT]!;
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

  /** Whether any endpoint is neither draining nor disabled, be it ejected or not. */
  anyEnabled(): boolean {
    for (let i = 0; i < this.size; i++) if ((this.state(i) & (DRAINING | DISABLED)) === 0) return true;
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
}

/** What is left of a figure of that age, 0 to 1; moments are kept in 32 bits, so ages are taken modulo 2^32 ms. */
function remaining(at: number, then: number): number {
  const age = ((at | 0) - then) | 0;
  if (age === 0) return 1;
  return age < 0 ? 0 : Math.exp(-age / LATENCY_DECAY);
}

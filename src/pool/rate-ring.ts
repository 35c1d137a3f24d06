import { ANSWER_BYTES, CLASSES, OUTCOMES, REQUEST_BYTES } from './traffic-cells.ts';
import type { Rates } from './traffic-status.ts';

const SECOND = 1_000;

/** More seconds than are looked back at; a power of two. */
const SECONDS = 64;

/** What is kept of each second: how many had ended by its begin, with and without an error, and the bytes. */
const ENDED = 0;
const FAILED = 1;
const REQUESTED = 2;
const ANSWERED = 3;
const KEPT = 4;

/**
 * What the totals were when each of the last seconds began. They are put down by whoever counts first in a new second,
 * so that a rate costs a comparison per event and nothing else.
 */
export class RateRing {
  /** The first moment of the next second: from then on `turn` has to be called before anything is counted. */
  nextAt: number;
  private readonly cells: Float64Array;
  private readonly kept = new Float64Array(SECONDS * KEPT);
  private second: number;
  private born: number;

  constructor(cells: Float64Array, at: number) {
    this.cells = cells;
    this.second = Math.floor(at / SECOND);
    this.born = this.second;
    this.nextAt = (this.second + 1) * SECOND;
  }

  /** A new second has begun, and nothing has been counted since the one before ended. */
  turn(at: number): void {
    const second = Math.floor(at / SECOND);
    for (let begun = Math.max(this.second + 1, second - SECONDS + 1); begun <= second; begun++)
      this.putDown((begun % SECONDS) * KEPT);
    this.second = second;
    this.nextAt = (second + 1) * SECOND;
  }

  /** Takes over what another ring has seen, up to a moment of clock.ts; before the cells are added up. */
  absorb(other: RateRing, at: number): void {
    if (at >= this.nextAt) this.turn(at);
    if (at >= other.nextAt) other.turn(at);
    for (let i = 0; i < this.kept.length; i++) this.kept[i]! += other.kept[i]!;
    this.born = Math.min(this.born, other.born);
  }

  /** The rates at a moment of clock.ts. */
  rates(at: number): Record<'ended' | 'errors' | 'requestBytes' | 'answerBytes', Rates> {
    if (at >= this.nextAt) this.turn(at);
    return {
      ended: this.ratesOf(ENDED),
      errors: this.ratesOf(FAILED),
      requestBytes: this.ratesOf(REQUESTED),
      answerBytes: this.ratesOf(ANSWERED),
    };
  }

  private putDown(at: number): void {
    const { cells, kept } = this;
    let answers = 0;
    let errors = 0;
    for (let i = 0; i < CLASSES; i++) answers += cells[i]!;
    for (let i = CLASSES; i < OUTCOMES; i++) errors += cells[i]!;
    kept[at + ENDED] = answers + errors;
    kept[at + FAILED] = errors;
    kept[at + REQUESTED] = cells[REQUEST_BYTES]!;
    kept[at + ANSWERED] = cells[ANSWER_BYTES]!;
  }

  private ratesOf(what: number): Rates {
    return { s1: this.rate(what, 1), s10: this.rate(what, 10), s60: this.rate(what, 60) };
  }

  private rate(what: number, seconds: number): number {
    const span = Math.min(seconds, this.second - this.born);
    if (span === 0) return 0;
    return (this.at(this.second, what) - this.at(this.second - span, what)) / span;
  }

  private at(second: number, what: number): number {
    return this.kept[(second % SECONDS) * KEPT + what]!;
  }
}

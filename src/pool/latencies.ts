import type { Quantiles } from './traffic-status.ts';

/** How long one slot of the window lasts, in milliseconds, and how many there are: the present one and a minute's worth. */
const SLOT = 10_000;
const SLOTS = 7;

/** Values up to 15 microseconds have a bucket each, and every power of two from there on has sixteen: a bucket's middle is at most 3.2 % off. */
const PER_OCTAVE = 16;
const BUCKETS = 448;

/** What the last bucket ends with, in microseconds: half an hour. */
const MOST = 2 ** 31 - 1;

const NOTHING = new Uint32Array(0);

/** The sum of the slots of that window which was asked last: a status asks thousands of them, one after the other. */
const MERGED = new Float64Array(BUCKETS);

/** How durations were distributed within the last sixty to seventy seconds: a histogram for each ten seconds, in a ring. */
export class Latencies {
  /** Made when there is something to count. */
  private counts = NOTHING;
  private readonly maxima = new Float64Array(SLOTS);
  private slot = 0;
  private slotEnd = -Infinity;

  /** Counts a duration in milliseconds; `at`: the present moment of clock.ts. */
  record(milliseconds: number, at: number): void {
    if (at >= this.slotEnd) this.turn(at);
    const duration = Math.max(milliseconds, 0);
    const microseconds = duration * 1000 < MOST ? (duration * 1000) | 0 : MOST;
    this.counts[this.slot * BUCKETS + bucketOf(microseconds)]!++;
    if (duration > this.maxima[this.slot]!) this.maxima[this.slot] = duration;
  }

  /** What the window holds now; null: nothing. */
  quantiles(at: number): Quantiles | null {
    if (this.counts.length === 0) return null;
    if (at >= this.slotEnd) this.turn(at);
    const count = this.merge();
    if (count === 0) return null;
    const max = this.maxima.reduce((most, each) => Math.max(most, each), 0);
    const quantile = (share: number) => rounded(Math.min(max, valueAt(MERGED, share * count)));
    return { count, p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), max: rounded(max) };
  }

  /** Adds what another window holds now. */
  absorb(other: Latencies, at: number): void {
    if (other.counts.length === 0) return;
    if (at >= this.slotEnd) this.turn(at);
    if (at >= other.slotEnd) other.turn(at);
    for (let i = 0; i < this.counts.length; i++) this.counts[i]! += other.counts[i]!;
    for (let i = 0; i < SLOTS; i++) this.maxima[i] = Math.max(this.maxima[i]!, other.maxima[i]!);
  }

  /** Adds all slots up in MERGED; how many durations there are. In the order of memory, which is what it costs. */
  private merge(): number {
    const { counts } = this;
    let total = 0;
    MERGED.fill(0);
    for (let from = 0; from < counts.length; from += BUCKETS) {
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        const count = counts[from + bucket]!;
        if (count === 0) continue;
        MERGED[bucket]! += count;
        total += count;
      }
    }
    return total;
  }

  /** Goes on to the slot of the present, and empties it and all that were passed over. */
  private turn(at: number): void {
    if (this.counts.length === 0) this.counts = new Uint32Array(SLOTS * BUCKETS);
    const present = Math.floor(at / SLOT);
    const before = Math.floor(this.slotEnd / SLOT) - 1;
    for (let passed = Math.max(before + 1, present - SLOTS + 1); passed <= present; passed++) {
      const slot = passed % SLOTS;
      this.counts.fill(0, slot * BUCKETS, (slot + 1) * BUCKETS);
      this.maxima[slot] = 0;
    }
    this.slot = present % SLOTS;
    this.slotEnd = (present + 1) * SLOT;
  }
}

function bucketOf(microseconds: number): number {
  if (microseconds < PER_OCTAVE) return microseconds;
  const shift = 27 - Math.clz32(microseconds);
  return shift * PER_OCTAVE + (microseconds >>> shift);
}

/** The middle of a bucket, in milliseconds. */
function middleOf(bucket: number): number {
  if (bucket < 2 * PER_OCTAVE) return bucket / 1000;
  const width = 2 ** (Math.floor(bucket / PER_OCTAVE) - 1);
  return (((bucket % PER_OCTAVE) + PER_OCTAVE) * width + width / 2) / 1000;
}

/** The duration at or below which so many of those counted lie. */
function valueAt(counts: Float64Array, rank: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    seen += counts[bucket]!;
    if (seen >= rank) return middleOf(bucket);
  }
  return middleOf(BUCKETS - 1);
}

/** To a microsecond. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

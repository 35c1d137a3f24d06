import { GatewayError } from '../errors.ts';
import type { SpoolSpace } from './space.ts';
import { type FileOwner, SpoolFile } from './spool-file.ts';

/** Bytes that are written to a file, or read from it, at once. */
export const PART = 65_536;

/** Parts that one who reads again may have in hand at once: of two a byte may be unsent, one more is being read. */
const IN_HAND = 4;

/** A spool begins with a buffer of so many bytes and lets it grow. */
const SMALL = 8_192;

/** Who fills and empties a spool. */
export interface SpoolOwner {
  /** There is room again after `append` returned false, or the spool has become `full`. */
  spoolReady(): void;
  /** There is something to take, after `take` returned null. */
  spoolReadable(): void;
  /** The disk failed; the spool is of no use any more. */
  spoolFailed(error: GatewayError): void;
}

/** How much a spool holds where, in bytes. */
export interface SpoolLimits {
  /** Beyond, what came first goes to a file. */
  readonly memory: number;
  /** In the file; Infinity: as much as there is room for all spools. */
  readonly file: number;
  /** Whether it can be read again from its start; otherwise what was taken makes room. */
  readonly rereadable: boolean;
}

/**
 * Bytes on their way from someone fast to someone slow: the oldest in a file, the newest in memory. The file is a ring of
 * whole parts, so that everything in it lies where a multiple of PART says.
 */
export class Spool implements FileOwner {
  /** Where the next byte is appended, and where the next one is taken. */
  #end = 0;
  #at = 0;
  /** Where memory begins: everything before is in the file, or was taken. */
  #filed = 0;
  /** Memory, in buffers of PART bytes; only the last may be shorter or not full. */
  #parts: Buffer[] = [];
  #file: SpoolFile | null = null;
  #extent = 0;
  /** What was read from the file and not taken yet. */
  #fetched: Buffer | null = null;
  /** For one that can be read again: the buffers into which it is read, in turns. */
  #turns: Buffer[] = [];
  #turn = 0;
  /** The read under way is for a position that was given up. */
  #astray = false;
  /** A buffer of PART bytes to be filled again; buffers that were given out by `take` are never used twice. */
  #spare: Buffer | null = null;
  #lent = false;
  #waiting = false;
  #starving = false;
  #closed = false;
  #full = false;
  readonly #ring: number;
  readonly #limits: SpoolLimits;
  readonly #space: SpoolSpace;
  readonly #owner: SpoolOwner;

  constructor(limits: SpoolLimits, space: SpoolSpace, owner: SpoolOwner) {
    this.#limits = limits;
    this.#ring = limits.file === Infinity ? Infinity : limits.file - (limits.file % PART);
    this.#space = space;
    this.#owner = owner;
  }

  /** Bytes that were appended since it was last empty, or since its start if it can be read again. */
  get length(): number {
    return this.#end;
  }

  /** Bytes that are yet to be taken. */
  get unread(): number {
    return this.#end - this.#at;
  }

  /** Whether more should be appended. */
  get roomy(): boolean {
    const inMemory = this.#end - Math.max(this.#filed, this.#limits.rereadable ? 0 : this.#at);
    return inMemory < this.#limits.memory + (this.#ring === 0 ? 0 : 2 * PART);
  }

  /** Whether all spools together hold as much on disk as they may: what is appended stays in memory. */
  get full(): boolean {
    return this.#full;
  }

  /** Takes a copy of a view; false: no more, please, until `spoolReady`. */
  append(chunk: Buffer): boolean {
    if (this.#closed) return true;
    for (let at = 0; at < chunk.length; ) at += this.#fill(chunk, at);
    this.#store();
    this.#waiting = !this.roomy;
    return !this.#waiting;
  }

  /**
   * The next bytes; null: all is taken, or `spoolReadable` will tell. They stay as they are, or, where they can be read
   * again, at least until 2 * PART bytes more have been taken.
   */
  take(): Buffer | null {
    if (this.#at === this.#end) return null;
    const part = this.#at < this.#filed ? this.#takeFiled() : this.#takeKept();
    if (part === null) return null;
    this.#at += part.length;
    if (!this.#limits.rereadable) this.#forget();
    return part;
  }

  /** Back to the start, for one that can be read again. */
  rewind(): void {
    this.#at = 0;
    this.#fetched = null;
    // Whoever read before may still have some in hand.
    this.#turns = [];
    this.#astray = this.#file?.reading ?? false;
  }

  /** Lets go of everything. */
  close(): void {
    this.#closed = true;
    this.#parts = [];
    this.#spare = null;
    this.#turns = [];
    this.#fetched = null;
    this.#at = this.#end;
    this.#file?.close();
  }

  fileWritten(): void {
    const part = this.#parts.shift()!;
    if (!this.#lent) this.#spare = part;
    this.#filed += PART;
    if (this.#limits.rereadable) this.#store();
    else this.#forget();
    if (!this.#waiting || !(this.roomy || this.#full)) return;
    this.#waiting = false;
    this.#owner.spoolReady();
  }

  fileRead(part: Buffer): void {
    if (this.#astray) this.#astray = false;
    else this.#fetched = part;
    if (!this.#starving) return;
    this.#starving = false;
    this.#owner.spoolReadable();
  }

  fileFailed(error: GatewayError): void {
    if (this.#closed) return;
    this.close();
    this.#owner.spoolFailed(error);
  }

  /** Copies what fits into the last buffer, or a new one; returns how much. */
  #fill(chunk: Buffer, at: number): number {
    const used = (this.#end - this.#filed) % PART;
    const left = chunk.length - at;
    const wanted = Math.min(PART, used + left);
    if (used === 0) this.#parts.push(this.#buffer(wanted));
    let last = this.#parts.at(-1)!;
    if (last.length < wanted) last = this.#grow(last, used, wanted);
    const bytes = wanted - used;
    chunk.copy(last, used, at, at + bytes);
    this.#end += bytes;
    return bytes;
  }

  #buffer(wanted: number): Buffer {
    const spare = this.#spare;
    this.#spare = null;
    return spare ?? Buffer.allocUnsafeSlow(Math.max(SMALL, wanted));
  }

  #grow(last: Buffer, used: number, wanted: number): Buffer {
    const larger = Buffer.allocUnsafeSlow(Math.min(PART, Math.max(wanted, 2 * used)));
    last.copy(larger, 0, 0, used);
    this.#parts[this.#parts.length - 1] = larger;
    return larger;
  }

  /** Writes the oldest part in memory to the file, if there is too much of it and the file has room. */
  #store(): void {
    const inMemory = this.#end - this.#filed;
    if (this.#closed || this.#file?.writing || inMemory < PART || inMemory <= this.#limits.memory) return;
    const live = this.#limits.rereadable ? 0 : this.#at - (this.#at % PART);
    if (this.#filed + PART - live > this.#ring) return;
    const place = this.#ring === Infinity ? this.#filed : this.#filed % this.#ring;
    this.#full = !this.#reserve(place + PART);
    if (this.#full) return;
    this.#file ??= new SpoolFile(this.#space.directory, this, () => this.#space.release(this.#extent));
    this.#file.write(this.#parts[0]!, place);
  }

  #reserve(extent: number): boolean {
    if (extent <= this.#extent) return true;
    if (!this.#space.reserve(extent - this.#extent)) return false;
    this.#extent = extent;
    return true;
  }

  #takeFiled(): Buffer | null {
    const part = this.#fetched;
    this.#fetched = null;
    if (part === null) {
      this.#starving = true;
      if (!this.#file!.reading) this.#fetch();
    }
    return part;
  }

  #fetch(): void {
    const place = this.#ring === Infinity ? this.#at : this.#at % this.#ring;
    const length = PART - (this.#at % PART);
    this.#file!.read(
      this.#limits.rereadable ? this.#nextTurn(length) : Buffer.allocUnsafeSlow(length),
      place,
    );
  }

  #nextTurn(length: number): Buffer {
    this.#turn = (this.#turn + 1) % IN_HAND;
    this.#turns[this.#turn] ??= Buffer.allocUnsafeSlow(PART);
    return this.#turns[this.#turn]!.subarray(0, length);
  }

  #takeKept(): Buffer {
    this.#lent = true;
    const from = this.#at - this.#filed;
    const index = Math.floor(from / PART);
    const end = index === this.#parts.length - 1 ? this.#end - this.#filed - index * PART : PART;
    return this.#parts[index]!.subarray(from % PART, end);
  }

  /** Gives up what was taken. */
  #forget(): void {
    // The part that is being written has to stay.
    if (this.#file?.writing) return;
    if (this.#at === this.#end) this.#empty();
    while (this.#at - this.#filed >= PART) {
      this.#parts.shift();
      this.#filed += PART;
    }
    this.#store();
  }

  #empty(): void {
    this.#parts = [];
    this.#filed = 0;
    this.#at = 0;
    this.#end = 0;
  }
}

/** The error of one who cannot do without a spool that is full. */
export function spoolFull(space: SpoolSpace): GatewayError {
  return new GatewayError(
    'spool_full',
    `bodies take ${space.used} bytes below ${space.directory}, and max-spool is ${space.max}`,
  );
}

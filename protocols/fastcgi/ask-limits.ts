import { recent } from '../../src/clock.ts';
import type { BackendRequest, Destination } from '../../src/protocol.ts';
import { type Timed, timeouts } from '../../src/timeouts.ts';
import type { ByteStream, StreamOwner } from '../../src/transport/byte-stream.ts';
import { dial } from '../../src/transport/dial.ts';
import { beginRead, sharedBuffer } from '../../src/transport/read-buffer.ts';
import { encodeGetValues } from './encode.ts';
import { readPairs } from './pairs.ts';
import { GET_VALUES_RESULT } from './record.ts';
import { type RecordOwner, RecordReader } from './record-reader.ts';

/** How long an application may take to answer; one that does not know the question may never do so. */
const PATIENCE = 1_000;

/** Bytes of an answer that are read: three short pairs are due. */
const LONGEST = 4_096;

const NAMES = ['FCGI_MPXS_CONNS', 'FCGI_MAX_CONNS', 'FCGI_MAX_REQS'];

/** What an application says of itself; Infinity: nothing. */
export interface Limits {
  /** Whether it takes several requests on a connection at once. */
  readonly multiplexes: boolean;
  readonly connections: number;
  readonly requests: number;
}

/** Called once: with the limits; with undefined when the application does not say; with null when it cannot be reached. */
export type Told = (limits: Limits | undefined | null) => void;

/**
 * Asks an application for its limits, on a connection for that alone: some close it after the answer (FastCGI 1.0,
 * section 4.1). It takes a second at most, and half of the time in which a connection has to stand.
 */
export function askLimits(destination: Destination, request: BackendRequest, told: Told): void {
  // Those who wait for the answer count it as a part of connecting.
  const question = new Question(told, Math.min(PATIENCE, destination.connectTimeout / 2));
  question.stream = dial(destination, request, question);
}

class Question implements StreamOwner, RecordOwner, Timed {
  nextBuffer = sharedBuffer();
  deadline = Infinity;
  bucket = 0;
  stream!: ByteStream;
  private told: Told | null;
  private connected = false;
  private pairs = '';
  private readonly reader = new RecordReader();

  constructor(told: Told, patience: number) {
    this.told = told;
    timeouts.arm(this, recent() + patience);
  }

  opened(): void {
    this.connected = true;
    this.stream.write(encodeGetValues(NAMES), 'latin1');
  }

  received(bytes: number, buffer: Buffer): boolean {
    beginRead(buffer);
    try {
      this.reader.receive(buffer.subarray(0, bytes), this);
    } catch {
      this.end(undefined);
    }
    return this.told !== null;
  }

  content(chunk: Buffer, start: number, end: number): void {
    if (this.reader.type === GET_VALUES_RESULT) this.pairs += chunk.toString('latin1', start, end);
    if (this.pairs.length > LONGEST) this.end(undefined);
  }

  recordEnded(): boolean {
    // UNKNOWN_TYPE, or whatever else it may be, says that the question was not understood.
    this.end(this.reader.type === GET_VALUES_RESULT ? limitsIn(this.pairs) : undefined);
    return false;
  }

  expire(): void {
    this.end(this.connected ? undefined : null);
  }

  ended(): void {
    this.end(undefined);
  }

  broken(): void {
    this.end(this.connected ? undefined : null);
  }

  writeFailed(): boolean {
    return false;
  }

  drained(): void {}

  stalled(): void {}

  closed(): void {}

  diagnostic(): void {}

  private end(limits: Limits | undefined | null): void {
    const { told } = this;
    if (told === null) return;
    this.told = null;
    timeouts.forget(this);
    this.stream.destroy();
    told(limits);
  }
}

function limitsIn(bytes: string): Limits {
  const values = readPairs(bytes);
  return {
    multiplexes: (countIn(values, 'FCGI_MPXS_CONNS') ?? 0) > 0,
    connections: countIn(values, 'FCGI_MAX_CONNS') ?? Infinity,
    requests: countIn(values, 'FCGI_MAX_REQS') ?? Infinity,
  };
}

/** A value as a whole number; undefined if it is not there or is none. */
function countIn(values: ReadonlyMap<string, string>, name: string): number | undefined {
  const value = values.get(name) ?? '';
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

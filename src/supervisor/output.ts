import type { Readable } from 'node:stream';
import { now, recent } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { type Timed, timeouts } from '../timeouts.ts';
import { LineReader } from '../transport/line-reader.ts';

/** So many lines a process may write in a second; what comes after them is read, and not looked at. */
const MOST_LINES = 50;

/** So many bytes are read of a process in a second: one that prints without end must not keep the gateway busy. */
const MOST_BYTES = 8_388_608;

const SECOND = 1_000;

/** Of one line so many bytes are written. */
const LONGEST = 4_096;

/** Bytes and lines of the error stream that are kept, to be told when the process ends. */
const KEPT_BYTES = 1_000;
const KEPT_LINES = 5;

const LF = 0x0a;

/** The words by which log lines name a process. */
export interface ProcessWords {
  readonly pool: string;
  readonly process: string;
}

/** What a process prints, on its way to the log: line by line, so much a second, and no more. */
export class Output implements Timed {
  deadline = Infinity;
  bucket = 0;
  readonly #log: Log;
  readonly #words: ProcessWords;
  readonly #paused = new Set<Readable>();
  #kept = '';
  #since = -Infinity;
  #lines = 0;
  #bytes = 0;
  #omitted = 0;

  constructor(log: Log, words: ProcessWords) {
    this.#log = log;
    this.#words = words;
  }

  /** Reads a stream of a process to its end. */
  take(stream: Readable | null, name: 'stdout' | 'stderr'): void {
    if (stream === null) return;
    const lines = new LineReader(LONGEST, text => this.#line(name, text));
    let cut = false;
    stream.on('data', (chunk: Buffer) => {
      this.#read(chunk.length);
      if (name === 'stderr') this.#keep(chunk);
      const rest = cut ? afterLine(chunk) : chunk;
      cut = this.#lines >= MOST_LINES || rest.length === 0;
      if (cut) {
        lines.end();
        this.#omit(chunk.length);
      } else lines.push(rest);
      if (this.#bytes > MOST_BYTES) this.#pause(stream);
    });
    stream.on('end', () => lines.end());
    stream.on('error', () => {});
  }

  /** The last lines of the error stream; empty: there were none. */
  get lastWords(): string {
    const lines = Buffer.from(this.#kept, 'latin1').toString().split('\n');
    const filled = lines.map(line => line.trim()).filter(line => line !== '');
    return filled.slice(-KEPT_LINES).join(' | ');
  }

  /** The second is over. */
  expire(): void {
    if (this.#omitted > 0) {
      this.#log.warn('the application prints more than is logged', {
        ...this.#words,
        omittedBytes: this.#omitted,
      });
    }
    this.#omitted = this.#lines = this.#bytes = 0;
    for (const stream of this.#paused) stream.resume();
    this.#paused.clear();
  }

  #read(bytes: number): void {
    if (now() - this.#since >= SECOND) {
      this.expire();
      this.#since = recent();
    }
    this.#bytes += bytes;
  }

  #line(stream: 'stdout' | 'stderr', text: string): void {
    if (this.#lines++ < MOST_LINES) {
      this.#log.info('the application prints', { ...this.#words, stream, text });
    } else this.#omit(text.length);
  }

  #omit(bytes: number): void {
    this.#omitted += bytes;
    timeouts.arm(this, this.#since + SECOND);
  }

  #pause(stream: Readable): void {
    stream.pause();
    this.#paused.add(stream);
    timeouts.arm(this, this.#since + SECOND);
  }

  #keep(chunk: Buffer): void {
    const end = chunk.subarray(-KEPT_BYTES).toString('latin1');
    this.#kept = (this.#kept + end).slice(-KEPT_BYTES);
  }
}

/** What follows the first end of a line. */
function afterLine(chunk: Buffer): Buffer {
  const end = chunk.indexOf(LF);
  return end === -1 ? chunk.subarray(chunk.length) : chunk.subarray(end + 1);
}

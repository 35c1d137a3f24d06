import type { Readable } from 'node:stream';
import { now, recent } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { type Timed, timeouts } from '../timeouts.ts';
import { LineReader } from '../transport/line-reader.ts';

/** So many lines a process may write in a second. */
const MOST = 50;

const SECOND = 1_000;

/** Of one line so many bytes are written. */
const LONGEST = 4_096;

/** Lines of the error stream that are kept, and bytes of each, to be told when the process ends. */
const KEPT_LINES = 5;
const KEPT_BYTES = 500;

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
  readonly #last: string[] = [];
  #since = -Infinity;
  #written = 0;
  #omitted = 0;

  constructor(log: Log, words: ProcessWords) {
    this.#log = log;
    this.#words = words;
  }

  /** Reads a stream of a process to its end. */
  take(stream: Readable | null, name: 'stdout' | 'stderr'): void {
    if (stream === null) return;
    const lines = new LineReader(LONGEST, text => this.#line(name, text));
    stream.on('data', (chunk: Buffer) => {
      now();
      lines.push(chunk);
    });
    stream.on('end', () => lines.end());
    stream.on('error', () => {});
  }

  /** The last lines of the error stream; empty: there were none. */
  get lastWords(): string {
    return this.#last.join(' | ');
  }

  expire(): void {
    if (this.#omitted === 0) return;
    const facts = { ...this.#words, omitted: this.#omitted };
    this.#omitted = 0;
    this.#log.warn('the application prints more than is logged', facts);
  }

  #line(stream: 'stdout' | 'stderr', text: string): void {
    if (stream === 'stderr') this.#keep(text);
    if (recent() - this.#since >= SECOND) this.#beginSecond();
    if (this.#written < MOST) {
      this.#written++;
      this.#log.info('the application prints', { ...this.#words, stream, text });
    } else if (this.#omitted++ === 0) timeouts.arm(this, this.#since + SECOND);
  }

  #keep(text: string): void {
    this.#last.push(text.slice(0, KEPT_BYTES));
    if (this.#last.length > KEPT_LINES) this.#last.shift();
  }

  #beginSecond(): void {
    this.expire();
    this.#since = recent();
    this.#written = 0;
  }
}

import { write } from 'node:fs';
import { drainAtExit, forgetAtExit } from './drain-at-exit.ts';

/** A batch goes out once it has about this many characters, or once its oldest line has waited this many milliseconds. */
const BATCH = 16 * 1024;
const PATIENCE = 250;

/** Beyond this many characters that wait, lines are lost rather than memory. */
const MOST = 8 * 1024 * 1024;

/** Milliseconds until a full pipe, and anything else that cannot be written, is tried again. */
const FULL_PIPE = 50;
const TROUBLE = 1000;

/** Milliseconds that `flush` waits for a reader that has stopped to read. */
const FLUSH_LIMIT = 2000;

/** Hears when a sink cannot be written; and when it can again, with the number of lines lost meanwhile. */
export interface SinkWatcher {
  failed(error: NodeJS.ErrnoException): void;
  recovered(lost: number): void;
}

/**
 * Where lines go: an open file, written in batches off the main thread. It never blocks and never throws; what cannot be
 * written now is kept up to a bound, what is beyond it is counted as lost.
 */
export class Sink {
  /** Lines that were given up. */
  lost = 0;
  readonly fd: number;
  readonly #watcher: SinkWatcher;
  #pending = '';
  #pendingLines = 0;
  /** What is being written, from its first byte that is not out yet. */
  #batch: Buffer | undefined;
  #batchLines = 0;
  #writing = false;
  /** Whether the last attempt failed and a timer runs until the next. */
  #resting = false;
  #failed = false;
  /** Nobody will ever read again. */
  #dead = false;
  /** Whether what waits is to follow the present batch at once. */
  #urgent = false;
  #reported = 0;
  #timer: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];
  #idle: (() => void) | undefined;
  readonly #fire = (): void => this.#start();
  readonly #written = (error: NodeJS.ErrnoException | null, bytes: number): void =>
    error === null ? this.#advance(bytes) : this.#stumble(error);

  constructor(fd: number, watcher: SinkWatcher) {
    this.fd = fd;
    this.#watcher = watcher;
    drainAtExit(this);
  }

  /** Takes a line, with its line end. */
  write(line: string): void {
    if (this.#dead || this.#pending.length + line.length > MOST) {
      this.lost++;
      return;
    }
    this.#pending += line;
    this.#pendingLines++;
    if (this.#writing || this.#resting) return;
    if (this.#pending.length >= BATCH) this.#start();
    else if (this.#timer === undefined) this.#wait(PATIENCE);
  }

  /** Takes a line that should not wait for others. */
  writeSoon(line: string): void {
    this.write(line);
    if (this.#writing || this.#resting) this.#urgent = true;
    else this.#start();
  }

  /** Resolves when all that was taken is out, or cannot be written, or has waited for 2 s. */
  flush(): Promise<void> {
    if (this.#dead || (this.#pending === '' && this.#batch === undefined)) return Promise.resolve();
    return new Promise(resolve => {
      const limit = setTimeout(resolve, FLUSH_LIMIT);
      this.#waiting.push(() => {
        clearTimeout(limit);
        resolve();
      });
      if (!this.#writing) this.#start();
    });
  }

  /** What is not out yet, for the last moment of the process; the sink is of no use afterwards. */
  takeRest(): Buffer {
    const begun = this.#batch === undefined || this.#writing ? '' : this.#batch;
    const rest = Buffer.concat([Buffer.from(begun), Buffer.from(this.#pending)]);
    this.#giveUp();
    return rest;
  }

  /** Flushes, then lets go of the sink; the file stays open. */
  async end(): Promise<void> {
    await this.flush();
    this.#giveUp();
    forgetAtExit(this);
  }

  /** Calls back once the system is not at work on the file any more, so that its descriptor can be closed; after `end` only. */
  whenIdle(idle: () => void): void {
    if (this.#writing) this.#idle = idle;
    else idle();
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#resting = false;
    if (this.#dead) return;
    if (this.#batch === undefined) {
      if (this.#pending === '') return;
      this.#batch = Buffer.from(this.#pending);
      this.#batchLines = this.#pendingLines;
      this.#pending = '';
      this.#pendingLines = 0;
      this.#urgent = false;
    }
    this.#writing = true;
    write(this.fd, this.#batch, 0, this.#batch.length, null, this.#written);
  }

  #advance(bytes: number): void {
    this.#writing = false;
    this.#idle?.();
    if (this.#dead || this.#batch === undefined) return;
    if (bytes < this.#batch.length) {
      this.#batch = this.#batch.subarray(bytes);
      this.#start();
    } else {
      this.#batch = undefined;
      this.#recover();
      this.#next();
    }
  }

  #next(): void {
    // The watcher may have written.
    if (this.#writing) return;
    if (this.#pending === '') this.#wake();
    else if (this.#urgent || this.#waiting.length > 0 || this.#pending.length >= BATCH) this.#start();
    else this.#wait(PATIENCE);
  }

  #stumble(error: NodeJS.ErrnoException): void {
    this.#writing = false;
    this.#idle?.();
    if (this.#dead) return;
    this.#resting = true;
    if (error.code === 'EAGAIN') {
      this.#wait(FULL_PIPE);
      return;
    }
    if (!this.#failed) {
      this.#failed = true;
      this.#watcher.failed(error);
    }
    // A pipe whose reader is gone stays so; a full disk may have room again.
    if (error.code === 'EPIPE' || error.code === 'EBADF') this.#giveUp();
    else this.#wait(TROUBLE);
    this.#wake();
  }

  #recover(): void {
    if (!this.#failed && this.lost === this.#reported) return;
    const lost = this.lost - this.#reported;
    this.#failed = false;
    this.#reported = this.lost;
    this.#watcher.recovered(lost);
  }

  #giveUp(): void {
    clearTimeout(this.#timer);
    this.#dead = true;
    this.lost += this.#pendingLines + (this.#batch === undefined ? 0 : this.#batchLines);
    this.#pending = '';
    this.#pendingLines = 0;
    this.#batch = undefined;
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(this.#fire, milliseconds);
    this.#timer.unref();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

import { randomBytes } from 'node:crypto';
import { close, constants, open, read, unlink, write } from 'node:fs';
import { join } from 'node:path';
import { now } from '../clock.ts';
import { GatewayError, toGatewayError } from '../errors.ts';

/** Who uses a spool file. What it throws comes back to it as `fileFailed`. */
export interface FileOwner {
  /** The part given to `write` is in the file. */
  fileWritten(): void;
  /** The buffer given to `read` is full. */
  fileRead(part: Buffer): void;
  /** The file is of no use any more. */
  fileFailed(error: GatewayError): void;
}

const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** `busy`: the operating system is opening it, or closing it. */
type State = 'new' | 'busy' | 'open' | 'closed';

/**
 * A temporary file without a name, which nobody else can open and which is gone when the process is. One write and one
 * read may be under way; its descriptor is closed once, and never under a write or read.
 */
export class SpoolFile {
  #state: State = 'new';
  #fd = -1;
  #path = '';
  #unwanted = false;
  #writing: Buffer | null = null;
  #written = 0;
  #writeAt = 0;
  #reading: Buffer | null = null;
  #read = 0;
  #readAt = 0;
  readonly #directory: string;
  readonly #owner: FileOwner;
  readonly #closed: () => void;

  /** `closed` is called once after `close`, when the file takes no more room on disk. */
  constructor(directory: string, owner: FileOwner, closed: () => void) {
    this.#directory = directory;
    this.#owner = owner;
    this.#closed = closed;
  }

  /** Whether a write is under way. */
  get writing(): boolean {
    return this.#writing !== null;
  }

  /** Whether a read is under way. */
  get reading(): boolean {
    return this.#reading !== null;
  }

  /** Writes a part, which has to stay as it is until `fileWritten`; the first one makes the file. */
  write(part: Buffer, at: number): void {
    this.#writing = part;
    this.#written = 0;
    this.#writeAt = at;
    if (this.#state === 'new') this.#open();
    else this.#writeOn();
  }

  /** Fills a buffer with bytes that have been written. */
  read(part: Buffer, at: number): void {
    this.#reading = part;
    this.#read = 0;
    this.#readAt = at;
    this.#readOn();
  }

  /** Lets go of the file; the owner hears no more. */
  close(): void {
    if (this.#unwanted) return;
    this.#unwanted = true;
    if (this.#state === 'new') this.#gone();
    else this.#closeIfIdle();
  }

  #open(): void {
    this.#state = 'busy';
    this.#path = join(this.#directory, `sluice-${randomBytes(16).toString('hex')}`);
    open(this.#path, FLAGS, 0o600, (error, fd) => {
      now();
      if (error) this.#notOpened(error);
      else this.#opened(fd);
    });
  }

  #notOpened(error: Error): void {
    this.#writing = null;
    this.#state = 'new';
    if (this.#unwanted) this.#gone();
    else this.#fail(error);
  }

  #opened(fd: number): void {
    this.#fd = fd;
    unlink(this.#path, error => {
      now();
      this.#state = 'open';
      // Whoever removed it before us has done no harm.
      if (error && error.code !== 'ENOENT') this.#ended(error);
      else this.#writeOn();
    });
  }

  #writeOn(): void {
    if (this.#unwanted) {
      this.#writing = null;
      this.#closeIfIdle();
      return;
    }
    const part = this.#writing!;
    const left = part.length - this.#written;
    write(this.#fd, part, this.#written, left, this.#writeAt + this.#written, this.#onWritten);
  }

  readonly #onWritten = (error: Error | null, bytes: number): void => {
    now();
    if (error || bytes === 0) {
      this.#ended(error ?? new Error('nothing could be written'));
      return;
    }
    this.#written += bytes;
    // A disk that is all but full takes a part of it and says why with the next.
    if (this.#written < this.#writing!.length) {
      this.#writeOn();
      return;
    }
    this.#writing = null;
    if (this.#unwanted) this.#closeIfIdle();
    else this.#tellWritten();
  };

  #readOn(): void {
    const part = this.#reading!;
    read(this.#fd, part, this.#read, part.length - this.#read, this.#readAt + this.#read, this.#onRead);
  }

  readonly #onRead = (error: Error | null, bytes: number): void => {
    now();
    const part = this.#reading!;
    this.#read += bytes;
    if (!error && bytes > 0 && this.#read < part.length && !this.#unwanted) {
      this.#readOn();
      return;
    }
    this.#reading = null;
    if (this.#unwanted) this.#closeIfIdle();
    else if (error) this.#fail(error);
    else if (this.#read < part.length) this.#fail(new Error('the file has become shorter'));
    else this.#tellRead(part);
  };

  /** A write or the making of the file came to nothing. */
  #ended(error: Error): void {
    this.#writing = null;
    if (this.#unwanted) this.#closeIfIdle();
    else this.#fail(error);
  }

  #fail(cause: Error): void {
    const message = `cannot spool to ${this.#directory}: ${cause.message}`;
    this.#owner.fileFailed(new GatewayError('spool_full', message, cause));
  }

  #tellWritten(): void {
    try {
      this.#owner.fileWritten();
    } catch (thrown) {
      this.#owner.fileFailed(toGatewayError(thrown));
    }
  }

  #tellRead(part: Buffer): void {
    try {
      this.#owner.fileRead(part);
    } catch (thrown) {
      this.#owner.fileFailed(toGatewayError(thrown));
    }
  }

  #closeIfIdle(): void {
    if (this.#state !== 'open' || this.#writing !== null || this.#reading !== null) return;
    this.#state = 'busy';
    close(this.#fd, () => this.#gone());
  }

  #gone(): void {
    this.#state = 'closed';
    this.#closed();
  }
}

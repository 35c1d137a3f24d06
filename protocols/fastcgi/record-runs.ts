import { END_REQUEST, HEADER } from './record.ts';

/** Where runs of bytes are reported; `id` is that of the RecordRuns. */
export interface RunOwner {
  /** Bytes of one record, its header and padding among them; a view. `ends`: with them an END_REQUEST is complete. */
  run(chunk: Buffer, start: number, end: number, ends: boolean): void;
  /** What should be the header of a record is none; nothing more can be read. */
  junk(header: Buffer): void;
}

/** Cuts a byte stream of FastCGI records of several requests into runs of one request each, uncopied. */
export class RecordRuns {
  /** Of the present record. */
  id = 0;
  private type = 0;
  /** Bytes of the present record that are still to come. */
  private left = 0;
  private headerBytes = 0;
  private readonly header = Buffer.alloc(HEADER);

  receive(chunk: Buffer, owner: RunOwner): void {
    const { length } = chunk;
    for (let at = 0; at < length; ) {
      if (this.left > 0) {
        at = this.rest(chunk, at, at, owner);
      } else if (this.headerBytes === 0 && length - at >= HEADER) {
        if (!this.begin(chunk, at, owner)) return;
        at = this.rest(chunk, at, at + HEADER, owner);
      } else {
        at = this.gather(chunk, at);
        if (this.headerBytes === HEADER && !this.beginGathered(owner)) return;
      }
    }
  }

  /** Reports what there is of the present record, from `start` on; `at`: where its content goes on. */
  private rest(chunk: Buffer, start: number, at: number, owner: RunOwner): number {
    const end = Math.min(chunk.length, at + this.left);
    this.left -= end - at;
    owner.run(chunk, start, end, this.left === 0 && this.type === END_REQUEST);
    return end;
  }

  private gather(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + HEADER - this.headerBytes);
    chunk.copy(this.header, this.headerBytes, at, end);
    this.headerBytes += end - at;
    return end;
  }

  private beginGathered(owner: RunOwner): boolean {
    this.headerBytes = 0;
    if (!this.begin(this.header, 0, owner)) return false;
    this.rest(this.header, 0, HEADER, owner);
    return true;
  }

  private begin(bytes: Buffer, at: number, owner: RunOwner): boolean {
    if (bytes[at] !== 1) {
      owner.junk(bytes.subarray(at, at + HEADER));
      return false;
    }
    this.type = bytes[at + 1]!;
    this.id = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    this.left = ((bytes[at + 4]! << 8) | bytes[at + 5]!) + bytes[at + 6]!;
    return true;
  }
}

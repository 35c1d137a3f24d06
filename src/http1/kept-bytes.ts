/** The bytes of a part of a message that arrives in pieces, in one growing buffer. */
export class KeptBytes {
  bytes: Buffer;
  length: number;

  constructor(chunk: Buffer, start: number, end: number) {
    this.length = end - start;
    // Not out of Node's shared pool: a slow head would pin 8 KiB of it.
    this.bytes = Buffer.allocUnsafeSlow(Math.max(256, this.length * 2));
    chunk.copy(this.bytes, 0, start, end);
  }

  /** Appends chunk[start, end); the buffer doubles, so that a head fed byte by byte is copied a few times only. */
  append(chunk: Buffer, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(length * 2);
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    chunk.copy(this.bytes, this.length, start, end);
    this.length = length;
  }
}

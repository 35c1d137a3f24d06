import type { ByteSink } from '../protocol.ts';
import type { ByteOutput } from './byte-stream.ts';
import { writeView } from './read-buffer.ts';

/** Up to this many gathered bytes, one write of a string is cheaper than a vector of buffers: the kernel's copy is made from the stack. */
const GATHER = 16_000;

/** Up to this many unsent bytes the other side may go on; beyond, it is paused until all of them are gone. */
export const HIGH_WATER = 131_072;

/** Gathers what belongs together (a head, framing, a small body) and writes it at once. */
export class GatheringWriter implements ByteSink {
  private gathered = '';
  private readonly socket: ByteOutput;

  constructor(socket: ByteOutput) {
    this.socket = socket;
  }

  /** Takes latin1 bytes or a view; a view too large to gather goes out now, behind what was gathered. */
  write(bytes: string | Buffer): void {
    if (typeof bytes === 'string') {
      this.gathered += bytes;
    } else if (this.gathered.length + bytes.length <= GATHER) {
      this.gathered += bytes.toString('latin1');
    } else {
      const head = this.gathered;
      this.gathered = '';
      writeView(this.socket, head, bytes);
    }
  }

  /** Writes out what was gathered. */
  flush(): void {
    if (this.gathered === '') return;
    const bytes = this.gathered;
    this.gathered = '';
    this.socket.write(bytes, 'latin1');
  }

  /** Whether nothing is gathered. */
  get empty(): boolean {
    return this.gathered === '';
  }

  /** Whether the operating system has taken all that was written out. */
  get taken(): boolean {
    return this.socket.writableLength === 0;
  }

  /** Forgets what was gathered: the message will not be sent. */
  discard(): void {
    this.gathered = '';
  }

  /** Whether so much is unsent that its source should wait. */
  get full(): boolean {
    return this.socket.writableLength >= HIGH_WATER;
  }
}

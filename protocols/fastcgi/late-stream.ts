import type { ByteStream } from '../../src/transport/byte-stream.ts';

/** A byte stream of which it is not yet known over what it goes; until then nothing is asked of it but to be destroyed. */
export class LateStream implements ByteStream {
  /** Whether it was destroyed. */
  gone = false;
  private stream: ByteStream | null = null;

  /** Says what it goes over. */
  become(stream: ByteStream): void {
    this.stream = stream;
  }

  get writableLength(): number {
    return this.stream?.writableLength ?? 0;
  }

  write(bytes: string | Buffer, encoding?: BufferEncoding): boolean {
    return this.stream?.write(bytes, encoding) ?? false;
  }

  cork(): void {
    this.stream?.cork();
  }

  uncork(): void {
    this.stream?.uncork();
  }

  end(): void {
    this.stream?.end();
  }

  pause(): void {
    this.stream?.pause();
  }

  resume(): void {
    this.stream?.resume();
  }

  setTimeout(milliseconds: number): void {
    this.stream?.setTimeout(milliseconds);
  }

  destroy(): void {
    this.gone = true;
    this.stream?.destroy();
  }

  destroySoon(): void {
    this.gone = true;
    this.stream?.destroySoon();
  }
}

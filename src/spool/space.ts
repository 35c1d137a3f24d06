import type { SpoolConfig } from '../config/config.ts';

/** The room on disk that all spools of a gateway share. */
export class SpoolSpace {
  readonly directory: string;
  readonly max: number;
  #used = 0;

  constructor({ directory, max }: SpoolConfig) {
    this.directory = directory;
    this.max = max;
  }

  /** Bytes that spool files hold at present. */
  get used(): number {
    return this.#used;
  }

  /** Takes so many bytes of it; false: there are not so many left. */
  reserve(bytes: number): boolean {
    if (this.#used + bytes > this.max) return false;
    this.#used += bytes;
    return true;
  }

  /** Gives back what was reserved. */
  release(bytes: number): void {
    this.#used -= bytes;
  }
}

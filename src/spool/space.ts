import type { SpoolConfig } from '../config/config.ts';

/** Memory that answers which are read ahead may take together, in bytes: a thousand that are long, or many short ones. */
const MEMORY = 268_435_456;

/** The room that all spools of a gateway share: on disk, and in memory for answers that are read ahead. */
export class SpoolSpace {
  directory!: string;
  max!: number;
  #used = 0;
  #memory = 0;

  constructor(config: SpoolConfig) {
    this.follow(config);
  }

  /** New files go by it from now on; those that are there stay where they are. */
  follow({ directory, max }: SpoolConfig): void {
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

  /** Takes so many bytes of memory; false: there are not so many left. */
  reserveMemory(bytes: number): boolean {
    if (this.#memory + bytes > MEMORY) return false;
    this.#memory += bytes;
    return true;
  }

  /** Gives back what `reserveMemory` took. */
  releaseMemory(bytes: number): void {
    this.#memory -= bytes;
  }
}

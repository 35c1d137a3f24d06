import type { Log } from '../log/log.ts';
import type { Pool } from '../pool/pool.ts';
import { HoldFile } from './hold-file.ts';

/** The files that hold pools while they exist; one is watched once, however many pools go by it. */
export class HoldFiles {
  readonly #pools: () => readonly Pool[];
  readonly #log: Log;
  readonly #files = new Map<string, HoldFile>();

  constructor(pools: () => readonly Pool[], log: Log) {
    this.#pools = pools;
    this.#log = log;
  }

  /** Goes by what the configurations of the pools say now; a pool whose file exists is held when this returns. */
  follow(): void {
    const pools = this.#pools();
    const wanted = new Set(pools.map(({ config }) => config.hold.file).filter(path => path !== ''));
    for (const [path, file] of this.#files) {
      if (wanted.has(path)) continue;
      file.stop();
      this.#files.delete(path);
    }
    for (const path of wanted) this.#watch(path);
    for (const pool of pools) this.#apply(pool);
  }

  /** Watches nothing any more; what is held stays so. */
  stop(): void {
    for (const file of this.#files.values()) file.stop();
    this.#files.clear();
  }

  #watch(path: string): void {
    if (this.#files.has(path)) return;
    const listener = {
      changed: () => this.#changed(path),
      obscure: (error: Error) =>
        this.#log.warn('it cannot be said whether a hold file exists: nothing changes', {
          file: path,
          error: error.message,
        }),
    };
    this.#files.set(path, new HoldFile(path, listener));
  }

  #changed(path: string): void {
    // Of a file that exists from the start it is heard before it is kept here; then it is looked at later.
    if (!this.#files.has(path)) return;
    for (const pool of this.#pools()) if (pool.config.hold.file === path) this.#apply(pool);
  }

  #apply(pool: Pool): void {
    const { file } = pool.config.hold;
    const held = this.#files.get(file)?.exists === true;
    const before = pool.gate.file;
    if (before === (held ? file : '')) return;
    const { waiting } = pool;
    pool.gate.holdBy(held ? file : '');
    if (held) this.#log.info('requests are held', { pool: pool.name, file });
    else {
      const then = pool.gate.held ? 'requests are held on by an operator' : 'requests go on';
      this.#log.info(`${then}: the hold file is gone`, { pool: pool.name, file: before, waiting });
    }
  }
}

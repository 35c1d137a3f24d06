import type { ResolverConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { NameStatus } from '../resolver/question.ts';
import { Resolver } from '../resolver/resolver.ts';
import { Expansion } from './expansion.ts';
import type { Pool } from './pool.ts';

/** How long a start waits for first answers, in milliseconds. */
const PATIENCE = 2_000;

/** The names behind all pools of a gateway, each looked up once however many pools use it. */
export class Expansions {
  readonly #resolver: Resolver;
  readonly #log: Log;
  readonly #byPool = new Map<Pool, Expansion>();
  /** Pools that were there before the start. */
  readonly #early = new Set<Pool>();
  #started = false;

  /** Asks nobody anything before it is started. */
  constructor(config: ResolverConfig, log: Log) {
    this.#resolver = new Resolver(config, log);
    this.#log = log;
  }

  /** Follows the names of a pool, from the start on. */
  add(pool: Pool): void {
    if (this.#started) this.#byPool.set(pool, new Expansion(pool, this.#resolver, this.#log));
    else this.#early.add(pool);
  }

  /** Goes by other settings of the resolver from now on. */
  configure(config: ResolverConfig): void {
    this.#resolver.configure(config);
  }

  /** Has the names looked up again at once whose last lookup failed, though none twice within a second. */
  urge(): void {
    this.#resolver.urge();
  }

  /** A pool has other backends now. */
  changed(pool: Pool): void {
    this.#byPool.get(pool)?.follow();
  }

  /** Follows the names of a pool no more. */
  remove(pool: Pool): void {
    this.#early.delete(pool);
    this.#byPool.get(pool)?.close();
    this.#byPool.delete(pool);
  }

  /** Begins; resolves when each name was looked up once, or after two seconds. Never rejects. */
  async start(): Promise<void> {
    this.#started = true;
    for (const pool of this.#early) this.add(pool);
    this.#early.clear();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise(resolve => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([Promise.all([...this.#byPool.values()].map(expansion => expansion.first())), late]);
    clearTimeout(timer);
  }

  /** What is known of each name. */
  status(): NameStatus[] {
    return this.#resolver.status();
  }

  /** Ends all lookups. */
  close(): void {
    for (const expansion of this.#byPool.values()) expansion.close();
    this.#byPool.clear();
    this.#resolver.close();
  }
}

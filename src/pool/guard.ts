import { isDeepStrictEqual } from 'node:util';
import type { PoolConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { whyAllDown } from './all-down.ts';
import { Breaker } from './breaker.ts';
import { type CheckedPool, Checks } from './checks/checks.ts';
import type { Endpoint } from './endpoint.ts';
import type { Sources } from './sources.ts';

/** What watches over a pool, as its configuration says: checks of its endpoints, and a breaker for all of it. */
export class Guard {
  /** Null: it has none. */
  breaker: Breaker | null = null;
  /** Whether the pool serves: endpoints that join from now on are new to those that are there. */
  started = false;
  readonly #pool: CheckedPool;
  readonly #log: Log;
  readonly #sources: Sources;
  readonly #opened: () => void;
  #breaks: PoolConfig['breaker'];
  /** Null: endpoints are judged by their traffic only. */
  #checks: Checks | null = null;
  /** Why nothing is up; null: nobody has asked since something changed. */
  #allDown: GatewayError | null = null;

  /** `opened` is called when the breaker has opened. */
  constructor(pool: CheckedPool, log: Log, sources: Sources, opened: () => void) {
    this.#pool = pool;
    this.#log = log;
    this.#sources = sources;
    this.#opened = opened;
  }

  /** Takes over what the pool's configuration says now. A breaker whose setting is the same stays as it is. */
  configure({ name, check, breaker }: PoolConfig): void {
    if (!isDeepStrictEqual(breaker, this.#breaks)) {
      this.#breaks = breaker;
      this.breaker =
        breaker === undefined ? null : new Breaker(breaker, name, this.#log, this.#sources.now, this.#opened);
    }
    if (check === undefined) {
      this.#checks?.stop();
      this.#checks = null;
    } else if (this.#checks === null) {
      this.#checks = new Checks(this.#pool, check, this.#log, this.#sources);
      if (this.started) this.#checks.start();
    } else this.#checks.configure(check);
  }

  /** These are the endpoints of the pool from now on. */
  watch(endpoints: readonly Endpoint[]): void {
    this.#checks?.watch(endpoints);
    this.endpointChanged();
  }

  /** An endpoint is up that was not, or the other way round. */
  endpointChanged(): void {
    this.#allDown = null;
  }

  /** Begins to check. */
  start(): void {
    this.started = true;
    this.#checks?.start();
  }

  /** Ends all checks, for good. */
  stop(): void {
    this.#checks?.stop();
    this.#checks = null;
  }

  /** What a claim is told while no endpoint is up. */
  allDown(endpoints: readonly Endpoint[]): GatewayError {
    this.#allDown ??= new GatewayError(
      'no_endpoint',
      `pool ${this.#pool.config.name}: ${whyAllDown(endpoints)}`,
    );
    return this.#allDown;
  }
}

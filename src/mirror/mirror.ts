import type { MirrorConfig } from '../config/config.ts';
import { toGatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { NO_FIELDS } from '../fields.ts';
import type { Onward } from '../onward.ts';
import { Copies } from '../pool/copies.ts';
import type { Pool } from '../pool/pool.ts';
import type { Pools } from '../pools.ts';
import { proxy } from '../proxy.ts';
import { REPLAY_LIMIT } from '../replay.ts';
import { Route } from '../router/route.ts';
import { Copy } from './copy.ts';

/** Sends copies of a share of a route's requests to a second pool. Whatever becomes of them, the requests do not notice. */
export class Mirror {
  readonly #share: number;
  readonly #pool: Pool;
  readonly #copies: Copies;
  /** Of its own, so that nothing that is held or drained elsewhere waits for copies. */
  readonly #route: Route;
  readonly #pools: Pools;
  readonly #onward: Onward;

  constructor({ share }: MirrorConfig, pool: Pool, pools: Pools, onward: Pick<Onward, 'log' | 'space'>) {
    this.#share = share;
    this.#pool = pool;
    this.#copies = pool.copies ??= new Copies();
    this.#route = new Route(pool, '');
    this.#pools = pools;
    this.#onward = {
      log: onward.log,
      space: onward.space,
      redirect: drop,
      fallsBack: () => false,
      directed: () => null,
    };
  }

  /** Copies an exchange that is about to go to its own pool, if it is among the share. Upgrades are not copied. */
  copy(exchange: Exchange): void {
    if (exchange.upgrade !== undefined || Math.random() >= this.#share) return;
    const copies = this.#copies;
    if (copies.full || this.#pool.gate.shut || this.#pool.draining) copies.missed++;
    else if ((exchange.bodyLength ?? 0) > REPLAY_LIMIT) copies.givenUp++;
    else {
      const copy = new Copy(exchange, copies, this.#send);
      exchange.copy = copy;
      copy.begin(exchange);
    }
  }

  #send = (exchange: Exchange): void => {
    try {
      if (this.#pools.siteOf(this.#pool)?.serve(exchange) !== true)
        proxy(exchange, this.#route, this.#onward);
    } catch (thrown) {
      exchange.fail(toGatewayError(thrown));
    }
  };
}

/** The application names another path: nobody goes there. */
function drop(exchange: Exchange): void {
  exchange.answer.end(NO_FIELDS);
}

import type { Exchange } from '../../exchange.ts';

/**
 * What a request has to be. `host` is its host without a port, in lower case; `path` is decoded and without the query;
 * each is empty where no route of the configuration goes by it.
 */
export interface Condition {
  holds(exchange: Exchange, host: string, path: string): boolean;
}

/** What holds where another condition does not. */
export class Negation implements Condition {
  private readonly condition: Condition;

  constructor(condition: Condition) {
    this.condition = condition;
  }

  holds(exchange: Exchange, host: string, path: string): boolean {
    return !this.condition.holds(exchange, host, path);
  }
}

/** What holds for requests that the answer of a backend has sent on, and for none that a client sends. */
export const DIRECTED: Condition = { holds: exchange => exchange.directed };

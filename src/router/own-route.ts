import type { Exchange } from '../exchange.ts';

/** What the gateway answers by itself to requests that a route of the configuration matches. */
export interface OwnRoute {
  readonly name: string;
  /** Gives the answer; may throw GatewayError, which is the exchange's failure then. */
  answer(exchange: Exchange): void;
}

/** Whether a route leads to an answer of the gateway's own, and to no pool. */
export function isOwn(route: OwnRoute | object): route is OwnRoute {
  return 'answer' in route;
}

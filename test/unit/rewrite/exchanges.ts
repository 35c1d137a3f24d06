import { type Answer, Exchange } from '../../../src/exchange.ts';
import type { BodySource } from '../../../src/replay.ts';

/** What a test says of a request; the rest is that of a GET for `/`. */
export type ExchangeSetting = Partial<
  Pick<
    Exchange,
    | 'method'
    | 'target'
    | 'host'
    | 'fields'
    | 'client'
    | 'captures'
    | 'secure'
    | 'tls'
    | 'routeName'
    | 'authority'
    | 'minor'
  >
>;

/** An exchange that nobody carries. */
export function exchangeOf(setting: ExchangeSetting): Exchange {
  const exchange = new Exchange({} as Answer, {} as BodySource);
  const usual = {
    method: 'GET',
    target: '/',
    host: 'example.com',
    client: '192.0.2.7',
    id: '0123456789abcdef',
  };
  return Object.assign(exchange, usual, setting);
}

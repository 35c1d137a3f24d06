import type { FieldEditsConfig, RewriteConfig } from '../../../src/config/config.ts';
import { type Answer, Exchange } from '../../../src/exchange.ts';
import type { BodySource } from '../../../src/replay.ts';
import { type Rewrite, type RewriteTerms, rewriteOf, USUAL_TERMS } from '../../../src/rewrite/rewrite.ts';
import { NO_REWRITE } from '../../support/config.ts';

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
    | 'publicHost'
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
  Object.assign(exchange, usual, setting);
  exchange.ends = { ...exchange.ends, remoteAddress: exchange.client };
  return exchange;
}

/** What a test says of a rewrite; the rest changes nothing. */
export type RewriteSetting = Partial<
  Omit<RewriteConfig, 'request' | 'response' | 'path' | 'queryPatterns'>
> & {
  readonly prefix?: readonly (readonly [string, string])[];
  readonly path?: readonly (readonly [string, string])[];
  readonly queryPatterns?: readonly (readonly [string, string])[];
  readonly request?: Partial<FieldEditsConfig>;
  readonly response?: Partial<FieldEditsConfig>;
};

/** A whole rewrite; prefixes come before regular expressions. */
export function rewriteConfigOf(setting: RewriteSetting): RewriteConfig {
  const { prefix = [], path = [], queryPatterns = [], request, response, ...rest } = setting;
  const rule =
    (kind: 'prefix' | 'pattern') =>
    ([from, to]: readonly [string, string]) => ({ kind, from, to });
  return {
    ...NO_REWRITE,
    ...rest,
    path: [...prefix.map(rule('prefix')), ...path.map(rule('pattern'))],
    queryPatterns: queryPatterns.map(rule('pattern')),
    request: { ...NO_REWRITE.request, ...request },
    response: { ...NO_REWRITE.response, ...response },
  };
}

/** A rewrite, compiled. */
export function rewriteFrom(setting: RewriteSetting, terms: Partial<RewriteTerms> = {}): Rewrite {
  return rewriteOf(rewriteConfigOf(setting), { ...USUAL_TERMS, forwarded: 'none', ...terms })!;
}

/** An exchange that has taken a route with that rewrite. */
export function rewritten(setting: RewriteSetting, request: ExchangeSetting = {}): Exchange {
  const exchange = exchangeOf(request);
  rewriteFrom(setting).apply(exchange);
  return exchange;
}

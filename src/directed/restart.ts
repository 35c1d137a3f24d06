import type { Exchange } from '../exchange.ts';
import { isAuthority } from '../http1/host.ts';
import { quoted } from '../http1/refusal.ts';
import { countRedirect, isTarget } from '../local-redirect.ts';
import type { OwnRoute } from '../router/own-route.ts';
import { Route } from '../router/route.ts';
import type { Direction } from './direction.ts';
import { refusedDirection, routeMeant } from './refusal.ts';
import type { Way } from './way.ts';

/**
 * Sends the same request on to where an answer says, with its body; throws GatewayError if that is none of the pools that
 * `from` may choose, or the body cannot be sent again.
 */
export function restart(
  exchange: Exchange,
  from: Route,
  { target, host, pool }: Extract<Direction, { kind: 'restart' }>,
  way: Way,
): void {
  if (exchange.body !== null && !exchange.body.replayable)
    throw refusedDirection('the backend sends the request on, and its body is too long to be sent again');
  if (target !== '' && !isTarget(target))
    throw refusedDirection(`X-Rewrite-URI ${quoted(target)} is no path`);
  if (host !== '' && !isAuthority(host)) throw refusedDirection(`X-Rewrite-Host ${quoted(host)} is no host`);
  countRedirect(exchange, target || exchange.target);
  exchange.beginAnew();
  if (target !== '') exchange.target = target;
  if (host !== '') exchange.host = host;
  exchange.directed = true;
  way.take(exchange, chosen(exchange, from, pool, way), from);
}

function chosen(exchange: Exchange, from: Route, name: string, way: Way): Route | OwnRoute {
  const { rewritePools } = from.pool.config.directs;
  const pool = name === '' ? undefined : way.poolOf(name);
  const route = name === '' ? routeMeant(exchange, way) : pool && way.wayTo(pool);
  if (route instanceof Route && rewritePools.includes(route.pool.name)) return route;
  const allowed = `and rewrite-pools are ${rewritePools.join(', ')}`;
  if (name !== '') throw refusedDirection(`X-Rewrite-Backend names ${quoted(name)}, ${allowed}`);
  const where = route instanceof Route ? `the pool ${route.pool.name}` : 'no pool';
  const asked = quoted(exchange.host + exchange.target);
  throw refusedDirection(`X-Rewrite-URI and -Host, as ${asked}, lead to ${where}, ${allowed}`);
}

import type { Config, RouteConfig } from '../config/config.ts';
import { formatRoute } from '../config/format-route.ts';
import { isCgiFamily } from '../config/schemes.ts';
import { contradicts, unreached } from './reach.ts';
import { shadowsOf } from './shadows.ts';

/** Routes and pools that no request will come to; one line each. */
export function routeWarnings(config: Config): string[] {
  const { routes } = config;
  const shadows = shadowsOf(routes);
  return [
    ...routes.flatMap((route, i) => hidden(route, i, shadows[i])),
    ...routes.filter(({ internal }) => internal).flatMap(route => unsent(config, route)),
    ...routes.flatMap(idleBranches),
    ...unreached(config).map(
      ({ name }) => `the pool ${name} gets no request: no route leads to it; add one, or leave the pool out`,
    ),
  ];
}

function hidden(route: RouteConfig, i: number, shadow: RouteConfig | undefined): string[] {
  const title = `route ${i + 1}, ${formatRoute(route)}, is never taken`;
  if (contradicts(route)) return [`${title}: what it asks for in one condition it excludes in another`];
  if (shadow === undefined) return [];
  return [`${title}: ${formatRoute(shadow)} stands before it; put the narrower one first, or leave it out`];
}

/** Applications of the CGI family may name the path of another page without being allowed to. */
function unsent({ pools }: Config, { name }: RouteConfig): string[] {
  const sends = pools.some(
    ({ directs, backends }) =>
      directs.accelRoutes.includes(name) ||
      directs.rewritePools.length > 0 ||
      backends.some(({ scheme }) => isCgiFamily(scheme)),
  );
  if (sends) return [];
  return [`route ${name} is internal, and no backend may send a request there: add --accel-routes ${name}`];
}

function idleBranches({ name, action }: RouteConfig): string[] {
  if (action.kind !== 'pool') return [];
  const { canary, mirror } = action;
  return [
    ...(canary?.share === 0 && canary.header === ''
      ? [`route ${name}: the canary ${canary.pool} gets no request, for its share is 0%`]
      : []),
    ...(mirror?.share === 0 ? [`route ${name}: ${mirror.pool} mirrors nothing, for its share is 0%`] : []),
  ];
}

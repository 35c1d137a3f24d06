import { isDeepStrictEqual } from 'node:util';
import type { RouteConfig } from '../config.ts';
import { formatRoute, isNamed } from '../format-route.ts';
import { type Change, ordered } from '../list-differences.ts';
import { differentParts } from './different-parts.ts';
import { formatDirectives } from './format-directives.ts';

const KEY = 'route';

/** What of routes is new, gone, different or in another order. */
export function routeChanges(before: readonly RouteConfig[], after: readonly RouteConfig[]): Change[] {
  const old = new Map(before.map(route => [textOf(route), route]));
  const changed = after.flatMap(route => {
    const was = old.get(textOf(route));
    const change = was === undefined ? undefined : changeOf(was, route);
    return change === undefined ? [] : [{ key: KEY, text: `route ${textOf(route)}: ${change}` }];
  });
  return [...ordered(KEY, before.map(textOf), after.map(textOf)), ...changed];
}

function changeOf(before: RouteConfig, after: RouteConfig): string | undefined {
  const [from, to] = [before, after].map(route => formatDirectives(route).join('; ') || 'nothing else');
  if (from !== to) return `${from} -> ${to}`;
  // The name of a route without one says its place, which another route may move.
  if (isDeepStrictEqual({ ...before, name: '' }, { ...after, name: '' })) return undefined;
  const parts = differentParts(before, after);
  return parts.length === 0 ? 'a text is different' : `a text is different: ${parts.join(', ')}`;
}

function textOf(route: RouteConfig): string {
  return isNamed(route) ? `${route.name} (${formatRoute(route)})` : formatRoute(route);
}

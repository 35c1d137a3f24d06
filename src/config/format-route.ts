import type { RouteConfig } from './config.ts';

/** A route in words, such as `host a.test -> web`. */
export function formatRoute(route: RouteConfig): string {
  return `${formatConditions(route)} -> ${route.pool}`;
}

/** What a route matches, in words; `everything` if it has no conditions. */
export function formatConditions({ hosts, methods, path }: RouteConfig): string {
  const parts = [];
  if (methods.length > 0) parts.push(methods.join(' or '));
  if (hosts.length > 0) parts.push(`host ${hosts.join(' or ')}`);
  if (path !== undefined)
    parts.push(path.endsWith('/*') ? `paths below ${path.slice(0, -1)}` : `path ${path}`);
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

/** Whether the name of a route was given to it, and does not come from its place. */
export function isNamed({ name }: RouteConfig): boolean {
  return !/^route-\d+$/.test(name);
}

import type { Config, RouteConfig } from '../config/config.ts';
import { formatConditions, formatRoute, isNamed } from '../config/format-route.ts';
import { formatDirectives } from '../config/route/format-directives.ts';
import { formatErrorPage } from '../config/route/format-error-page.ts';
import { restPool } from './reach.ts';

/** What becomes of requests, in words: each route with its directives, then what none matches, then pages for failures. */
export function routeLines({ routes, pools, errorPages }: Config): string[] {
  const lines = routes.flatMap(route => [
    routeLine(route),
    ...formatDirectives(route).map(line => `  ${line}`),
  ]);
  const pages = errorPages.map(page => `pages for failures: ${formatErrorPage(page)}`);
  if (routes.some(route => formatConditions(route) === 'everything')) return [...lines, ...pages];
  const rest = restPool({ routes, pools }) ?? 'nobody, answered 404';
  return [...lines, `${routes.length === 0 ? 'everything' : 'anything else'} -> ${rest}`, ...pages];
}

/** The name counts where commands need it. */
function routeLine(route: RouteConfig): string {
  return `${formatRoute(route)}${isNamed(route) ? `, named ${route.name}` : ''}`;
}

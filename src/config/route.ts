import type { RouteConfig } from './config.ts';
import { parseHosts, parseMethods, parsePathPattern } from './match.ts';
import { expected, Misread, show } from './misread.ts';
import { parsePoolName } from './pool-name.ts';
import { parseRouteName } from './route-name.ts';

type Match = Omit<RouteConfig, 'pool'>;

const WHAT = "a route such as 'host=example.com path=/api/* method=GET,HEAD -> api'";
const KNOWN = 'known are host=, path=, method= and name=';

/** A route written as `CONDITIONS -> POOL`, conditions separated by spaces, its name among them or left empty; throws Misread. */
export function parseRoute(value: unknown): RouteConfig {
  const [conditions, pool, ...more] = typeof value === 'string' ? value.split('->') : [];
  if (conditions === undefined || pool === undefined || more.length > 0) throw expected(WHAT, value);
  let match: Match = { name: '', hosts: [], methods: [], path: undefined };
  const seen = new Set<string>();
  for (const condition of conditions.split(/\s+/)) {
    if (condition === '') continue;
    const equals = condition.indexOf('=');
    const name = condition.slice(0, Math.max(equals, 0));
    if (seen.has(name))
      throw new Misread(`the condition ${name}= is given twice; list its values with commas`);
    seen.add(name);
    match = { ...match, ...parseCondition(name, condition.slice(equals + 1), condition) };
  }
  return { pool: parsePoolName(pool.trim()), ...match };
}

function parseCondition(name: string, text: string, condition: string): Partial<Match> {
  switch (name) {
    case 'host':
      return { hosts: parseHosts(text) };
    case 'method':
      return { methods: parseMethods(text) };
    case 'path':
      return { path: parsePathPattern(text) };
    case 'name':
      return { name: parseRouteName(text) };
    default:
      throw new Misread(`the route condition ${show(condition)} is not known; ${KNOWN}`);
  }
}

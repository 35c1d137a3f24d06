import type { ConditionConfig, RouteConfig } from './config.ts';
import { parseHosts, parseMethods, parsePathPattern } from './match.ts';
import { expected, Misread, show } from './misread.ts';
import { parsePoolName } from './pool-name.ts';
import { parseRouteName } from './route-name.ts';

const WHAT = "a route such as 'host=example.com path=/api/* method=GET,HEAD -> api'";
const KNOWN = 'known are host=, path=, method= and name=';

/** A route written as `CONDITIONS -> POOL`, conditions separated by spaces, its name among them or left empty; throws Misread. */
export function parseRoute(value: unknown): RouteConfig {
  const [words, pool, ...more] = typeof value === 'string' ? value.split('->') : [];
  if (words === undefined || pool === undefined || more.length > 0) throw expected(WHAT, value);
  let name = '';
  const conditions: ConditionConfig[] = [];
  const seen = new Set<string>();
  for (const word of words.split(/\s+/)) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    const key = word.slice(0, Math.max(equals, 0));
    if (seen.has(key)) throw new Misread(`the condition ${key}= is given twice; list its values with commas`);
    seen.add(key);
    if (key === 'name') name = parseRouteName(word.slice(equals + 1));
    else conditions.push(parseCondition(key, word.slice(equals + 1), word));
  }
  return plainRoute(name, conditions, parsePoolName(pool.trim()));
}

/** A route that leads to a pool and does nothing else. */
export function plainRoute(name: string, conditions: readonly ConditionConfig[], pool: string): RouteConfig {
  return {
    name,
    conditions,
    internal: false,
    action: { kind: 'pool', pool, reads: '', readYourWrites: 0, canary: undefined, mirror: undefined },
    rewrite: undefined,
    errorPages: [],
  };
}

/** A condition with these values; it holds if one of them matches. */
export function condition(kind: ConditionConfig['kind'], values: readonly string[]): ConditionConfig {
  return { kind, name: '', negated: false, values };
}

function parseCondition(name: string, text: string, word: string): ConditionConfig {
  switch (name) {
    case 'host':
      return condition('host', parseHosts(text));
    case 'method':
      return condition('method', parseMethods(text));
    case 'path':
      return condition('path', [parsePathPattern(text)]);
    default:
      throw new Misread(`the route condition ${show(word)} is not known; ${KNOWN}`);
  }
}

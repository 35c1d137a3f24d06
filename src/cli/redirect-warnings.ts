import { valuesInHost } from '../answers/behind-host.ts';
import type { ConditionConfig, RouteConfig } from '../config/config.ts';
import { groupsOf, parsePattern } from '../config/route/pattern.ts';

/** A group that captures no slash and no dot. */
const PLAIN_GROUP = /\((?:\?P?<\w+>)?(?:[\w|-]+|(?:\[(?:\\[wd]|[\w-])+\]|\\[wd])(?:[+*?]|\{[\d,]+\})?)\)/g;

const ANY_GROUP = /\((?!\?)|\(\?P?</;

/** A domain that somebody has, behind a value. */
const OWN_DOMAIN = /\.[\w-]+\.[\w-]*\w(?::\d+)?$/;

/** Redirects whose host a request can have a say in; one line each. */
export function redirectWarnings({ name, action, conditions }: RouteConfig): string[] {
  if (action.kind !== 'redirect') return [];
  const paths = pathPatterns(conditions);
  const groups = Math.max(0, ...paths.map(path => groupsOf(parsePattern(path))));
  const isPlain = paths.every(path => !ANY_GROUP.test(path.replace(PLAIN_GROUP, '').replace(/\\./g, '')));
  return valuesInHost(action.location)
    .filter(({ value, after }) => {
      if (!value.startsWith('$')) return true;
      // What a host captured is a part of a host, which nobody can choose for another.
      return Number(value.slice(1)) <= groups && !(isPlain && OWN_DOMAIN.test(after));
    })
    .map(({ value }) => {
      const remedy = value.startsWith('$')
        ? `put a slash before it, or let it capture letters and digits alone, as ([a-z0-9-]+), in front of a domain of yours`
        : 'put a slash before it, or name the hosts in routes of their own';
      return `route ${name}: redirect ${action.location}: whoever makes the URL can lead elsewhere, for ${value} is a part of the host: ${remedy}`;
    });
}

function pathPatterns(conditions: readonly ConditionConfig[]): string[] {
  return conditions
    .filter(({ kind, negated }) => kind === 'path' && !negated)
    .flatMap(({ values }) => values.filter(value => value.startsWith('~')).map(value => value.slice(1)));
}

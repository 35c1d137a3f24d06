import { UNIX } from './cidr.ts';
import type { ActionConfig, ConditionConfig, RouteConfig } from './config.ts';

/** A route in words, such as `host a.test -> web`, without its directives. */
export function formatRoute(route: RouteConfig): string {
  return `${formatConditions(route)} -> ${formatAction(route.action)}`;
}

function formatAction(action: ActionConfig): string {
  switch (action.kind) {
    case 'pool':
      return action.pool;
    case 'redirect':
      return `redirect ${action.status} ${action.location}`;
    case 'respond':
      return `${action.body === '' ? 'return' : 'respond'} ${action.status}`;
  }
}

/** What a route matches, in words; `everything` if it has no conditions. */
export function formatConditions(route: Pick<RouteConfig, 'conditions' | 'internal'>): string {
  const { conditions, internal } = route;
  const methods = conditions.filter(({ kind }) => kind === 'method');
  const others = conditions.filter(({ kind }) => kind !== 'method');
  const words = [...methods, ...others].map(formatCondition);
  if (internal) words.push('sent there by backends');
  return words.length === 0 ? 'everything' : words.join(', ');
}

function formatCondition(condition: ConditionConfig): string {
  const { kind, name, values, negated } = condition;
  const not = negated ? 'not ' : '';
  switch (kind) {
    case 'method':
      return `${not}${values.join(' or ')}`;
    case 'path':
      return `${not}${values.map(formatPath).join(' or ')}`;
    case 'host':
      return `${not}host ${values.map(formatText).join(' or ')}`;
    case 'client':
      return `clients ${not}${values.map(value => (value === UNIX ? 'on a unix socket' : `in ${value}`)).join(' or ')}`;
    default:
      if (values.length === 0) return `${negated ? 'without' : 'with'} the ${kind} ${name}`;
      return `${kind} ${name} ${not}${values.map(value => formatText(value) || '""').join(' or ')}`;
  }
}

function formatPath(path: string): string {
  if (path.startsWith('~')) return `paths like ${path.slice(1)}`;
  return path.endsWith('/*') ? `paths below ${path.slice(0, -1)}` : `path ${path}`;
}

function formatText(text: string): string {
  return text.startsWith('~') ? `like ${text.slice(1)}` : text;
}

/** Whether the name of a route was given to it, and does not come from its place. */
export function isNamed({ name }: RouteConfig): boolean {
  return !/^route-\d+$/.test(name);
}

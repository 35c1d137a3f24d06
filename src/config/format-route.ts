import type { ActionConfig, ConditionConfig, RouteConfig } from './config.ts';

/** A route in words, such as `host a.test -> web`. */
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
      return `respond ${action.status}`;
  }
}

/** What a route matches, in words; `everything` if it has no conditions. */
export function formatConditions({ conditions }: Pick<RouteConfig, 'conditions'>): string {
  if (conditions.length === 0) return 'everything';
  const methods = conditions.filter(({ kind }) => kind === 'method');
  const others = conditions.filter(({ kind }) => kind !== 'method');
  return [...methods, ...others].map(formatCondition).join(', ');
}

function formatCondition({ kind, values }: ConditionConfig): string {
  if (kind === 'method') return values.join(' or ');
  if (kind === 'path') {
    return values
      .map(path => (path.endsWith('/*') ? `paths below ${path.slice(0, -1)}` : `path ${path}`))
      .join(' or ');
  }
  return `${kind} ${values.join(' or ')}`;
}

/** Whether the name of a route was given to it, and does not come from its place. */
export function isNamed({ name }: RouteConfig): boolean {
  return !/^route-\d+$/.test(name);
}
